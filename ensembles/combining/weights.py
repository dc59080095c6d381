"""Weights of an average that make the true digits most probable.

Only the probability of the true digit enters the log loss of an average, so this is all
that is asked for: an array (n_systems, n). Weights are of shape (n_systems,) and sum to
one.

References
----------
Caruana et al. (2004), "Ensemble selection from libraries of models", ICML.
"""

import numpy as np
from scipy.optimize import minimize

from ensembles.combining.temperature import TINY


def of_least_loss(true):
    """Return the weights of least log loss, none of them negative."""
    n = len(true)
    found = minimize(
        _loss_and_gradient,
        np.full(n, 1 / n),
        (true,),
        jac=True,
        bounds=[(0, 1)] * n,
        constraints={"type": "eq", "fun": lambda weights: weights.sum() - 1},
        method="SLSQP",
    )
    weights = np.clip(found.x, 0, None)
    return weights / weights.sum()


def _loss_and_gradient(weights, true):
    mixed = np.maximum(weights @ true, TINY)
    return -np.log(mixed).mean(), -(true / mixed).mean(1)


def by_greedy_selection(true, rounds):
    """Return how often each system is added to the mean that it helps most.

    Parameters
    ----------
    true : ndarray of shape (n_systems, n)
    rounds : int
        Number of additions; systems may be added again.
    """
    total, counts = np.zeros(true.shape[1]), np.zeros(len(true))
    for _ in range(rounds):
        means = (total + true) / (counts.sum() + 1)
        best = np.log(np.maximum(means, TINY)).mean(1).argmax()
        total += true[best]
        counts[best] += 1
    return counts / counts.sum()
