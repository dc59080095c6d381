"""Draw every figure of a run, and write each as PNG, as SVG and as data."""

import io

import matplotlib as mpl
import numpy as np
import pandas as pd

from ensembles import metrics
from ensembles.explaining import insight
from pipeline import charts, figures, member_charts
from pipeline.frame import files

SVG, CSV = files.FIGURES / "svg", files.FIGURES / "csv"

SHOWN = 40
"""Misread digits on the picture in the README; the page has them all."""


def draw_all(run, system, bins):
    """Draw the figures of a run.

    Parameters
    ----------
    run : pipeline.finished_run.FinishedRun
    system : str
        Whose errors are drawn.
    bins : int
        Bins of the reliability diagram.

    Returns
    -------
    dict of str to tuple
        Figure and table of its data, by name; the misread digits come first.
    """
    misread = run.misread(system)
    images = run.test["images"][misread["index"][:SHOWN]]
    sheet = figures.misread_digits(images, misread[:SHOWN])
    tables = of_system(run, system, bins) | of_members(run)
    drawn = {name: (draw(table), table) for name, (draw, table) in tables.items()}
    return {"errors": (sheet, misread)} | drawn


def of_system(run, system, bins):
    """Return function and table of each figure of one system."""
    probabilities, labels = run.probabilities(system), run.labels
    read = probabilities.argmax(1)
    confusion = pd.read_csv(files.CONFUSION)
    risk = pd.DataFrame(insight.risk_coverage(probabilities, labels))
    known = (run.test["hsf"] >= 0).any()  # else each digit counts as a writer's own
    by_writer = insight.errors_by_writer(read != labels, run.test["writer"])
    tables = {
        "confusion": confusion[confusion["system"] == system],
        "errors_by_digit": insight.errors_by_digit(read, labels),
        # Between these rows the number of errors stays.
        "risk_coverage": risk[risk["errors"] != risk["errors"].shift()],
        "reliability": metrics.reliability(probabilities, labels, bins),
        "errors_by_writer": by_writer if known else by_writer[:0],
    }
    return {
        name: (getattr(charts, name), pd.DataFrame(table))
        for name, table in tables.items()
    }


def of_members(run):
    """Return function and table of each figure of the ensemble's members."""
    names = list(run.members)
    stacked = np.stack(list(run.members.values()))
    kinds = [name.split("/")[0] for name in names]
    left_out = insight.leave_one_out(stacked, kinds, run.labels)
    matrix = insight.disagreements(stacked.argmax(2))
    apart = pd.DataFrame(matrix, names, names).rename_axis("member").reset_index()

    def draw_apart(table):
        return member_charts.disagreements(table[names].to_numpy(), names)

    return {
        "error_against_size": (
            member_charts.error_against_size,
            pd.read_csv(files.SIZES),
        ),
        "leave_one_out": (member_charts.leave_one_out, pd.DataFrame(left_out)),
        "disagreements": (draw_apart, apart),
        "learning_curves": (
            member_charts.learning_curves,
            pd.read_csv(files.PLOTS / "learning_curves.csv"),
        ),
    }


def write(drawn):
    """Write each figure as PNG and SVG, and its table as CSV."""
    for name, (figure, table) in drawn.items():
        files.write_figure(files.FIGURES / f"{name}.png", figure)
        files.write_text(SVG / f"{name}.svg", as_svg(figure))
        files.write_table(CSV / f"{name}.csv", table)


def as_svg(figure):
    """Return a figure as SVG, its text in the colour of the text around it."""
    stream = io.StringIO()
    # Text stays text, and names inside are the same in every run.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "digits"}):
        figure.savefig(stream, format="svg", transparent=True, metadata={"Date": None})
    return stream.getvalue().replace(charts.INK, "currentColor")
