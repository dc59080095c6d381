"""The test digits that are hard: those misread, and those read with least certainty."""

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

HARD = 100
"""So many digits that were read right with least certainty are in the quiz too."""


@dataclass(frozen=True)
class Hard:
    """A hard test digit.

    Attributes
    ----------
    index : int
        Its place among the test digits.
    label : int
    ensemble : int
        What the ensemble reads.
    confidence : float
        The probability that it gives to that.
    disputed : bool
        Whether people who were asked do not agree on the label.
    """

    index: int
    label: int
    ensemble: int
    confidence: float
    disputed: bool = False


class Gallery:
    """The hard digits of the last evaluation.

    Parameters
    ----------
    reports : Path
        Where ``errors.csv`` lies, and the error browser, if there is one.
    data : Path
        Where ``test.npz`` lies, and ``predictions.npz`` if the quiz is to hold digits
        that were read right.
    """

    def __init__(self, reports, data):
        self._table = Path(reports) / "errors.csv"
        self._browser = Path(reports) / "index.html"
        self._digits = Path(data) / "test.npz"
        self._predictions = Path(data) / "predictions.npz"

    @property
    def missing(self):
        """The files that are needed and not there."""
        return [path for path in (self._table, self._digits) if not path.is_file()]

    @property
    def browser(self):
        """The error browser that the last report wrote, or None."""
        return self._browser if self._browser.is_file() else None

    @cached_property
    def errors(self):
        """What the ensemble misreads, the least probable label first."""
        with self._table.open(newline="") as lines:
            return [
                Hard(
                    int(row["index"]),
                    int(row["label"]),
                    int(row["ensemble"]),
                    float(row["confidence"]),
                    row["disputed"] == "True",
                )
                for row in csv.DictReader(lines)
                # The table also has what only the other systems misread.
                if row["ensemble"] != row["label"]
            ]

    @cached_property
    def quiz(self):
        """Misread digits and hard ones that were read right, shuffled once for all."""
        pool = [one for one in self.errors if not one.disputed] + self._read_right()
        order = np.random.default_rng(0).permutation(len(pool))
        return [pool[i] for i in order]

    def image(self, index):
        """Return a hard digit's picture, uint8 of shape (28, 28); None for others."""
        return self._images.get(index)

    @cached_property
    def _images(self):
        with np.load(self._digits) as digits:
            images = digits["images"]
        return {one.index: images[one.index].copy() for one in self.errors + self.quiz}

    def _read_right(self):
        if not self._predictions.is_file():
            return []
        with np.load(self._predictions) as predictions:
            probabilities = predictions["ensemble"]
        with np.load(self._digits) as digits:
            labels = digits["labels"]
        certainty = probabilities.max(1)
        right = np.flatnonzero(probabilities.argmax(1) == labels)
        hardest = right[np.argsort(certainty[right])[:HARD]]
        return [
            Hard(int(i), int(labels[i]), int(labels[i]), float(certainty[i]))
            for i in hardest
        ]
