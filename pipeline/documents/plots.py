"""The documents' plots, each a function from figures to a matplotlib figure."""

import numpy as np
from matplotlib.figure import Figure

from ensembles.metrics import error_interval
from pipeline.documents import descent, lessons
from pipeline.figures import BLUE, DPI, GREY, RED

GREEN = "#2b8a5a"

CHOSEN = {
    "yes": (RED, "chosen by test labels"),
    "no": (BLUE, "not chosen by them"),
    "unknown": (GREY, "not told"),
    "ours": (GREEN, "the released ensemble"),
}
"""Colour and words of each kind of published error."""


def descents(paths, say):
    """Show the ways that optimizers take down a valley, and the height at each step.

    Parameters
    ----------
    paths : dict of str to ndarray of shape (steps + 1, 2)
        Three; what leaves the map is not drawn there.
    """
    figure = Figure((6.6, 2.3), dpi=DPI, layout="constrained")
    chart, heights = figure.subplots(1, 2, width_ratios=(1.5, 1))
    x, y = np.meshgrid(np.linspace(-4.6, 2.2, 200), np.linspace(-1.3, 1.3, 120))
    levels = np.geomspace(0.05, 80, 12)
    chart.contour(x, y, descent.valley(x, y), levels, colors="#c9d3e0", linewidths=0.8)
    for (name, path), colour in zip(paths.items(), (BLUE, GREEN, RED), strict=True):
        inside = np.logical_and.accumulate(np.abs(path[:, 1]) < 1.3)
        chart.plot(*path[inside].T, "o-", color=colour, markersize=2.5, linewidth=1)
        heights.plot(descent.valley(*path.T), color=colour, label=say(name))
    chart.plot(0, 0, "k+", markersize=9)
    chart.set(xlim=(-4.6, 2.2), ylim=(-1.3, 1.3), xticks=[], yticks=[])
    heights.set(xlabel=say("step"), ylabel=say("loss"), yscale="log")
    heights.set_ylim(top=1e3)
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
    figure = Figure((6, 3), dpi=DPI, layout="constrained")
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
        axes.set(xlabel=say("layer"), yscale="log", xticks=range(2, 13, 2))
        axes.grid(alpha=0.3)
    both[0].set_ylabel(say("spread of the signals"))
    both[1].legend(frameon=False, fontsize=9)
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
    _write_in(say, near.yaxis)
    far.set(yscale="log", ylim=(1e-5, 1))
    for axes in (near, far):
        axes.set_xlabel(say("networks averaged"))
        axes.grid(alpha=0.3)
    far.legend(frameon=False, fontsize=9)
    return figure


def records(published, say):
    """Show errors on the test digits, each with its exact interval, the largest first.

    Parameters
    ----------
    published : DataFrame
        ``system``, ``error_percent`` and ``kind``, a key of `CHOSEN`, of each; an error
        is taken for the nearest whole number of 10,000 digits.
    """
    figure = Figure((7.2, 3.6), dpi=DPI, layout="constrained")
    axes = figure.subplots()
    rows = published.sort_values("error_percent", ascending=False, kind="stable")
    for kind, (colour, words) in CHOSEN.items():
        own = rows[rows["kind"] == kind]
        low, high = np.transpose([_interval(error) for error in own["error_percent"]])
        error = own["error_percent"]
        places = [rows.index.get_loc(index) for index in own.index]
        spread = error - low, high - error
        look = {"fmt": "o", "color": colour, "capsize": 3, "label": say(words)}
        axes.errorbar(error, places, xerr=spread, **look)
    axes.set_yticks(range(len(rows)), list(rows["system"]))
    axes.set(xlabel=say("test error (%)"), xlim=(0, 0.42))
    _write_in(say, axes.xaxis)
    axes.invert_yaxis()
    axes.grid(axis="x", alpha=0.3)
    axes.legend(frameon=False, fontsize=9, loc="lower right")
    return figure


def _interval(error_percent):
    return error_interval(round(100 * error_percent), 10_000)


def _write_in(say, axis):
    """Write an axis's decimals as the language does."""
    axis.set_major_formatter(lambda value, _: f"{value:g}".replace(".", say.point))
