"""The test digits that are hard: those misread, and those read with least certainty."""

import csv
import json
from dataclasses import dataclass
from functools import cached_property
from zipfile import BadZipFile

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
    disputed: bool

    @property
    def misread(self):
        """Whether the ensemble reads another digit than the label."""
        return self.ensemble != self.label


class Gallery:
    """The hard digits of the evaluation of the ensemble that is served.

    An ensemble that was released has it beside it, as ``errors.csv``; that of the last
    run is in the reports, if their ``metrics.json`` is of this ensemble.

    Parameters
    ----------
    sha256 : str or None
        The digest of the ensemble that is served.
    settings : webapp.environment.Settings
        Its `ensemble`, `reports` and `data`, where ``test.npz`` lies.
    """

    def __init__(self, sha256, settings):
        beside = settings.ensemble.with_name("errors.csv")
        released = _of_json(beside.with_name("card.json"), "sha256")
        last = _of_json(settings.reports / "metrics.json", "ensemble_sha256")
        self._released = beside.is_file() and sha256 == released
        self._evaluated = sha256 is not None and (self._released or sha256 == last)
        self._reports = settings.reports
        self._table = beside if self._released else settings.reports / "errors.csv"
        self._digits = settings.data / "test.npz"

    @property
    def missing(self):
        """The files that are needed and not there, damaged, or of something else."""
        if not self._evaluated:
            return [self._table]
        needed = (self._table, self._digits)
        absent = [path for path in needed if not path.is_file()]
        return absent or ([] if self._belong_together else list(needed))

    @property
    def browser(self):
        """The error browser that the last report wrote, or None."""
        path = self._reports / "index.html"
        return path if path.is_file() else None

    @property
    def system(self):
        """What the error browser calls the ensemble."""
        return "released" if self._released else "ensemble"

    @cached_property
    def errors(self):
        """What the ensemble misreads, the least probable label first."""
        return [one for one in self._rows if one.misread]

    @cached_property
    def quiz(self):
        """Misread digits and hard ones that were read right, shuffled once for all.

        Of what the ensemble reads right the table has what another system misread.
        """
        right = sorted(
            (one for one in self._rows if not one.misread),
            key=lambda one: one.confidence,
        )
        pool = [one for one in self.errors if not one.disputed] + right[:HARD]
        order = np.random.default_rng(0).permutation(len(pool))
        return [pool[i] for i in order]

    def image(self, index):
        """Return a hard digit's picture, uint8 of shape (28, 28); None for others."""
        return self._images.get(index)

    @cached_property
    def _rows(self):
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
            ]

    @cached_property
    def _belong_together(self):
        """Whether the table is not empty, and its labels are those of the digits.

        Every page asks for this, so damaged files must not take them all away.
        """
        try:
            with self._digits.open("rb") as file, np.load(file) as digits:
                labels = dict(enumerate(digits["labels"].tolist()))
            same = all(labels.get(one.index) == one.label for one in self._rows)
        except (BadZipFile, EOFError, KeyError, OSError, TypeError, ValueError):
            return False
        return bool(self.quiz) and same

    @cached_property
    def _images(self):
        with np.load(self._digits) as digits:
            images = digits["images"]
        return {one.index: images[one.index].copy() for one in self.errors + self.quiz}


def _of_json(path, key):
    """Return what a file of JSON has under a key; None if that cannot be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8")).get(key)
    except (AttributeError, OSError, ValueError):
        return None
