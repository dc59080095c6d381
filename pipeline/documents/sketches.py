"""The documents' pictures of digits and what is done to them, as matplotlib figures."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from pipeline.documents import lessons
from pipeline.documents.plots import GREEN
from pipeline.figures import DPI, RED

INK = {"cmap": "gray_r", "vmin": 0, "vmax": 1}
SIGNED = {"cmap": "RdBu_r", "vmin": -1, "vmax": 1}


def filters(image, say):
    """Show what two filters make of a digit, and what ReLU leaves of that."""
    figure = Figure((7.2, 3.6), dpi=DPI, layout="constrained")
    grid = figure.subplots(2, 4, width_ratios=(1, 0.45, 1, 1))
    for axes, weights in zip(grid, (lessons.SOBEL, lessons.SOBEL.T), strict=True):
        found = lessons.apply_filter(image, weights)
        _show(axes[0], image, **INK)
        _show(axes[1], weights, **SIGNED)
        _write_numbers(axes[1], weights, say, size=6)
        _show(axes[2], found, **SIGNED)
        _show(axes[3], np.maximum(found, 0), **SIGNED)
    titles = ("digit", "filter", "feature map", "after ReLU")
    for axes, title in zip(grid[0], titles, strict=True):
        axes.set_title(say(title), fontsize=10)
    return figure


def patch(image, corner, say):
    """Show how one number of a feature map comes about."""
    row, column = corner
    under = image[row : row + 3, column : column + 3]
    products = under * lessons.SOBEL
    figure = Figure((8.4, 2.5), dpi=DPI, layout="constrained")
    grid = figure.subplots(1, 5, width_ratios=(1.3, 1, 1, 1, 1.3))
    _show(grid[0], image, **INK)
    _frame(grid[0], column, row, 3)
    for axes, values, style in (
        (grid[1], under, INK),
        (grid[2], lessons.SOBEL, SIGNED),
        (grid[3], products, SIGNED),
    ):
        _show(axes, values, **style)
        _write_numbers(axes, values, say)
    _show(grid[4], lessons.apply_filter(image, lessons.SOBEL), **SIGNED)
    _frame(grid[4], column, row, 1)
    titles = ("digit", "patch", "filter", "products", "feature map")
    for axes, title in zip(grid, titles, strict=True):
        axes.set_title(say(title), fontsize=10)
    total = _decimal(products.sum(), say)
    grid[4].set_xlabel(f"{say('sum')}{say.colon} {total}", fontsize=9)
    return figure


def pooling(image, say):
    """Show a feature map, pooled by maximum and by mean, still and moved by a pixel."""
    figure = Figure((5.8, 4), dpi=DPI, layout="constrained")
    grid = figure.subplots(2, 3)
    for axes, digit in zip(grid, (image, np.roll(image, 1, axis=1)), strict=True):
        found = np.maximum(lessons.apply_filter(digit, lessons.SOBEL), 0)
        for one, values in zip(
            axes,
            (found, lessons.pool(found, np.max), lessons.pool(found, np.mean)),
            strict=True,
        ):
            _show(one, values, **SIGNED)
    titles = ("after ReLU", "max of 2 × 2", "mean of 2 × 2")
    for axes, title in zip(grid[0], titles, strict=True):
        axes.set_title(say(title), fontsize=10)
    for axes, label in zip(
        grid[:, 0], ("as it is", "one pixel to the right"), strict=True
    ):
        axes.set_ylabel(say(label), fontsize=9)
    return figure


def elastic(image, fields, say):
    """Show a digit, and what displacements make of it.

    Parameters
    ----------
    image : ndarray of shape (28, 28)
    fields : dict of str to pair
        Name, to the displacements (2, 28, 28) in pixels and the digit deformed by them.
    """
    figure = Figure((8, 2.3), dpi=DPI, layout="constrained")
    grid = figure.subplots(1, 1 + len(fields))
    _show(grid[0], image, **INK)
    grid[0].set_title(say("original"), fontsize=10)
    every = slice(1, None, 3)
    y, x = np.mgrid[every.start : 28 : 3, every.start : 28 : 3]
    for axes, (name, (field, deformed)) in zip(grid[1:], fields.items(), strict=True):
        _show(axes, deformed, **INK)
        along, down = field[:, every, every]
        axes.quiver(
            x,
            y,
            -along,
            -down,
            color=RED,
            angles="xy",
            scale_units="xy",
            scale=1,
            width=0.007,
            alpha=0.8,
        )
        axes.set_title(say(name), fontsize=10)
    return figure


def _show(axes, values, **style):
    axes.imshow(values, **style)
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_color("#dddddd")


def _write_numbers(axes, values, say, size=8):
    for (row, column), value in np.ndenumerate(values):
        axes.text(
            column,
            row,
            _decimal(value, say),
            ha="center",
            va="center",
            fontsize=size,
            color="white" if abs(value) > 0.55 else "black",
        )


def _frame(axes, column, row, side):
    corner = (column - 0.5, row - 0.5)
    axes.add_patch(Rectangle(corner, side, side, fill=False, color=GREEN, linewidth=2))


def _decimal(value, say):
    """Write a number of at most two decimals."""
    text = f"{round(value, 2) + 0.0:g}"
    return text.replace("-", "−").replace(".", say.point)
