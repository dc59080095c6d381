"""What documents quote from: files that stages and benchmarks wrote."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.frame import files

LESSONS = Path("docs/pictures/figures.json")
"""What `pipeline.commands.illustrate` measured on training digits."""

NUMBERS = files.REPORTS / "benchmarks/numbers.json"
"""What `benchmarks.numbers` read of numbers on paper."""


@dataclass(frozen=True)
class Sources:
    """What the stages wrote of the last run, and what lies beside the release.

    Attributes
    ----------
    board, metrics, errors : DataFrame, dict, DataFrame
        Leaderboard and summary of the last run, and what any system misread.
    card : dict
        The released ensemble's.
    record_board, record_metrics : DataFrame, dict
        Leaderboard and summary of the run that made it.
    sizes, record_sizes : DataFrame
        Test error against the number of members, of either run.
    lessons : dict
        What the pictures of the documents show, in figures.
    numbers : dict
        What was read of numbers on paper.
    """

    board: pd.DataFrame
    metrics: dict
    errors: pd.DataFrame
    card: dict
    record_board: pd.DataFrame
    record_metrics: dict
    sizes: pd.DataFrame
    record_sizes: pd.DataFrame
    lessons: dict
    numbers: dict


def read_sources(root=Path()):
    """Read all files.

    Raises
    ------
    ValueError
        If there is no run, or it is of other digits than the record's.
    """
    if not (root / files.LEADERBOARD).is_file():
        raise ValueError(f"no {files.LEADERBOARD}: run `make repro` first")
    record = root / files.RELEASE
    sources = Sources(
        board=pd.read_csv(root / files.LEADERBOARD),
        metrics=files.read_json(root / files.METRICS),
        errors=pd.read_csv(root / files.ERRORS),
        card=files.read_json(record / files.ENSEMBLE_CARD.name),
        record_board=pd.read_csv(record / files.LEADERBOARD.name),
        record_metrics=files.read_json(record / files.METRICS.name),
        sizes=pd.read_csv(root / files.SIZES),
        record_sizes=pd.read_csv(record / files.SIZES.name),
        lessons=files.read_json(root / LESSONS),
        numbers=files.read_json(root / NUMBERS),
    )
    record_digits = sources.record_metrics["dataset"]
    check_same_digits("the last run is", sources.metrics["dataset"], record_digits)
    check_same_digits(f"{LESSONS} is", sources.lessons["dataset"], record_digits)
    return sources


def check_same_digits(what, found, record):
    """Refuse to put figures of other digits beside the record's.

    Raises
    ------
    ValueError
        Naming both sets of digits.
    """
    if found != record:
        raise ValueError(
            f"{what} of {found}, and the record of {record}: name MNIST's folder in "
            f"`DIGITS_DATA_DIR`, run `make repro` and `make pictures`"
        )


def all_systems(sources):
    """Return the rows of the last run, and of the record the baselines that it lacks.

    The release is called ``released``, whose training time is its card's.

    Returns
    -------
    DataFrame
        Without the members, the fewest errors first; ``of_record`` tells which rows
        are the record's.
    """
    board = sources.board[sources.board["kind"] != "member"].copy()
    released = board["system"] == "released"
    board.loc[released, "seconds"] = sources.card["training_seconds"]
    record = sources.record_board
    missing = (record["kind"] == "baseline") & ~record["system"].isin(board["system"])
    rows = pd.concat([board, record[missing]], keys=[False, True], names=["of_record"])
    return rows.reset_index("of_record").sort_values("errors", kind="stable")


def told_apart(board):
    """Return what differs from the ensemble by Holm's rule for many tests at once.

    Parameters
    ----------
    board : DataFrame
        ``system`` and ``p_vs_ensemble``, the ensemble's own row among them.

    Returns
    -------
    list of str
        Systems and members, the surest first; in at most 5 % of all cases is any told
        apart in vain. After Holm (1979).
    """
    rows = board[board["system"] != "ensemble"].sort_values("p_vs_ensemble")
    allowed = 0.05 / np.arange(len(rows), 0, -1)
    stands = np.logical_and.accumulate(rows["p_vs_ensemble"] <= allowed)
    return list(rows["system"][stands])
