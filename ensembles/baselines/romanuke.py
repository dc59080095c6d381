"""Romanuke's convolutional net 784-50-100-500-1000-10-10, on deformed digits."""

import keras
from keras import layers

from ensembles.baselines.base import DigitClassifier
from ensembles.baselines.deformed_copies import make_passes
from ensembles.baselines.plain_weights import fit_network, predict_with
from ensembles.digits.form import SIDE
from ensembles.members.optimizers import make_optimizer
from ensembles.members.training import DeformedDigits
from ensembles.settings import Recipe


class Romanuke(DigitClassifier):
    """One convolutional net, trained on a deformed copy of the digits in each epoch.

    Published are the sizes of the layers and that the training set was expanded;
    the kernels, the pooling, the normalisation, the expansion and the schedule
    here are an interpretation. See `build_network`.

    Parameters
    ----------
    epochs, batch_size : int
        Length of the fixed schedule, and digits per step.
    passes : int
        Deformed copies, taken in turn.
    learning_rate, weight_decay : float
        Peak rate, which falls along a cosine to zero, and decay of the weights.
    dropout : float
        Share of the thousand features dropped in training.
    deformation : mapping or None
        Fields of `ensembles.settings.Deformation`; None takes those of
        `ensembles.baselines.deformed_copies`.
    seed : int
        Seed of weights, dropout, order and deformations.

    Attributes
    ----------
    weights_ : list of ndarray
        The network's, in Keras's order.

    References
    ----------
    Romanuke (2016), "Training data expansion and boosting of convolutional neural
    networks for reducing the MNIST dataset error rate", Research Bulletin of NTUU
    "Kyiv Polytechnic Institute", 6.
    """

    cheap = False

    def __init__(
        self,
        epochs=40,
        batch_size=128,
        passes=20,
        learning_rate=2e-3,
        weight_decay=0.01,
        dropout=0.4,
        deformation=None,
        seed=0,
    ):
        self.epochs = epochs
        self.batch_size = batch_size
        self.passes = passes
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.dropout = dropout
        self.deformation = deformation
        self.seed = seed

    def _fit(self, images, labels):
        recipe = self._recipe()
        passes = make_passes(images, self.deformation, self.seed, self.passes)
        keras.utils.set_random_seed(self.seed)
        network = build_network(self.dropout)
        batches = DeformedDigits(passes, labels, range(len(labels)), recipe, self.seed)
        network.compile(
            optimizer=make_optimizer(recipe, len(batches), self.epochs),
            loss="categorical_crossentropy",
        )
        self.weights_ = fit_network(network, batches, epochs=self.epochs)

    def _recipe(self):
        return Recipe(
            optimizer="muon",
            schedule="cosine",
            epochs=self.epochs,
            batch_size=self.batch_size,
            min_steps=0,
            learning_rate=self.learning_rate,
            weight_decay=self.weight_decay,
            label_smoothing=0.0,
            deformation="",
        )

    def _predict(self, images):
        return predict_with(build_network(self.dropout), self.weights_, images)


def build_network(dropout):
    """Build the net: three convolutions without padding, then dense layers.

    The image's side is 28, then 24 by a 5×5 kernel, 12 by pooling, 10 by a 3×3, 5 by
    pooling and 3 by a 3×3. Each layer but the last is normalised, after the pooling
    where there is any, and rectified if it has more than ten units.

    5,013,000 parameters, 13.78 MMAC.

    Parameters
    ----------
    dropout : float
        Share of the thousand features dropped in training.

    Returns
    -------
    keras.Model
        From digits as they are stored, uint8 (n, 28, 28), to probabilities.
    """
    image = keras.Input((SIDE, SIDE), dtype="uint8")
    x = layers.Reshape((SIDE, SIDE, 1))(layers.Rescaling(1 / 255)(image))
    x = _convolve(x, 50, kernel=5, pool=True)
    x = _convolve(x, 100, pool=True)
    x = _convolve(x, 500)
    # A 3×3 convolution would be the same function, trained half as fast.
    x = layers.Dense(1000, use_bias=False)(layers.Flatten()(x))
    x = layers.Dropout(dropout)(layers.ReLU()(_normalise(x)))
    # Rectified, so few units would let only the classes through that they favour.
    x = _normalise(layers.Dense(10, use_bias=False)(x))
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def _convolve(x, filters, kernel=3, pool=False):
    x = layers.Conv2D(filters, kernel, use_bias=False)(x)
    return layers.ReLU()(_normalise(layers.MaxPooling2D()(x) if pool else x))


def _normalise(x):
    # Short schedules need running statistics that keep up.
    return layers.BatchNormalization(momentum=0.9)(x)
