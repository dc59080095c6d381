"""Charts of one system, each a function from a table to a figure with one message.

The message is the title. Text is drawn in `INK`, which the page makes its own colour of
text, so that a chart is read on light and on dark ground; marks differ in shape or
lightness as well as in hue.
"""

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ensembles.metrics import error_interval
from pipeline.figures import BLUE, DPI, GREY, RED

INK = "#010203"
"""No other mark has this colour."""

HUMAN_PERCENT = (0.1, 0.5, 1.0)
"""Shares of the digits that might be left to a human."""


def reliability(rows):
    """Show accuracy against confidence, with exact intervals.

    The area of a point grows with its digits.
    """
    gaps = (rows["confidence"] - rows["accuracy"]).abs() * rows["digits"]
    gap = 100 * gaps.sum() / rows["digits"].sum()
    title = f"Confidence is off by {gap:.2f} points on average"
    figure, axes = single(title, "confidence", "accuracy")
    axes.plot([0, 1], [0, 1], "--", color=GREY, linewidth=1)
    sizes = 8 + 40 * np.log10(rows["digits"])
    axes.scatter(rows["confidence"], rows["accuracy"], sizes, color=BLUE, alpha=0.7)
    ends = [_right_between(row) for row in rows.itertuples()]
    axes.vlines(rows["confidence"], *np.transpose(ends), color=BLUE, linewidth=1)
    axes.set(xlim=(0, 1.03), ylim=(-0.03, 1.03))
    return figure


def _right_between(row):
    """Return the 95 % interval of an accuracy, 0 to 1."""
    right = round(row.accuracy * row.digits)
    return np.array(error_interval(right, row.digits)) / 100


def risk_coverage(rows):
    """Show what error remains if the least sure digits are left to a human."""
    at = {share: _at(rows, share) for share in HUMAN_PERCENT}
    one = at[HUMAN_PERCENT[-1]]
    title = f"Without the 1 % least sure, {one['errors']:.0f} errors remain"
    figure, axes = single(title, "digits left to a human (%)", "errors that remain")
    part = rows[rows["left_percent"] <= 5 * HUMAN_PERCENT[-1]]
    axes.plot(part["left_percent"], part["errors"], color=BLUE, drawstyle="steps-post")
    for share, row in at.items():
        axes.plot(share, row["errors"], "o", color=RED, markersize=5)
        text = f"{share:g} %: {row['errors']:.0f}"
        place = (share, row["errors"])
        axes.annotate(
            text, place, (6, 4), textcoords="offset points", fontsize=8, color=INK
        )
    axes.set_ylim(bottom=0)
    return figure


def _at(rows, share):
    """Return the last row with no more than a share left to a human."""
    return rows[rows["left_percent"] <= share + 1e-9].iloc[-1]


def confusion(counts):
    """Show which digits are taken for which, without the correct ones.

    Parameters
    ----------
    counts : DataFrame
        ``label``, ``prediction``, ``digits`` of one system.
    """
    matrix = np.zeros((10, 10), int)
    matrix[counts["label"], counts["prediction"]] = counts["digits"]
    np.fill_diagonal(matrix, 0)
    label, read = np.unravel_index(matrix.argmax(), matrix.shape)
    title = f"Most often a {label} is read as {read}: {matrix.max()} of {matrix.sum()}"
    if not matrix.any():
        title = "No digit is misread"
    figure, axes = single(title, "read as", "label")
    _draw_counts(axes, matrix, range(10))
    return figure


def errors_by_writer(rows):
    """Show how many writers have how many digits misread, and how many by chance."""
    if rows.empty:
        return single("It is not known who wrote what", "", "")[0]
    hit = rows[rows["errors"] > 0]
    most, last = rows.iloc[-1][["errors", "writers"]]
    title = f"{hit['writers'].sum()} of {rows['writers'].sum()} writers are misread"
    title += f", {last:.0f} of them {most:.0f} times" if most > 1 else ""
    figure, axes = single(title, "misread digits of a writer", "writers")
    axes.bar(hit["errors"], hit["writers"], 0.6, color=BLUE, label="found")
    axes.plot(hit["errors"], hit["expected"], "D", color=RED, label="if by chance")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(frameon=False, labelcolor=INK, fontsize=8)
    return figure


def errors_by_digit(rows):
    """Show the error of each digit with its exact interval."""
    worst = rows.loc[rows["error_percent"].idxmax()]
    title = "No digit is surely the hardest: the intervals overlap"
    if worst["ci_low"] > rows["ci_high"].drop(worst.name).max():
        title = f"{worst['digit']:.0f} is hardest: {worst['error_percent']:.2f} %"
    figure, axes = single(title, "digit", "misread (%), 95 % interval")
    spans = np.abs(rows[["ci_low", "ci_high"]].T - rows["error_percent"])
    axes.errorbar(
        rows["digit"], rows["error_percent"], spans, fmt="o", color=BLUE, capsize=3
    )
    axes.set_xticks(range(10))
    axes.set_ylim(bottom=0)
    return figure


def _draw_counts(axes, matrix, ticks):
    shades = colormaps["Blues"](np.log1p(matrix) / np.log1p(max(matrix.max(), 1)) * 0.9)
    shades[matrix == 0] = (0, 0, 0, 0)
    axes.imshow(shades)
    for label, prediction in np.argwhere(matrix):
        count = matrix[label, prediction]
        colour = "white" if np.log1p(count) > 0.6 * np.log1p(matrix.max()) else "black"
        axes.text(
            prediction, label, count, color=colour, ha="center", va="center", fontsize=8
        )
    axes.set(xticks=ticks, yticks=ticks)
    axes.grid(visible=False)


def single(title, across, up):
    """Make a figure of one chart, with its message and the names of its axes."""
    figure = Figure((4.4, 3.3), dpi=DPI, layout="constrained")
    axes = figure.subplots()
    finish(axes, title, across, up)
    return figure, axes


def finish(axes, title, across, up):
    """Give axes their message, their names and the style of the house."""
    axes.set_title(title, fontsize=10, color=INK)
    axes.set_xlabel(across, color=INK)
    axes.set_ylabel(up, color=INK)
    axes.tick_params(colors=INK, labelsize=8)
    axes.grid(alpha=0.3)
    axes.set_facecolor("none")
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(GREY)
