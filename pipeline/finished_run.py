"""All that a finished run left behind and the report tells."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline import combination, shown
from pipeline.frame import files


@dataclass(frozen=True)
class FinishedRun:
    """A run, read from its files.

    Attributes
    ----------
    test, train : dict of str to ndarray
        ``images``, ``labels``, ``writer``, ``hsf`` of all digits.
    systems, members : dict of str to ndarray of shape (n, 10)
        Probabilities on the test digits, the ensemble's among the systems.
    board, errors : DataFrame
        `reports/leaderboard.csv` and `reports/errors.csv`.
    metrics : dict
        `reports/metrics.json`.
    chosen : pipeline.combination.Combination
    explained : dict of str to ndarray
        What the stage `explain` wrote.
    """

    test: dict
    train: dict
    systems: dict
    members: dict
    board: pd.DataFrame
    errors: pd.DataFrame
    metrics: dict
    chosen: combination.Combination
    explained: dict

    @property
    def labels(self):
        """True digits of the test set, int of shape (n,)."""
        return self.test["labels"].astype(int)

    @property
    def best_member(self):
        """The member with the fewest test errors."""
        return shown.best_member(self.members, self.labels)

    def probabilities(self, name):
        """Return a system's, or a member's, probabilities, shape (n, 10).

        Raises
        ------
        ValueError
            If there is none of that name.
        """
        everyone = self.systems | self.members
        if name not in everyone:
            raise ValueError(
                f"no system {name!r} in this run; there are {', '.join(everyone)}"
            )
        return everyone[name]

    def misread(self, name):
        """List a system's misread test digits, the least probable label first."""
        probabilities, labels = self.probabilities(name), self.labels
        wrong = np.flatnonzero(probabilities.argmax(1) != labels)
        wrong = wrong[probabilities[wrong, labels[wrong]].argsort(kind="stable")]
        disputed = self.errors.set_index("index")["disputed"]
        return pd.DataFrame(
            {
                "index": wrong,
                "label": labels[wrong],
                "read": probabilities[wrong].argmax(1),
                "confidence": probabilities[wrong].max(1),
                # A digit that only a member misreads is not in the table.
                "disputed": disputed.reindex(wrong, fill_value=False).to_numpy(bool),
            }
        )


def read():
    """Read the last run.

    Returns
    -------
    FinishedRun
    """
    parts = ("images", "labels", "writer", "hsf")
    systems, of_members, _ = files.read_predictions()
    return FinishedRun(
        test=files.read_arrays(files.TEST, *parts),
        train=files.read_arrays(files.TRAIN, *parts),
        systems=systems,
        members=of_members,
        board=pd.read_csv(files.LEADERBOARD),
        errors=pd.read_csv(files.ERRORS),
        metrics=files.read_json(files.METRICS),
        chosen=combination.read(),
        explained=files.read_arrays(shown.EXPLAINED),
    )
