"""Convolutional networks, each a function that builds one, smallest first.

All take digits as they are stored, uint8 of shape (n, 28, 28), and answer
probabilities, float32 of shape (n, 10). The counts in the docstrings are
parameters, and multiply-adds of one digit's forward pass in millions (MMAC).
"""

import math

import keras
from keras import layers

from ensembles.digits import SIDE


def pooled():
    """Four convolutions, the first and third pooled before they are normalised.

    Pooling first leaves batch normalisation a quarter of the work for the same
    family of functions, as long as its scale is positive.

    136,106 parameters, 4.96 MMAC.
    """
    image, x = _open()
    x = _block(x, 32, kernel=5, pool=True)
    x = _block(x, 64)
    x = _block(x, 64, pool=True)
    x = _block(x, 128)
    return _close(image, x)


def strided():
    """Four convolutions, the first with stride 2 in place of pooling.

    What the stride saves at full resolution is spent on more channels later.

    249,642 parameters, 6.17 MMAC.
    """
    image, x = _open()
    x = _block(x, 32, kernel=5, stride=2)
    x = _block(x, 64)
    x = _block(x, 96, pool=True)
    x = _block(x, 192)
    return _close(image, x)


def multiply_adds(network):
    """Count the multiply-adds of one digit's forward pass, from the layers' shapes."""
    total = 0
    for layer in network.layers:
        if isinstance(layer, layers.Conv2D):
            _, height, width, _ = layer.output.shape
            total += height * width * math.prod(layer.kernel.shape)
        elif isinstance(layer, layers.Dense):
            total += math.prod(layer.kernel.shape)
    return total


def _open():
    image = keras.Input((SIDE, SIDE), dtype="uint8")
    scaled = layers.Rescaling(1 / 255)(image)
    return image, layers.Reshape((SIDE, SIDE, 1))(scaled)


def _block(x, filters, kernel=3, stride=1, pool=False):
    """Convolution without padding, max pooling if asked, batch norm, ReLU."""
    x = layers.Conv2D(filters, kernel, strides=stride, use_bias=False)(x)
    if pool:
        x = layers.MaxPooling2D()(x)
    # A schedule of a few thousand steps needs running statistics that keep up.
    x = layers.BatchNormalization(momentum=0.9)(x)
    return layers.ReLU()(x)


def _close(image, x):
    x = layers.Dropout(0.3)(layers.Flatten()(x))
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


ARCHITECTURES = {function.__name__: function for function in (pooled, strided)}
"""What `members.architectures` may name, and how to build it."""
