"""Which digits the error browser shows, and where what belongs to it lies."""

from pathlib import Path

import numpy as np

from pipeline.frame import files

EXPLAINED = Path("data/explained.npz")
DOUBTFUL = files.REPORTS / "doubtful_labels.csv"
PICTURES = files.REPORTS / "errors"
PEER = files.REPORTS / "benchmarks/doubtful_labels.json"
"""What cleanlab says of the same labels; made by `benchmarks.doubtful_labels`."""

HARD = 100
"""Test digits shown that the ensemble read right, with the least certainty."""

DOUBTED = 100
"""Training digits shown, those whose label is least probable."""

MOST = 1500
"""Test digits shown at most: what the ensemble misreads comes first."""

WEIGHED = 300
"""Test digits at most of which it is weighed what speaks for each reading."""

NEIGHBOURS = 5
"""Training digits shown beside each."""


def best_member(of_members, labels):
    """Name the member with the fewest errors, shown as the best and not chosen."""
    errors = {name: (p.argmax(1) != labels).sum() for name, p in of_members.items()}
    return min(errors, key=lambda name: errors[name])


def choose_test_digits(systems, labels):
    """Choose the test digits that are misread by a system, or hard for the ensemble.

    Parameters
    ----------
    systems : dict of str to ndarray of shape (n, 10)
        Probabilities, the ensemble's among them.
    labels : ndarray of shape (n,)

    Returns
    -------
    ndarray of int
        Indices in ascending order, at most `MOST`.
    """
    wrong = np.stack([p.argmax(1) != labels for p in systems.values()]).sum(0)
    own = systems["ensemble"]
    misread = own.argmax(1) != labels
    certainty = np.where(misread, np.inf, own.max(1))
    hard = np.zeros(len(labels), bool)
    hard[certainty.argsort(kind="stable")[:HARD]] = True
    # The most wanted first: misread, hard, then by how many systems misread it.
    order = np.lexsort((-wrong, ~hard, ~misread))
    wanted = order[(misread | hard | (wrong > 0))[order]]
    return np.sort(wanted[:MOST])


def name_of(part, index):
    """Return the stable name of a digit, such as ``test-2654``."""
    return f"{part}-{index}"
