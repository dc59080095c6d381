"""Networks drawn at random: dense, recurrent and convolutional ones."""

from dataclasses import dataclass

import keras
import numpy as np
from keras import layers

from ensembles.baselines.plain_weights import fit_network
from ensembles.digits.form import SIDE

RANGES = {
    "dense": ((1, 7), (128, 1023)),
    "recurrent": ((1, 1), (32, 127)),
    # The paper draws 3 to 9 blocks, but a digit can be halved four times only.
    "convolutional": ((3, 4), (128, 511)),
}
"""Of each kind, the least and greatest depth, and the same of the units per layer."""

OPTIMIZERS = ("RMSprop", "Adagrad", "Adam")

HEAD = 256
"""Units between a convolutional network's features and the classes."""


@dataclass(frozen=True)
class Drawn:
    """What was drawn for one network.

    Attributes
    ----------
    kind : str
        A key of `RANGES`.
    depth, units : int
        Hidden layers or convolutional blocks, and units or filters in each.
    optimizer : str
        One of `OPTIMIZERS`.
    seed : int
        Seed of weights, dropout and order.
    """

    kind: str
    depth: int
    units: int
    optimizer: str
    seed: int


def draw_network(kind, width, seed, number):
    """Draw a network of one kind.

    Each network has a stream of its own, so that asking for more of them changes
    none of the first.

    Parameters
    ----------
    kind : str
        A key of `RANGES`.
    width : float
        Factor of the units drawn; 1 is the paper's range.
    seed, number : int
        Seed of all networks, and which one of its kind this is.

    Returns
    -------
    Drawn
    """
    rng = np.random.default_rng((seed, list(RANGES).index(kind), number))
    depths, units = RANGES[kind]
    return Drawn(
        kind=kind,
        depth=int(rng.integers(*depths, endpoint=True)),
        units=max(1, round(width * rng.integers(*units, endpoint=True))),
        optimizer=str(rng.choice(OPTIMIZERS)),
        seed=int(rng.integers(2**31)),
    )


def build_network(drawn, dropout=0.0):
    """Build the network that was drawn.

    Parameters
    ----------
    drawn : Drawn
    dropout : float
        Share of the units or filters dropped in training after each layer or block.

    Returns
    -------
    keras.Model
        From digits as they are stored, uint8 (n, 28, 28), to probabilities.
    """
    image = keras.Input((SIDE, SIDE), dtype="uint8")
    features = _FEATURES[drawn.kind](layers.Rescaling(1 / 255)(image), drawn, dropout)
    return keras.Model(image, layers.Dense(10, activation="softmax")(features))


def train_network(drawn, images, labels, epochs, batch_size, rate, dropout):
    """Train the network that was drawn, for a fixed number of epochs.

    Parameters
    ----------
    drawn : Drawn
    images : ndarray of shape (n, 28, 28), uint8
    labels : ndarray of shape (n,)
    epochs, batch_size : int
    rate : float
        The optimizer's at first; it falls along a cosine to zero.
    dropout : float
        As in `build_network`.

    Returns
    -------
    list of ndarray
        Its weights.
    """
    keras.utils.set_random_seed(drawn.seed)
    network = build_network(drawn, dropout)
    steps = -(-len(images) // batch_size) * epochs
    schedule = keras.optimizers.schedules.CosineDecay(rate, steps)
    optimizer = getattr(keras.optimizers, drawn.optimizer)(schedule)
    network.compile(optimizer, "sparse_categorical_crossentropy")
    return fit_network(network, images, labels, batch_size=batch_size, epochs=epochs)


def _dense(x, drawn, dropout):
    x = layers.Flatten()(x)
    for _ in range(drawn.depth):
        x = layers.Dense(drawn.units, activation="relu")(x)
        x = layers.Dropout(dropout)(x)
    return x


def _recurrent(x, drawn, _):
    """Read each row pixel by pixel, then the column of what the rows gave."""
    rows = layers.LSTM(drawn.units)(keras.ops.reshape(x, (-1, SIDE, 1)))
    return layers.LSTM(drawn.units)(keras.ops.reshape(rows, (-1, SIDE, drawn.units)))


def _convolutional(x, drawn, dropout):
    """Two convolutions, then blocks that halve the side: 24, 12, 6, 3, 1."""
    x = layers.Reshape((SIDE, SIDE, 1))(x)
    for _ in range(2):
        x = layers.Conv2D(drawn.units, 3, activation="relu")(x)
    for _ in range(drawn.depth):
        x = layers.Conv2D(drawn.units, 3, padding="same", activation="relu")(x)
        x = layers.Dropout(dropout)(layers.MaxPooling2D()(x))
    x = layers.Dense(HEAD, activation="relu")(layers.Flatten()(x))
    return layers.Dropout(dropout)(x)


_FEATURES = {
    "dense": _dense,
    "recurrent": _recurrent,
    "convolutional": _convolutional,
}
