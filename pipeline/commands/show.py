"""Print the last run's leaderboard, and where its report lies."""

import pandas as pd

from pipeline.frame import files, params


def main(parameters):
    """Print the leaderboard."""
    if not files.LEADERBOARD.is_file():
        raise ValueError(f"no {files.LEADERBOARD}: run `make repro` first")
    print(leaderboard_text(pd.read_csv(files.LEADERBOARD)))
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


if __name__ == "__main__":
    params.run(main)
