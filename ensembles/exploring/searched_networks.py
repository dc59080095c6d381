"""Networks whose shape is searched: multilayer perceptrons and convolutional ones."""

from collections.abc import Callable

import keras
from keras import layers

from ensembles.digits.form import SIDE
from ensembles.exploring.families import FAMILIES, FIXED


def build_network(family, setting):
    """Build a network of a family.

    Parameters
    ----------
    family : str
        A key of `ensembles.exploring.families.FAMILIES`.
    setting : dict
        Of its ``space``, and what differs from `FIXED`; what concerns learning alone is
        left aside.

    Returns
    -------
    keras.Model
        From digits as they are stored, uint8 (n, 28, 28), to probabilities (n, 10).
    """
    kind = FAMILIES[family]
    names, whole = (*kind.shape, *FIXED, "normalise", "dropout", "l2"), FIXED | setting
    return BUILDERS[kind.builder](**{name: whole[name] for name in names})


def build_mlp(depth, width, activation, normalise, dropout, l2):
    """Build a perceptron of equally wide hidden layers.

    Parameters
    ----------
    depth, width : int
        Hidden layers, and units of each.
    activation : {"relu", "tanh", "sigmoid"}
        What bends each unit's sum.
    normalise : bool
        Whether each layer is batch-normalised before its activation.
    dropout : float
        Share of each one's units dropped in training.
    l2 : float
        Penalty on the squares of the kernels.
    """
    image, x = _open()
    x = layers.Flatten()(x)
    for _ in range(depth):
        x = _dense(x, width, activation, normalise, l2)
        x = layers.Dropout(dropout)(x)
    return _close(image, x, l2)


def build_cnn(
    blocks, filters, kernel, pooling, dense, activation, normalise, dropout, l2
):
    """Build blocks of a convolution and a pooling, each of twice the last's filters.

    Parameters
    ----------
    blocks, filters : int
        Blocks, and filters of the first.
    kernel : int
        Side of all kernels; the first is not padded, the others are.
    pooling : {"max", "average", "stride"}
        How a block halves the side of its maps; the last by the convolution's stride.
    dense : int
        Units between features and answer; 0 is none.
    activation, normalise, dropout, l2
        As of `build_mlp`; dropout is of the features that the dense layers receive.
    """
    image, x = _open()
    for block in range(blocks):
        padding = "same" if block else "valid"
        x = _convolve(x, filters * 2**block, kernel, padding, pooling, l2)
        x = _activate(x, activation, normalise)
    x = layers.Dropout(dropout)(layers.Flatten()(x))
    if dense:
        x = layers.Dropout(dropout)(_dense(x, dense, activation, normalise, l2))
    return _close(image, x, l2)


def _convolve(x, filters, kernel, padding, pooling, l2):
    strides = 2 if pooling == "stride" else 1
    penalty = keras.regularizers.L2(l2)
    x = layers.Conv2D(filters, kernel, strides, padding, kernel_regularizer=penalty)(x)
    if pooling == "max":
        return layers.MaxPooling2D()(x)
    if pooling == "average":
        return layers.AveragePooling2D(2)(x)
    return x


def _dense(x, units, activation, normalise, l2):
    x = layers.Dense(units, kernel_regularizer=keras.regularizers.L2(l2))(x)
    return _activate(x, activation, normalise)


def _activate(x, activation, normalise):
    # Schedules of few steps need running statistics that keep up.
    x = layers.BatchNormalization(momentum=0.9)(x) if normalise else x
    if activation == "relu":
        return layers.ReLU()(x)
    return layers.Activation(activation)(x)


def _open():
    image = keras.Input((SIDE, SIDE), dtype="uint8")
    scaled = layers.Rescaling(1 / 255)(image)
    return image, layers.Reshape((SIDE, SIDE, 1))(scaled)


def _close(image, x, l2):
    penalty = keras.regularizers.L2(l2)
    answer = layers.Dense(10, activation="softmax", kernel_regularizer=penalty)(x)
    return keras.Model(image, answer)


BUILDERS: dict[str, Callable] = {"build_mlp": build_mlp, "build_cnn": build_cnn}
