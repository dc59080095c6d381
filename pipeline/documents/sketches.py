"""The documents' pictures, each a function from arrays to a matplotlib figure."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from pipeline.documents import lessons
from pipeline.figures import BLUE, DPI, GREY, RED

GREEN = "#2b8a5a"
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
        _write_numbers(axes[1], weights, say)
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


def descents(paths, say):
    """Show the ways that optimizers take down a valley, and the height at each step.

    Parameters
    ----------
    paths : dict of str to ndarray of shape (steps + 1, 2)
        Three; what leaves the map is not drawn there.
    """
    figure = Figure((8, 2.9), dpi=DPI, layout="constrained")
    chart, heights = figure.subplots(1, 2, width_ratios=(1.5, 1))
    x, y = np.meshgrid(np.linspace(-4.6, 2.2, 200), np.linspace(-1.3, 1.3, 120))
    levels = np.geomspace(0.05, 80, 12)
    chart.contour(x, y, lessons.valley(x, y), levels, colors="#c9d3e0", linewidths=0.8)
    for (name, path), colour in zip(paths.items(), (BLUE, GREEN, RED), strict=True):
        inside = np.logical_and.accumulate(np.abs(path[:, 1]) < 1.3)
        chart.plot(*path[inside].T, "o-", color=colour, markersize=2.5, linewidth=1)
        heights.plot(lessons.valley(*path.T), color=colour, label=say(name))
    chart.plot(0, 0, "k+", markersize=9)
    chart.set(xlim=(-4.6, 2.2), ylim=(-1.3, 1.3), xticks=[], yticks=[])
    heights.set(xlabel=say("step"), ylabel=say("loss"), yscale="log", ylim=(1e-5, 1e3))
    heights.legend(frameon=False, fontsize=9)
    heights.grid(alpha=0.3)
    return figure


def signals(spreads, say):
    """Show the size of the signals layer by layer, without and with normalisation.

    Parameters
    ----------
    spreads : dict of str to pair of ndarray of shape (layers,)
        For each size of the weights, without and with.
    """
    figure = Figure((7.2, 2.9), dpi=DPI, layout="constrained")
    both = figure.subplots(1, 2, sharey=True)
    for (name, pair), colour in zip(spreads.items(), (BLUE, GREEN, RED), strict=True):
        for axes, values in zip(both, pair, strict=True):
            axes.plot(
                np.arange(1, len(values) + 1),
                values,
                "o-",
                color=colour,
                label=say(name),
                markersize=3,
            )
    for axes, title in zip(both, ("without", "with"), strict=True):
        axes.set_title(say(f"{title} normalisation"), fontsize=10)
        axes.set(xlabel=say("layer"), yscale="log")
        axes.grid(alpha=0.3)
    both[0].set_ylabel(say("spread of the signals"))
    both[0].legend(frameon=False, fontsize=9)
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


def ensemble_sizes(measured, error, say):
    """Show the error against the number of networks, and what independence would give.

    Parameters
    ----------
    measured : dict of str to DataFrame
        ``members``, ``mean_percent`` and ``sd_percent`` of each run.
    error : float
        Of one network, in percent.
    """
    figure = Figure((8, 3), dpi=DPI, layout="constrained")
    near, far = figure.subplots(1, 2)
    for (name, rows), colour in zip(measured.items(), (BLUE, GREEN), strict=True):
        mean, sd = rows["mean_percent"], rows["sd_percent"]
        near.fill_between(
            rows["members"], mean - sd, mean + sd, color=colour, alpha=0.2
        )
        for axes in (near, far):
            line = axes.plot(rows["members"], mean, "o-", color=colour, label=say(name))
            line[0].set_markersize(3)
    odd = range(1, 8, 2)
    chance = [100 * lessons.beyond_chance(error / 100, number) for number in odd]
    label = say("if errors were independent")
    far.plot(odd, chance, "s--", color=GREY, markersize=3, label=label)
    near.set(ylabel=say("test error (%)"), ylim=(0, 0.42))
    far.set(yscale="log", ylim=(1e-5, 1))
    for axes in (near, far):
        axes.set_xlabel(say("networks averaged"))
        axes.grid(alpha=0.3)
    far.legend(frameon=False, fontsize=9)
    return figure


def _show(axes, values, **style):
    axes.imshow(values, **style)
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_color("#dddddd")


def _write_numbers(axes, values, say):
    for (row, column), value in np.ndenumerate(values):
        axes.text(
            column,
            row,
            _decimal(value, say),
            ha="center",
            va="center",
            fontsize=8,
            color="white" if abs(value) > 0.55 else "black",
        )


def _frame(axes, column, row, side):
    corner = (column - 0.5, row - 0.5)
    axes.add_patch(Rectangle(corner, side, side, fill=False, color=GREEN, linewidth=2))


def _decimal(value, say):
    """Write a number of at most two decimals."""
    text = f"{round(value, 2) + 0.0:g}"
    return text.replace("-", "−").replace(".", say.point)
