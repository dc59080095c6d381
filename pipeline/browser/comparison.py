"""Set one run beside another: which digits were mended, and which are newly misread."""

import io
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ensembles import metrics
from pipeline.frame import files

RELEASED = "released"
"""The system that a run is set beside if no other is named."""


@dataclass(frozen=True)
class Comparison:
    """This run beside another.

    Attributes
    ----------
    name, other : str
        What is looked at, and what it is set beside.
    mended, broken, both : list of int
        Test digits that only the other misreads, that only this one does, and both.
    p : float
        Of McNemar's exact test that both err equally often.
    """

    name: str
    other: str
    mended: list[int]
    broken: list[int]
    both: list[int]
    p: float


def compare(name, wrong, other, wrong_other):
    """Compare two systems.

    Parameters
    ----------
    name, other : str
    wrong, wrong_other : ndarray of bool of shape (n,)
        Which test digits each misreads.

    Returns
    -------
    Comparison
    """
    return Comparison(
        name=name,
        other=other,
        mended=np.flatnonzero(wrong_other & ~wrong).tolist(),
        broken=np.flatnonzero(wrong & ~wrong_other).tolist(),
        both=np.flatnonzero(wrong & wrong_other).tolist(),
        p=metrics.mcnemar(wrong, wrong_other),
    )


def beside_released(run, system):
    """Compare a system with the released ensemble; None if it is that itself."""
    if system == RELEASED:
        return None
    wrong, wrong_other = (
        run.probabilities(name).argmax(1) != run.labels for name in (system, RELEASED)
    )
    return compare(system, wrong, "the released ensemble", wrong_other)


def beside(run, system, against):
    """Compare a system with the ensemble of another run.

    Parameters
    ----------
    run : pipeline.finished_run.FinishedRun
    system : str
    against : str
        A folder with ``errors.csv`` and ``metrics.json``, or a revision of Git whose
        `reports` has them.

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError
        If there are no such reports, or they are of other digits.
    """
    table = pd.read_csv(io.StringIO(_read(against, files.ERRORS.name)))
    found = pd.read_json(io.StringIO(_read(against, files.METRICS.name)), typ="series")
    here = (run.metrics["dataset"], len(run.labels))
    there = (found["dataset"], found["digits"])
    if here != there or (run.labels[table["index"]] != table["label"]).any():
        raise ValueError(
            f"the reports of {against} are of {there[1]:,} digits of {there[0]}, and "
            f"this run is of {here[1]:,} of {here[0]}, or their labels differ: only "
            f"runs on the same test digits can be compared"
        )
    wrong_other = np.zeros(len(run.labels), bool)
    wrong_other[table["index"][table["ensemble"] != table["label"]]] = True
    wrong = run.probabilities(system).argmax(1) != run.labels
    return compare(system, wrong, against, wrong_other)


def _read(against, name):
    folder = Path(against)
    if not folder.is_dir():
        return _read_revision(against, name)
    path = folder / name
    if not path.is_file():
        raise ValueError(f"{folder} has no {name}: name a folder of reports")
    return path.read_text()


def _read_revision(against, name):
    asked = f"{against}:./{files.REPORTS}/{name}"
    # The revision follows an option's end, so that it is never taken for one.
    done = subprocess.run(  # noqa: S603
        ["git", "show", "--end-of-options", asked],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ValueError(
            f"{against!r} is no folder of reports, and no revision of Git that has "
            f"{files.REPORTS}/{name} ({done.stderr.strip()})"
        )
    return done.stdout
