"""Put the figures of the last run, and of the record's, into the READMEs."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.frame import files, program

README = Path("README.md")
BEGIN, END = "<!-- figures: make readme -->", "<!-- end -->"
RECORD_MARK = " ¹"
SIZES_TOLD = (1, 2, 3, 6, 12, 18, 24, 36, 48)


def main(parameters):
    """Update both."""
    if not files.LEADERBOARD.is_file():
        raise ValueError(f"no {files.LEADERBOARD}: run `make repro` first")
    board, metrics = pd.read_csv(files.LEADERBOARD), files.read_json(files.METRICS)
    record = read_record(files.RELEASE)
    check_same_digits(metrics, record.metrics)
    replace_block(README, readme_block(board, metrics, record))
    replace_block(files.RELEASE / README, record_block(record))


@dataclass(frozen=True)
class Record:
    """What lies beside the released ensemble and says what it is.

    Attributes
    ----------
    card, metrics : dict
        Its card, and the summary of its run.
    board, sizes : DataFrame
        Leaderboard of its run, and test error against the number of members.
    """

    card: dict
    metrics: dict
    board: pd.DataFrame
    sizes: pd.DataFrame


def read_record(folder):
    """Read the figures of the released ensemble."""
    return Record(
        card=files.read_json(folder / files.ENSEMBLE_CARD.name),
        metrics=files.read_json(folder / files.METRICS.name),
        board=pd.read_csv(folder / files.LEADERBOARD.name),
        sizes=pd.read_csv(folder / files.SIZES.name),
    )


def check_same_digits(metrics, record):
    """Refuse to put figures of other digits beside the record's.

    Raises
    ------
    ValueError
        Naming both sets of digits.
    """
    if metrics["dataset"] != record["dataset"]:
        raise ValueError(
            f"the last run is of {metrics['dataset']}, and the record of "
            f"{record['dataset']}: name MNIST's folder in `DIGITS_DATA_DIR` and run "
            f"`make repro`"
        )


def replace_block(path, block):
    """Put a block in the place of what is between its markers.

    Raises
    ------
    ValueError
        If a marker is missing.
    """
    before, begin, rest = path.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{path} must have the lines {BEGIN!r} and {END!r}")
    files.write_text(path, before + block + after)


def readme_block(board, metrics, record):
    """Return the README's part that states results, between its markers.

    Parameters
    ----------
    board : DataFrame
        The leaderboard.
    metrics : dict
        The summary of the same run.
    record : Record
        The slow baselines are taken from its leaderboard.

    Returns
    -------
    str
    """
    card, run = record.card, record.board
    systems, single = metrics["systems"], metrics["members"]
    ensemble = systems["ensemble"]
    shown = board[board["kind"] != "member"].copy()
    shown.loc[shown["system"] == "released", "seconds"] = card["training_seconds"]
    missing = (run["kind"] == "baseline") & ~run["system"].isin(board["system"])
    slow = run[missing].assign(system=run["system"] + RECORD_MARK)
    rows = pd.concat([shown, slow]).sort_values("errors", kind="stable")
    lines = [
        BEGIN,
        _headline(record, f"the [released ensemble]({files.RELEASE})"),
        "",
        f"`make repro` trains one of {single['number']} smaller networks, which "
        f"misreads {ensemble['error_percent']:.2f} % ({_interval(ensemble)} %); "
        f"alone they misread {single['mean_percent']:.2f} % on average, the best "
        f"{single['best_percent']:.2f} %.",
        "",
        "| system | errors | error % | 95 % interval | published % | training |",
        "|---|---:|---:|---:|---:|---:|",
        *map(_row, rows.itertuples()),
        "",
        f"{RECORD_MARK.strip()} Off by default, for it takes long: from the run of the "
        f"[record]({files.RELEASE}).",
        "",
        f"On {metrics['digits']:,} test digits of {metrics['dataset']}. "
        f"{_label_noise(card['test_label_noise'])}",
        END,
    ]
    return "\n".join(lines)


def record_block(record):
    """Return the part of the record's README that states its results.

    Parameters
    ----------
    record : Record

    Returns
    -------
    str
    """
    lines = [
        BEGIN,
        _headline(record, "`ensemble.onnx`"),
        "",
        "| what is read | errors |",
        "|---|---|",
        *(f"| {what} | {errors} |" for what, errors in _record_rows(record)),
        "",
        "Test error of random subsets of the members, mean and standard deviation: "
        f"{_sizes(record)}.",
        END,
    ]
    return "\n".join(lines)


def _record_rows(record):
    """Yield what was read, and how many errors were made."""
    card, metrics = record.card, record.metrics
    low, high = card["out_of_fold_interval"]
    yield (
        f"training digits, each by members that had not seen its writer "
        f"({card['out_of_fold_digits']:,})",
        f"{card['out_of_fold_errors']}, {card['out_of_fold_error_percent']:.2f} % "
        f"({low:.2f}–{high:.2f})",
    )
    ensemble = metrics["systems"]["ensemble"]
    yield (
        f"test digits ({metrics['digits']:,})",
        f"{ensemble['errors']}, {ensemble['error_percent']:.2f} % "
        f"({_interval(ensemble)})",
    )
    apart = metrics["disjoint"]
    yield (
        f"{len(apart['errors'])} ensembles that share no member, of {apart['members']} "
        f"each",
        f"{', '.join(map(str, apart['errors']))}: mean {apart['mean_percent']:.3f} %, "
        f"standard deviation {apart['sd_percent']:.3f}",
    )
    yield from _readings(metrics)
    yield _against(record.board, "member", "network")
    yield _against(record.board, "baseline", "baseline")
    yield "the student, one small network", metrics["systems"]["student"]["errors"]
    chosen = metrics["chosen_on_the_test_set"]
    yield (
        f"*not ours to claim: the best network, and the best {chosen['size']}, had the "
        f"test labels chosen them*",
        f"*{chosen['member_errors']}, {chosen['ensemble_errors']}*",
    )


def _sizes(record):
    told = record.sizes["members"].isin(SIZES_TOLD)
    part = record.sizes["members"] < len(record.card["members"])
    return ", ".join(
        f"{row.members}: {row.mean_percent:.3f} ± {row.sd_percent:.3f} %"
        for row in record.sizes[told & part].itertuples()
    )


def _headline(record, what):
    card, digits = record.card, record.metrics["digits"]
    low, high = card["test_interval"]
    return (
        f"**{card['test_errors']} of {digits:,} test digits misread: "
        f"{card['test_error_percent']:.2f} %** (exact 95 % interval "
        f"{low:.2f}–{high:.2f} %), by {what} of {len(card['members'])} networks, "
        f"trained in {card['training_seconds'] / 3600:.1f} hours of one core."
    )


def _readings(metrics):
    """Yield the errors by label's doubt and by group of writers."""
    names = {
        "without_disputed": "without the 15 digits whose label is disputed",
        "corrected": "against the ten labels that human votes correct",
        "hsf0": "by census staff",
        "hsf4": "by students",
    }
    parts = metrics["label_noise"] | metrics["writers"]
    for name, what in names.items():
        if name in parts:
            yield f"{what} ({parts[name]['digits']:,})", f"{parts[name]['errors']}"


def _against(board, kind, called):
    """Compare with the best of a kind by McNemar's exact test."""
    best = board[board["kind"] == kind].iloc[0]
    return (
        f"`{best['system']}` alone, the best {called} on these very digits",
        f"{best['errors']}; McNemar's test against the ensemble: "
        f"p = {best['p_vs_ensemble']:.2g}",
    )


def _interval(figures):
    return f"{figures['ci_low']:.2f}–{figures['ci_high']:.2f}"


def _row(row):
    published = f"{row.published_percent:g}" if row.published_percent > 0 else "–"
    return (
        f"| {row.system} | {row.errors} | {row.error_percent:.2f} | "
        f"{_interval(row._asdict())} | {published} | {_duration(row.seconds)} |"
    )


def _duration(seconds):
    if pd.isna(seconds):
        return "–"
    return f"{seconds:.0f} s" if seconds >= 1 else "< 1 s"


def _label_noise(readings):
    without, corrected = readings["without_disputed"], readings["corrected"]
    return (
        "Without the 15 digits whose label is disputed the released ensemble misreads "
        f"{without['errors']} of {without['digits']:,}, against the ten labels that "
        f"human votes correct {corrected['errors']} of {corrected['digits']:,}."
    )


if __name__ == "__main__":
    program.run(main)
