"""Convolutional networks, each a function that builds one; ours suit two cores.

All take digits as they are stored, uint8 of shape (n, 28, 28), and answer
probabilities, float32 of shape (n, 10). The counts in the docstrings are
parameters, and multiply-adds of one digit's forward pass in millions (MMAC).
"""

import math

import keras
from keras import layers

from ensembles.digits.form import SIDE
from ensembles.members.crop_layers import CentreCrop, Standardise
from ensembles.members.deskew_layer import Deskew


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


def deep():
    """Seven 3 × 3 convolutions in three stages, each of half the last one's side.

    674,346 parameters, 22.17 MMAC.
    """
    image, x = _open()
    x = _block(x, 32)
    x = _block(x, 32, pool=True)
    x = _block(x, 64)
    x = _block(layers.ZeroPadding2D()(x), 96)
    x = _block(x, 96, pool=True)
    x = _block(layers.ZeroPadding2D()(x), 192)
    x = _block(x, 192)
    return _close(image, x)


def deskewed_strided():
    """`strided` on upright digits: some that it misreads are read as stored.

    249,642 parameters, 6.17 MMAC.

    References
    ----------
    Ciresan, Meier and Schmidhuber (2012), "Multi-column deep neural networks for
    image classification", CVPR, whose columns differ in how digits are normalised.
    """
    return _deskewed(strided())


def deskewed_deep():
    """`deep` on upright digits.

    674,346 parameters, 22.17 MMAC.
    """
    return _deskewed(deep())


def deskewed_m5():
    """`m5` on upright digits.

    1,129,160 parameters, 137.37 MMAC.
    """
    return _deskewed(m5())


def m3():
    """Ten 3 × 3 convolutions, nothing pooled.

    1,126,280 parameters, 173.38 MMAC.

    References
    ----------
    An, Lee, Park, Yang and So (2020), "An ensemble of simple convolutional neural
    network models for MNIST digit recognition".
    """
    return _plain(kernel=3, filters=range(32, 177, 16))


def m5():
    """Five 5 × 5 convolutions, nothing pooled; by the authors of `m3`.

    1,129,160 parameters, 137.37 MMAC.
    """
    return _plain(kernel=5, filters=range(32, 161, 32))


def m7():
    """Four 7 × 7 convolutions, nothing pooled; by the authors of `m3`.

    2,292,952 parameters, 148.39 MMAC.
    """
    return _plain(kernel=7, filters=range(48, 193, 48))


def squeeze_excite():
    """Three blocks of three 3 × 3 convolutions, whose channels are weighed.

    1,189,516 parameters, 665.64 MMAC.

    References
    ----------
    Matuzas77 (2020), "MNIST-0.17", for the network; Hu, Shen and Sun (2018),
    "Squeeze-and-excitation networks", CVPR, for the weighing.
    """
    image, x = _open()
    for block in range(3):
        for _ in range(3):
            x = layers.Conv2D(128, 3, padding="same", activation="relu")(x)
        x = _weigh(layers.BatchNormalization(momentum=0.9)(x))
        if block:
            x = layers.AveragePooling2D(2)(x)
    x = layers.Concatenate()(
        [layers.GlobalMaxPooling2D()(x), layers.GlobalAveragePooling2D()(x)]
    )
    return keras.Model(image, _answer(x, use_bias=False))


def doucet():
    """Three widths of convolutions, five of them residual, on an enlarged crop.

    In training the crop is the deformation's, at a place that is drawn.

    4,736,522 parameters, 329.28 MMAC.

    References
    ----------
    Doucet (2019), github.com/ttdoucet/mnist.
    """
    image = keras.Input((SIDE, SIDE), dtype="uint8")
    x = Standardise(dtype="float32")(CentreCrop(3)(image))
    x = _rectify(layers.Reshape((SIDE, SIDE, 1))(x), 128, kernel=5)
    x = _add(layers.MaxPooling2D()(_add(x)))
    x = layers.MaxPooling2D()(_rectify(_normalise(x), 256))
    x = _rectify(_normalise(_add(x)), 512)
    x = _add(layers.MaxPooling2D(padding="same")(x))
    x = layers.GlobalAveragePooling2D()(_normalise(x))
    return keras.Model(image, _answer(x, **_small_weights(x.shape[-1])))


def multiply_adds(network):
    """Count the multiply-adds of one digit's forward pass, from the layers' shapes."""
    total = 0
    for layer in network.layers:
        if isinstance(layer, keras.Model):
            total += multiply_adds(layer)
        elif isinstance(layer, layers.Conv2D):
            _, height, width, _ = layer.output.shape
            total += height * width * math.prod(layer.kernel.shape)
        elif isinstance(layer, layers.Dense):
            total += math.prod(layer.kernel.shape)
    return total


def _open():
    image = keras.Input((SIDE, SIDE), dtype="uint8")
    scaled = layers.Rescaling(1 / 255, dtype="float32")(image)
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
    return keras.Model(image, _answer(x))


def _answer(x, **settings):
    # Of the single precision that a loss needs, whatever the network's is.
    return layers.Dense(10, activation="softmax", dtype="float32", **settings)(x)


def _deskewed(network):
    image = keras.Input((SIDE, SIDE), dtype="uint8")
    return keras.Model(image, network(Deskew()(image)))


def _plain(kernel, filters):
    image, x = _open()
    for count in filters:
        x = _block(x, count, kernel)
    x = layers.Dense(10, use_bias=False)(layers.Flatten()(x))
    x = layers.BatchNormalization(momentum=0.9)(x)
    return keras.Model(image, layers.Softmax(dtype="float32")(x))


def _weigh(x):
    """Multiply each channel by a factor that follows from the means of all."""
    weights = layers.Dense(4, activation="relu")(layers.GlobalAveragePooling2D()(x))
    weights = layers.Dense(x.shape[-1], activation="sigmoid")(weights)
    return layers.Multiply()([x, layers.Reshape((1, 1, x.shape[-1]))(weights)])


def _rectify(x, filters, kernel=3):
    weights = _small_weights(kernel * kernel * x.shape[-1])
    return layers.Conv2D(filters, kernel, padding="same", activation="relu", **weights)(
        x
    )


def _add(x):
    """Normalise, and add what a convolution finds there."""
    x = _normalise(x)
    return layers.Add()([x, _rectify(x, x.shape[-1])])


def _normalise(x):
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)


def _small_weights(inputs):
    """Return initial weights uniform within one over the root of a unit's inputs."""
    most = inputs**-0.5
    # One object each, for one alone would draw the same for equal shapes.
    uniform = keras.initializers.RandomUniform
    return {
        "kernel_initializer": uniform(-most, most),
        "bias_initializer": uniform(-most, most),
    }


OURS = (pooled, strided, deep, deskewed_strided, deskewed_deep, deskewed_m5)
PUBLISHED = (m3, m5, m7, squeeze_excite, doucet)

ARCHITECTURES = {function.__name__: function for function in (*OURS, *PUBLISHED)}
"""What `members.architectures` may name, and how to build it."""


def find(name):
    """Return the function that builds an architecture.

    Raises
    ------
    ValueError
        If there is none of this name.
    """
    if name not in ARCHITECTURES:
        known = ", ".join(ARCHITECTURES)
        raise ValueError(f"there is no architecture {name!r}; use one of {known}")
    return ARCHITECTURES[name]
