"""The fully connected net 784-800-10."""

import keras
import numpy as np
from keras import layers
from scipy.special import softmax

from ensembles.baselines.base import DigitClassifier
from ensembles.images import SIDE


class Perceptron(DigitClassifier):
    """One hidden layer of ReLU units, trained on cross-entropy without deformation.

    Parameters
    ----------
    hidden : int
        Units of the hidden layer.
    epochs, batch_size : int
        Length of the fixed schedule, and digits per step.
    learning_rate : float
        Adam's first rate; it falls along a cosine to zero.
    dropout : float
        Share of the hidden units dropped in training.
    seed : int
        Seed of weights, dropout and order.

    Attributes
    ----------
    weights_ : list of ndarray
        Matrix and bias of the hidden, then of the output layer.

    References
    ----------
    Simard, Steinkraus and Platt (2003), ICDAR: 800 hidden units, cross-entropy.
    """

    def __init__(
        self,
        hidden=800,
        epochs=15,
        batch_size=128,
        learning_rate=1e-3,
        dropout=0.3,
        seed=0,
    ):
        self.hidden = hidden
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.dropout = dropout
        self.seed = seed

    def _fit(self, images, labels):
        keras.utils.set_random_seed(self.seed)
        network = keras.Sequential(
            [
                keras.Input((SIDE * SIDE,)),
                layers.Dense(self.hidden, activation="relu"),
                layers.Dropout(self.dropout),
                layers.Dense(10, activation="softmax"),
            ]
        )
        steps = -(-len(images) // self.batch_size) * self.epochs
        schedule = keras.optimizers.schedules.CosineDecay(self.learning_rate, steps)
        network.compile(
            keras.optimizers.Adam(schedule), "sparse_categorical_crossentropy"
        )
        network.fit(
            self._pixels(images),
            labels,
            batch_size=self.batch_size,
            epochs=self.epochs,
            verbose=0,
        )
        # Plain arrays predict without Keras, and pickle to the same bytes each time.
        self.weights_ = network.get_weights()

    def _predict(self, images):
        matrix, bias, output_matrix, output_bias = self.weights_
        hidden = np.maximum(self._pixels(images) @ matrix + bias, 0)
        logits = hidden @ output_matrix + output_bias
        return softmax(logits.astype(np.float64), axis=1)

    @staticmethod
    def _pixels(images):
        return images.reshape(len(images), -1).astype(np.float32) / 255
