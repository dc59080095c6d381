"""Networks of one architecture as a single one: fewer, larger steps run faster."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from ensembles.members.deskew_layer import Deskew

WEIGHTLESS = (
    Deskew,
    layers.Dropout,
    layers.MaxPooling2D,
    layers.ReLU,
    layers.Rescaling,
    layers.Reshape,
    layers.ZeroPadding2D,
)
"""Layers that treat all channels alike, so that one may serve all networks."""

JOINED = (layers.BatchNormalization, layers.Conv2D, layers.Dense, layers.Flatten)
"""Layers of which the networks' own become a larger one."""


def join(networks, name):
    """Make one network that computes what these compute.

    Where all layers are `WEIGHTLESS` or `JOINED`, each convolution becomes one with a
    group of channels for each network. Others run one after the other: larger networks,
    that lose nothing by it.

    Parameters
    ----------
    networks : list of keras.Model
        Of one architecture.
    name : str
        Of the new network, which the names in its graph begin with.

    Returns
    -------
    keras.Model
        From the networks' input to float32 of shape (n, n_networks, 10).

    References
    ----------
    Krizhevsky, Sutskever and Hinton (2012), "ImageNet classification with deep
    convolutional neural networks", for convolutions in groups.
    """
    given = networks[0].inputs[0]
    image = keras.Input(given.shape[1:], dtype=given.dtype)
    if _can_be_joined(networks[0]):
        return keras.Model(image, _join_layers(networks, image), name=name)
    answers = [network(image) for network in networks]
    return keras.Model(image, ops.stack(answers, axis=1), name=name)


def _can_be_joined(network):
    """Tell whether all layers can; such a network is a chain: none has two inputs."""
    return all(
        _can_be_joined(layer)
        if isinstance(layer, keras.Model)
        else isinstance(layer, WEIGHTLESS + JOINED)
        for layer in _after_input(network)
    )


def _after_input(network):
    return network.layers[1:]


def _join_layers(networks, x):
    for same in zip(*map(_after_input, networks), strict=True):
        x = _join_layer(same, x)
    return x


def _join_layer(same, x):
    """Apply the layers that stand in one place of all networks."""
    layer, count = same[0], len(same)
    if isinstance(layer, keras.Model):
        return _join_layers(same, x)
    if isinstance(layer, layers.Conv2D):
        # The image is the same for all networks, so the first one has a single group.
        groups = x.shape[-1] // layer.input.shape[-1]
        changes = {"filters": layer.filters * count, "groups": groups}
        return _concatenate(_GroupedConv2D, same, x, changes)
    if isinstance(layer, layers.BatchNormalization):
        return _concatenate(layers.BatchNormalization, same, x)
    if isinstance(layer, layers.Flatten):
        return _flatten(x, count)
    if isinstance(layer, layers.Dense):
        return _Denses(same)(x)
    return layer(x)


def _concatenate(kind, same, x, changes=()):
    """Apply a layer that has the channels of all these."""
    joined = kind.from_config(same[0].get_config() | dict(changes))
    y = joined(x)
    weights = zip(*(layer.get_weights() for layer in same), strict=True)
    joined.set_weights([np.concatenate(of_all, axis=-1) for of_all in weights])
    return y


def _flatten(x, count):
    """Turn (n, height, width, count * channels) into (n, count, features)."""
    *sides, channels = x.shape[1:]
    x = layers.Reshape((*sides, count, channels // count))(x)
    x = layers.Permute((3, 1, 2, 4))(x)
    return layers.Reshape((count, -1))(x)


class _GroupedConv2D(layers.Conv2D):
    def call(self, x):
        # On processors Keras compiles grouped convolutions, which ONNX has no word for.
        y = tf.nn.convolution(
            x,
            self.kernel,
            self.strides,
            self.padding.upper(),
            dilations=self.dilation_rate,
        )
        return self.activation(y + self.bias if self.use_bias else y)


class _Denses(layers.Layer):
    """Dense layers, each of one network's features: from (n, networks, features)."""

    def __init__(self, same, **keywords):
        super().__init__(**keywords)
        weights = zip(*(layer.get_weights() for layer in same), strict=True)
        self.kernels, *self.biases = map(np.stack, weights)
        self.activation = same[0].activation

    def call(self, x):
        products = ops.matmul(ops.swapaxes(x, 0, 1), self.kernels)
        scores = sum(self.biases, start=ops.swapaxes(products, 0, 1))
        return self.activation(scores)
