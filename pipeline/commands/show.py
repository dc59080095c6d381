"""Print the last run's leaderboard, what its stages took, and where its report lies."""

import json

import pandas as pd

from pipeline.frame import files, program


def main(parameters):
    """Print both tables."""
    if not files.LEADERBOARD.is_file():
        raise ValueError(f"no {files.LEADERBOARD}: run `make repro` first")
    print(leaderboard_text(pd.read_csv(files.LEADERBOARD)))
    if files.TIMES.is_file():
        print(f"\n{times_text(files.TIMES.read_text().splitlines())}")
    print(f"\nreport: {files.PAGE.absolute()}")


def times_text(notes):
    """Return how long each stage took when it last ran, and its memory, as text.

    Parameters
    ----------
    notes : list of str
        A JSON object each, with ``stage``, ``seconds`` and ``mebibytes``.
    """
    last = {note["stage"]: note for note in map(json.loads, notes)}
    lines = [f"{'stage':28}{'seconds':>8}{'MiB':>7}"]
    lines += [
        f"{stage:28}{note['seconds']:8.1f}{note['mebibytes']:7}"
        for stage, note in last.items()
    ]
    return "\n".join(lines)


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


if __name__ == "__main__":
    program.run(main)
