"""Labels that those who had not seen them do not believe.

References
----------
Northcutt, Jiang and Chuang (2021), "Confident learning: estimating uncertainty in
dataset labels", Journal of Artificial Intelligence Research 70, for self-confidence.
"""

import numpy as np


def rank_doubtful(probabilities, labels, count):
    """Return the digits whose own label is least probable, the least first.

    Parameters
    ----------
    probabilities : ndarray of shape (n, 10)
        By networks that had not seen the digit: those that had believe its label.
    labels : ndarray of shape (n,)
    count : int

    Returns
    -------
    ndarray of shape (min(count, n),), int64
    """
    own = probabilities[np.arange(len(labels)), labels]
    return own.argsort(kind="stable")[:count]


def runners_up(probabilities, digits):
    """Return the most probable of the other nine digits, shape (n,).

    Parameters
    ----------
    probabilities : ndarray of shape (n, 10)
    digits : ndarray of shape (n,)
    """
    others = np.array(probabilities)
    others[np.arange(len(digits)), digits] = -1
    return others.argmax(1)
