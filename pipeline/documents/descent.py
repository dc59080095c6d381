"""Optimizers that go down a valley, at several learning rates."""

from functools import partial

import numpy as np

STEEP = 100.0
"""How much steeper than along it the valley of `descend` is across."""

START = (-4.0, 0.9)

STEPS = 40

RATES = {
    "plain": (0.005, 0.01, 0.015, 0.019),
    "momentum": (0.0025, 0.005, 0.01, 0.015, 0.02),
    "Adam": (0.05, 0.1, 0.2, 0.3, 0.4),
}
"""Of the descents that are compared: of each kind the best is shown."""


def valley(x, y):
    """Return the height of a valley that is narrow across y."""
    return (x**2 + STEEP * y**2) / 2


def descend(optimizer, steps):
    """Let one of Keras's optimizers go down the valley.

    Parameters
    ----------
    optimizer : keras.optimizers.Optimizer
    steps : int

    Returns
    -------
    ndarray of shape (steps + 1, 2)
        The places that were reached, x and y, the start first.
    """
    import keras
    from keras import ops

    place = keras.Variable(np.array(START, np.float32))
    slope = np.array([1, STEEP], np.float32)
    reached = [np.array(START)]
    for _ in range(steps):
        gradient = ops.convert_to_tensor(slope * ops.convert_to_numpy(place))
        optimizer.apply([gradient], [place])
        reached.append(ops.convert_to_numpy(place).astype(float))
    return np.array(reached)


def compare_optimizers():
    """Send gradient descent, momentum and Adam down the valley, at their best rates."""
    from keras.optimizers import SGD, Adam

    kinds = {"plain": SGD, "momentum": partial(SGD, momentum=0.8), "Adam": Adam}
    return {name: at_best_rate(kind, RATES[name]) for name, kind in kinds.items()}


def at_best_rate(kind, rates):
    """Return the path of the learning rate that ends lowest."""
    paths = [descend(kind(rate), STEPS) for rate in rates]
    return min(paths, key=lambda path: valley(*path[-1]))


def compare_rates():
    """Send gradient descent down the valley with three learning rates."""
    from keras.optimizers import SGD

    rates = {"too low": 0.001, "right": 0.018, "too high": 0.021}
    return {name: descend(SGD(rate), STEPS) for name, rate in rates.items()}
