"""Deciding among ten digits by units that each tell two of them apart."""

from itertools import combinations

import numpy as np


def class_pairs(n_classes):
    """List the pairs of classes, (n_pairs, 2), in scikit-learn's order."""
    return np.array(list(combinations(range(n_classes), 2)))


def add_up(votes_for, votes_against, n_classes):
    """Sum the units' votes for each class.

    Parameters
    ----------
    votes_for, votes_against : ndarray of shape (n, n_pairs)
        What each unit gives to the first, and to the second class of its pair.
    n_classes : int

    Returns
    -------
    ndarray of shape (n, n_classes)
    """
    first, second = np.eye(n_classes)[class_pairs(n_classes).T]
    return votes_for @ first + votes_against @ second
