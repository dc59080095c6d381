"""k nearest neighbours under the image distortion model."""

import typing
from dataclasses import dataclass

import numpy as np

from ensembles.baselines.base import DigitClassifier
from ensembles.baselines.sobel_rows import MAX_WARP, lay_out
from ensembles.digits.deskewing import deskew_all
from ensembles.digits.form import SIDE
from ensembles.digits.gradients import histograms
from ensembles.settings import check_range

VIEWS = {"as_drawn": (False,), "upright": (True,), "both": (False, True)}
"""Whether digits are made upright first, in each vote."""

ROWS = 500
"""Digits whose likely neighbours are looked for together."""


@dataclass(eq=False, repr=False)
class DeformationNeighbours(DigitClassifier):
    """k nearest neighbours by the distance that remains after the best warp.

    The distance is slow, so it is taken to the likely neighbours only: those whose
    histograms of gradients agree best, which one matrix product finds.

    Parameters
    ----------
    neighbours : int
        How many neighbours vote.
    warp : int
        How far a pixel may look for its counterpart, along each axis.
    candidates : int
        How many training digits are compared by warping.
    views : {"as_drawn", "upright", "both"}
        Whether digits are made upright before they are warped; of both, the
        probabilities are averaged.
    sharpness : float
        How much less a vote weighs whose distance exceeds the least:
        exp(-sharpness * relative excess).
    cells, blur : int, float
        Of the histograms; see `ensembles.digits.gradients.histograms`.

    References
    ----------
    Keysers et al. (2007), "Deformation models for image recognition", IEEE
    Transactions on Pattern Analysis and Machine Intelligence 29.
    """

    name = "knn_deformation"
    published_percent = 0.52
    cheap = False

    neighbours: int
    warp: int
    candidates: int
    views: typing.Literal["as_drawn", "upright", "both"]
    sharpness: float
    cells: int
    blur: float

    def __post_init__(self):
        check_range(self, 1, 1000, "neighbours")
        check_range(self, 0, MAX_WARP, "warp")
        check_range(self, self.neighbours, 1_000_000, "candidates")
        if self.views not in VIEWS:
            known = ", ".join(VIEWS)
            raise ValueError(f"`views` must be one of {known}; got {self.views!r}")
        check_range(self, 0, 1000, "sharpness")
        check_range(self, 1, SIDE, "cells")
        check_range(self, 0.1, 14, "blur")

    def _fit(self, images, labels):
        check_range(self, 1, len(images), "neighbours")
        self.images_, self.labels_ = images, labels

    def _predict(self, images):
        candidates = self._preselect(images)
        votes = [self._warp(images, candidates, view) for view in VIEWS[self.views]]
        return np.mean(votes, axis=0)

    def _warp(self, images, candidates, upright):
        """Let the nearest candidates vote, under one view of the digits."""
        from ensembles.baselines.warping import nearest

        seen, known = (
            lay_out(deskew_all(part) if upright else part, self.warp)
            for part in (images, self.images_)
        )
        columns, distances = nearest(
            seen, known, candidates, self.neighbours, self.warp
        )
        found = self.labels_[np.take_along_axis(candidates, columns, axis=1)]
        return vote(found, distances, self.sharpness)

    def _preselect(self, images):
        """Return the likely neighbours, the likeliest first, (n, n_candidates)."""
        count = min(self.candidates, len(self.images_))
        references = histograms(self.images_, self.cells, self.blur)
        sought = histograms(images, self.cells, self.blur)
        parts = np.array_split(sought, 1 + len(images) // ROWS)
        return np.concatenate([_best(part @ references.T, count) for part in parts])


def vote(labels, distances, sharpness):
    """Let neighbours vote, the nearest with weight one.

    Parameters
    ----------
    labels, distances : ndarray of shape (n, k)
        Nearest first.
    sharpness : float

    Returns
    -------
    ndarray of shape (n, 10)
    """
    least = np.maximum(distances[:, :1], 1e-6)
    weights = np.exp(-sharpness * (distances / least - 1))
    ballots = np.eye(10)[labels] * weights[:, :, None]
    return ballots.sum(1) / weights.sum(1, keepdims=True)


def _best(agreement, count):
    """Return each row's `count` largest columns, the largest first."""
    likely = np.argpartition(-agreement, count - 1, axis=1)[:, :count]
    order = np.take_along_axis(agreement, likely, axis=1).argsort(axis=1)[:, ::-1]
    return np.take_along_axis(likely, order, axis=1)
