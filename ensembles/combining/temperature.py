"""Make a network as sure as it is right, by a temperature.

A network that learned from smoothed labels is less sure than it is right, and one that
learned its training digits by heart is surer. An average weighs each by its sureness.

References
----------
Guo et al. (2017), "On calibration of modern neural networks", ICML.
"""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

LEAST, MOST = 0.1, 10.0
"""The range of temperatures."""

TINY = 1e-7
"""Probabilities are held above this before a logarithm is taken."""


def temper(probabilities, temperature):
    """Divide the logits behind probabilities by a temperature.

    Parameters
    ----------
    probabilities : ndarray of shape (..., 10)
        From a softmax.
    temperature : float
        Below 1: surer; above: less sure. The most probable digit stays so.

    Returns
    -------
    ndarray of the same shape and type
    """
    powers = probabilities ** (1 / temperature)
    return powers / powers.sum(-1, keepdims=True)


def fit_temperature(probabilities, labels):
    """Return the temperature of least log loss.

    Parameters
    ----------
    probabilities : ndarray of shape (n, 10)
        A network's, of digits that it had not seen.
    labels : ndarray of shape (n,)
        True digits.

    Returns
    -------
    float
        From `LEAST` to `MOST`.
    """
    logits = np.log(np.maximum(probabilities, TINY), dtype=np.float64)
    each = np.arange(len(labels))

    def loss(log_temperature):
        logs = log_softmax(logits / np.exp(log_temperature), axis=1)
        return -logs[each, labels].mean()

    bounds = np.log([LEAST, MOST])
    return float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded").x))
