"""The fully connected net 784-800-10."""

import keras
import numpy as np
from keras import layers
from scipy.special import softmax

from ensembles.baselines.base import DigitClassifier
from ensembles.baselines.deformed_copies import make_passes
from ensembles.baselines.plain_weights import fit_network
from ensembles.digits.form import SIDE
from ensembles.members.optimizers import make_optimizer
from ensembles.members.training import DeformedDigits
from ensembles.settings import Recipe


class Perceptron(DigitClassifier):
    """One hidden layer of ReLU units, trained on cross-entropy.

    Parameters
    ----------
    hidden : int
        Units of the hidden layer.
    epochs, batch_size : int
        Length of the fixed schedule, and digits per step.
    learning_rate, weight_decay : float
        Peak rate, which falls along a cosine to zero, and decay of the weights.
    dropout : float
        Share of the hidden units dropped in training.
    label_smoothing : float
        Probability taken from the true class and spread over all ten.
    seed : int
        Seed of weights, dropout, order and deformations.

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
        weight_decay=0.01,
        dropout=0.3,
        label_smoothing=0.0,
        seed=0,
    ):
        self.hidden = hidden
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.dropout = dropout
        self.label_smoothing = label_smoothing
        self.seed = seed

    def _fit(self, images, labels):
        recipe = Recipe(
            optimizer="muon",
            schedule="cosine",
            epochs=self.epochs,
            batch_size=self.batch_size,
            min_steps=0,
            learning_rate=self.learning_rate,
            weight_decay=self.weight_decay,
            label_smoothing=self.label_smoothing,
            deformation="",
        )
        passes = self._passes(images)
        batches = DeformedDigits(passes, labels, range(len(labels)), recipe, self.seed)
        keras.utils.set_random_seed(self.seed)
        network = self._build()
        network.compile(
            make_optimizer(recipe, len(batches), self.epochs),
            "categorical_crossentropy",
        )
        self.weights_ = fit_network(network, batches, epochs=self.epochs)

    def _passes(self, images):
        return [images]

    def _build(self):
        return keras.Sequential(
            [
                keras.Input((SIDE, SIDE), dtype="uint8"),
                layers.Rescaling(1 / 255),
                layers.Flatten(),
                layers.Dense(self.hidden, activation="relu"),
                layers.Dropout(self.dropout),
                layers.Dense(10, activation="softmax"),
            ]
        )

    def _predict(self, images):
        matrix, bias, output_matrix, output_bias = self.weights_
        pixels = images.reshape(len(images), -1).astype(np.float32) / 255
        hidden = np.maximum(pixels @ matrix + bias, 0)
        logits = hidden @ output_matrix + output_bias
        return softmax(logits.astype(np.float64), axis=1)


class ElasticPerceptron(Perceptron):
    """The same net, trained on a deformed copy of the digits in each epoch.

    Parameters
    ----------
    passes : int
        Deformed copies, taken in turn.
    deformation : mapping or None
        Fields of `ensembles.settings.Deformation`; None takes those of
        `ensembles.baselines.deformed_copies`.
    **others
        As those of `Perceptron`.

    References
    ----------
    Simard, Steinkraus and Platt (2003), ICDAR: elastic distortions.
    """

    cheap = False

    def __init__(
        self,
        hidden=800,
        epochs=40,
        batch_size=128,
        passes=20,
        learning_rate=1e-3,
        weight_decay=0.01,
        dropout=0.0,
        label_smoothing=0.0,
        deformation=None,
        seed=0,
    ):
        # scikit-learn's `clone` reads the names of the arguments from here.
        super().__init__(
            hidden=hidden,
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
            weight_decay=weight_decay,
            dropout=dropout,
            label_smoothing=label_smoothing,
            seed=seed,
        )
        self.passes = passes
        self.deformation = deformation

    def _passes(self, images):
        return make_passes(images, self.deformation, self.seed, self.passes)
