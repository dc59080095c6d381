"""Print the last run's leaderboard, or put it into the README: ``show readme``."""

import sys
from pathlib import Path

import pandas as pd

from pipeline import files, params

README = Path("README.md")
BEGIN, END = "<!-- leaderboard: make readme -->", "<!-- end -->"
RECORD_MARK = " ¹"


def main(parameters, *arguments):
    """Print the leaderboard and where the report lies, or update the README."""
    if not files.LEADERBOARD.is_file():
        raise ValueError(f"no {files.LEADERBOARD}: run `make repro` first")
    board = pd.read_csv(files.LEADERBOARD)
    if arguments == ("readme",):
        record = pd.read_csv(files.RELEASED_LEADERBOARD)
        card = files.read_json(files.RELEASED_CARD)
        block = readme_block(board, files.read_json(files.METRICS), record, card)
        before, _, rest = README.read_text().partition(BEGIN)
        _, _, after = rest.partition(END)
        files.write_text(README, before + block + after)
    else:
        print(leaderboard_text(board))
        print(f"\nreport: {files.PAGE.absolute()}")


def leaderboard_text(board):
    """Return the leaderboard as text, the members summed up in one line."""
    lines = [f"{'system':16}{'errors':>8}{'error %':>9}   95 % interval"]
    for row in board[board["kind"] != "member"].itertuples():
        lines.append(
            f"{row.system:16}{row.errors:8}{row.error_percent:9.2f}   "
            f"{row.ci_low:.2f}-{row.ci_high:.2f}"
        )
    single = board.loc[board["kind"] == "member", "error_percent"]
    lines.append(
        f"{len(single)} members alone: mean {single.mean():.2f} %, "
        f"{single.min():.2f} to {single.max():.2f} %"
    )
    lines.append(f"on {board['n_test'].iloc[0]} digits of {board['dataset'].iloc[0]}")
    return "\n".join(lines)


def readme_block(board, metrics, record, card):
    """Return the README's part that states results, between its markers.

    Parameters
    ----------
    board : DataFrame
        The leaderboard.
    metrics : dict
        The summary of the same run.
    record : DataFrame
        Leaderboard of the record's run, from which the slow baselines are taken.
    card : dict
        Of the released ensemble.

    Returns
    -------
    str
    """
    systems, single = metrics["systems"], metrics["members"]
    released, ensemble = systems["released"], systems["ensemble"]
    shown = board[board["kind"] != "member"].copy()
    shown.loc[shown["system"] == "released", "seconds"] = card["training_seconds"]
    missing = (record["kind"] == "baseline") & ~record["system"].isin(board["system"])
    slow = record[missing].assign(system=record["system"] + RECORD_MARK)
    rows = pd.concat([shown, slow]).sort_values("errors", kind="stable")
    lines = [
        BEGIN,
        f"**{released['errors']} of {metrics['digits']:,} test digits misread: "
        f"{released['error_percent']:.2f} %** (exact 95 % interval "
        f"{_interval(released)} %), by the [released ensemble]({files.RELEASE}) of "
        f"{len(card['members'])} networks, trained in "
        f"{card['training_seconds'] / 3600:.1f} hours of one core.",
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
        f"On {metrics['digits']:,} test digits of {metrics['dataset']}.",
    ]
    if metrics["label_noise"]:
        lines[-1] += _label_noise(metrics["label_noise"])
    return "\n".join([*lines, END])


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
        f" Without the 15 digits whose label is disputed that one misreads "
        f"{without['errors']} of {without['digits']:,}, against the ten labels that "
        f"human votes correct {corrected['errors']} of {corrected['digits']:,}."
    )


if __name__ == "__main__":
    params.run(main, *sys.argv[1:])
