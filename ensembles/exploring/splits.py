"""Which digits an exploration learns from, watches, and is scored on."""

from dataclasses import dataclass

import numpy as np

from ensembles.digits.folds import deal_folds

SCORED_FOLD = 0
PARTS = 5
"""The digits outside the scored fold are dealt so often, by writer; one part of them is
watched."""


@dataclass(frozen=True)
class Split:
    """Rows of the training set; no writer is in two of the three.

    Attributes
    ----------
    train, watched, scored : ndarray of int
        Digits that networks learn from; digits by which they are stopped, given up and
        chosen; and digits that are looked at once, when all is chosen.
    """

    train: np.ndarray
    watched: np.ndarray
    scored: np.ndarray

    def cut(self, train, watched):
        """Return at most so many digits to learn from and to watch."""
        return Split(self.train[:train], self.watched[:watched], self.scored)


def split_digits(labels, writers, fold, seed):
    """Split the training set by writer.

    Parameters
    ----------
    labels, writers, fold : ndarray of shape (n,)
        Class, writer and fold of each digit.
    seed : int
        Seed of the deal and of the order, so that any first rows are of all writers.

    Returns
    -------
    Split
    """
    others = np.flatnonzero(fold != SCORED_FOLD)
    dealt = deal_folds(labels[others], writers[others], PARTS, seed)
    shuffled = np.random.default_rng(seed).permutation(len(others))
    watched = dealt[shuffled] == 0
    return Split(
        train=others[shuffled[~watched]],
        watched=others[shuffled[watched]],
        scored=np.flatnonzero(fold == SCORED_FOLD),
    )
