"""Figures of the reports, each a function from data to a matplotlib figure."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

BLUE, RED, GREY = "#1f5fa8", "#c8372d", "#8a8a8a"
DPI = 110


def contact_sheet(originals, passes):
    """Show digits in the first row and their deformed copies below.

    Parameters
    ----------
    originals : ndarray of shape (n, 28, 28), uint8
    passes : list of ndarray of shape (n, 28, 28), uint8
        The same digits, deformed.

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = [originals, *passes]
    figure = Figure((len(originals) * 0.6, len(rows) * 0.62 + 0.2), dpi=DPI)
    grid = figure.subplots(len(rows), len(originals), squeeze=False)
    for number, (axes_row, digits) in enumerate(zip(grid, rows, strict=True)):
        for axes, digit in zip(axes_row, digits, strict=True):
            _draw_digit(axes, digit)
        label = "original" if number == 0 else f"pass {number - 1}"
        axes_row[0].set_ylabel(label, fontsize=7, rotation=0, ha="right", va="center")
    figure.subplots_adjust(0.09, 0.01, 0.99, 0.99, 0.06, 0.06)
    return figure


def misread_digits(images, table, columns=8):
    """Show misread digits, each with its label and what the ensemble read.

    Parameters
    ----------
    images : ndarray of shape (n, 28, 28), uint8
    table : DataFrame
        ``label``, ``ensemble``, ``confidence``, ``disputed`` of each, same order.
    columns : int
        Digits in a row.

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = max(1, -(-len(images) // columns))
    figure = Figure((columns * 1.1, rows * 1.35), dpi=DPI)
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in grid[len(images) :]:
        axes.set_axis_off()
    for axes, digit, row in zip(grid, images, table.itertuples(), strict=False):
        _draw_digit(axes, digit)
        mark = "*" if row.disputed else ""
        text = f"{row.label}{mark} read {row.ensemble} ({100 * row.confidence:.0f} %)"
        axes.set_title(text, fontsize=7, pad=2)
    figure.tight_layout(pad=0.4)
    return figure


def learning_curves(curves):
    """Show each architecture's training and held-out loss, members and mean."""
    families = curves["member"].str.split("/").str[0]
    names = families.unique()
    figure = Figure((3.6 * len(names), 3), dpi=DPI)
    grid = figure.subplots(1, len(names), sharey=True, squeeze=False)[0]
    for axes, name in zip(grid, names, strict=True):
        part = curves[families == name]
        for column, colour in (("loss", BLUE), ("held_out_loss", RED)):
            for _, member in part.groupby("member"):
                axes.plot(member["epoch"], member[column], color=colour, alpha=0.2)
            mean = part.groupby("epoch")[column].mean()
            axes.plot(mean.index, mean, color=colour, label=column.replace("_", " "))
        axes.set(title=name, xlabel="epoch", yscale="log")
        axes.grid(alpha=0.3)
    grid[0].set_ylabel("log loss")
    grid[0].legend(frameon=False)
    figure.tight_layout()
    return figure


def error_against_size(rows):
    """Show how the test error falls with the number of members averaged."""
    figure, axes = _single()
    mean, sd = rows["mean_percent"], rows["sd_percent"]
    axes.fill_between(rows["members"], mean - sd, mean + sd, color=BLUE, alpha=0.2)
    axes.plot(rows["members"], mean, "o-", color=BLUE, markersize=3)
    axes.set(xlabel="members averaged", ylabel="test error (%), mean ± sd of subsets")
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    return figure


def reliability(rows):
    """Show accuracy against confidence; the area of a point grows with its digits."""
    figure, axes = _single()
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=1)
    sizes = 8 + 40 * np.log10(rows["digits"])
    axes.scatter(rows["confidence"], rows["accuracy"], sizes, color=BLUE, alpha=0.7)
    axes.set(xlabel="confidence", ylabel="accuracy", xlim=(0, 1.03), ylim=(-0.03, 1.03))
    return figure


def confusion(counts):
    """Show which digits are taken for which, without the correct ones.

    Parameters
    ----------
    counts : DataFrame
        ``label``, ``prediction``, ``digits`` of the ensemble.
    """
    matrix = np.zeros((10, 10), int)
    matrix[counts["label"], counts["prediction"]] = counts["digits"]
    np.fill_diagonal(matrix, 0)
    figure, axes = _single()
    axes.imshow(matrix, cmap="Reds", vmin=0)
    for label, prediction in np.argwhere(matrix):
        count = matrix[label, prediction]
        colour = "white" if count > matrix.max() / 2 else "black"
        axes.text(
            prediction, label, count, color=colour, ha="center", va="center", fontsize=8
        )
    axes.set(xlabel="read as", ylabel="label", xticks=range(10), yticks=range(10))
    axes.grid(False)
    return figure


def _single():
    figure = Figure((4, 3.2), dpi=DPI, layout="constrained")
    axes = figure.subplots()
    axes.grid(alpha=0.3)
    return figure, axes


def _draw_digit(axes, digit):
    axes.imshow(digit, cmap="gray_r", vmin=0, vmax=255)
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_color("#dddddd")
