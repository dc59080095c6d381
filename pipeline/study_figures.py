"""Figures of the explorations, each a function from tables to a matplotlib figure."""

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ensembles.exploring.runs import stopping_epoch
from pipeline.figures import BLUE, DPI, GREY, RED, use_plain_numbers

COLOURS = (BLUE, RED, "#c08a00", "#2b8a57")


def search(trials, importances):
    """Show the loss of each trial and the lowest so far, and what mattered.

    Parameters
    ----------
    trials : DataFrame
        ``trial``, ``state``, ``held_out_loss``.
    importances : DataFrame
        ``choice``, ``importance``.
    """
    figure = Figure((8, 3.2), dpi=DPI, layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    for state, marker in (("complete", "o"), ("pruned", "x")):
        part = trials[trials["state"] == state]
        label = {"complete": "finished", "pruned": "given up"}[state]
        colour = BLUE if state == "complete" else GREY
        left.plot(
            part["trial"], part["held_out_loss"], marker, color=colour, label=label
        )
    finished = trials["held_out_loss"].where(trials["state"] == "complete")
    left.step(trials["trial"], finished.cummin().ffill(), RED, where="post", lw=1)
    left.set(xlabel="trial", ylabel="log loss on watched digits", yscale="log")
    left.xaxis.set_major_locator(MaxNLocator(integer=True))
    use_plain_numbers(left.yaxis)
    left.grid(alpha=0.3)
    left.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    order = importances[::-1]
    choices = order["choice"].str.replace("_", " ")
    right.barh(choices, order["importance"], color=BLUE)
    right.set(xlabel="share of the loss's variance")
    return figure


def comparisons(table, patience):
    """Show loss against epoch of each variant, in a panel for each comparison.

    Held-out losses are whole lines, training losses dashed; a ring marks the epoch
    whose weights early stopping would keep, a bar where it would stop.

    Parameters
    ----------
    table : DataFrame
        ``comparison``, ``variant``, ``epoch``, ``loss``, ``held_out_loss``.
    patience : int
        Of early stopping.
    """
    parts = list(table.groupby("comparison", sort=False))
    rows = -(-len(parts) // 2)
    figure = Figure((8, 3 * rows), dpi=DPI, layout="constrained")
    grid = figure.subplots(rows, 2).ravel()
    for axes, (name, part) in zip(grid, parts, strict=False):
        _draw_comparison(axes, part, patience)
        axes.set_title(name.replace("_", " "))
    for axes in grid[len(parts) :]:
        axes.remove()
    figure.supylabel("log loss (dashed: in training)", fontsize=10)
    return figure


def _draw_comparison(axes, part, patience):
    for colour, (variant, curve) in zip(
        COLOURS, part.groupby("variant", sort=False), strict=False
    ):
        _draw_curve(axes, curve, variant, colour, patience)
    axes.set(xlabel="epoch", yscale="log")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    use_plain_numbers(axes.yaxis)
    axes.set_ylim(max(1e-3, axes.get_ylim()[0]), min(10, axes.get_ylim()[1]))
    axes.grid(alpha=0.3)
    beside = {"loc": "center left", "bbox_to_anchor": (1, 0.5)}
    axes.legend(frameon=False, fontsize=8, handlelength=1.2, **beside)


def _draw_curve(axes, curve, variant, colour, patience):
    epochs, losses = curve["epoch"], curve["held_out_loss"]
    axes.plot(epochs, losses, color=colour, label=variant)
    axes.plot(epochs, curve["loss"], color=colour, linestyle="--", lw=1, alpha=0.7)
    stop = stopping_epoch(losses, patience)
    best = losses[:stop].idxmin()
    axes.plot(epochs[best], losses[best], "o", color=colour, mfc="white", ms=7)
    if stop < len(losses):
        axes.plot(
            epochs.iloc[stop - 1], losses.iloc[stop - 1], "|", color=colour, ms=14
        )


def sample(images):
    """Show digits of each class.

    Parameters
    ----------
    images : ndarray of shape (rows, columns, 28, 28), uint8

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows, columns = images.shape[:2]
    figure = Figure((columns * 0.6, rows * 0.6), dpi=DPI)
    sheet = images.swapaxes(1, 2).reshape(rows * images.shape[2], -1)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.imshow(sheet, cmap="gray_r", vmin=0, vmax=255)
    axes.set_axis_off()
    return figure
