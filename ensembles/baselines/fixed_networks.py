"""Networks of published sizes: dense and convolutional ones."""

import keras
from keras import layers

from ensembles.digits.form import SIDE


def build_perceptron(hidden, dropout):
    """Build a net of one hidden layer.

    Parameters
    ----------
    hidden : int
        Its units.
    dropout : float
        Share of them dropped in training.

    Returns
    -------
    keras.Model
        From digits as they are stored, uint8 (n, 28, 28), to probabilities.
    """
    return keras.Sequential(
        [
            keras.Input((SIDE, SIDE), dtype="uint8"),
            layers.Rescaling(1 / 255),
            layers.Flatten(),
            layers.Dense(hidden, activation="relu"),
            layers.Dropout(dropout),
            layers.Dense(10, activation="softmax"),
        ]
    )


def build_romanuke(dropout):
    """Build Romanuke's net: three convolutions without padding, then dense layers.

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
