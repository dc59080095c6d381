"""Fill the page: template, style and script are files of their own beside this one."""

import math
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ensembles.explaining import insight
from pipeline import charts, drawing
from pipeline.figures import BLUE, RED
from pipeline.frame import files
from pipeline.hard_digits import is_mnist

FOLDER = Path(__file__).parent
SCRIPTS = (
    *("data", "state", "rows", "matrix", "tiles"),
    *("card", "context", "board", "start"),
)
"""In this order they are one script, for a page that is one file."""

TRIALS = files.RELEASE / "without_doubtful.json"


def render(run, drawn, content, inspected):
    """Return the page.

    Parameters
    ----------
    run : pipeline.finished_run.FinishedRun
    drawn : dict of str to tuple
        Figure and table of each name, from `drawing.draw_all`.
    content : dict
        What the script reads, from `contents.collect`.
    inspected : str
        The system that the page is about.

    Returns
    -------
    str
        HTML that refers to nothing outside itself.
    """
    rows = run.board.to_dict("records")
    return (
        _environment()
        .get_template("page.html")
        .render(
            content=content,
            board=rows,
            axis=Axis(rows),
            inspected=next(row for row in rows if row["system"] == inspected),
            inspectable={system["name"] for system in content["systems"]},
            figures=_figures(drawn),
            metrics=run.metrics,
            combination=run.chosen,
            left=left_to_humans(run, inspected),
            trial=files.read_json(TRIALS) if is_mnist(run.metrics["dataset"]) else None,
        )
    )


def _environment():
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["style"] = _own("page.css")
    scripts = (_own(f"{name}.js") for name in SCRIPTS)
    environment.globals["script"] = Markup("\n").join(scripts)
    return environment


def _figures(drawn):
    """Return the figures that have something to show, for the inside of the page."""
    return {
        # Markup of our own making, in which matplotlib has escaped every text.
        name: Markup(_inline(name, figure))  # noqa: S704
        for name, (figure, table) in drawn.items()
        if name != "errors" and len(table)
    }


class Axis:
    """One logarithmic axis of error rates for all rows of the leaderboard."""

    def __init__(self, rows):
        known = [
            row[key]
            for row in rows
            for key in ("ci_low", "ci_high", "published_percent")
            if row[key] > 0
        ]
        self.low, self.high = 0.9 * min(known), min(100, 1.1 * max(known))

    def at(self, percent):
        """Return where an error rate stands, in percent of the axis."""
        share = math.log(max(percent, self.low) / self.low)
        return round(100 * share / math.log(self.high / self.low), 2)

    @property
    def ticks(self):
        """Error rates in percent at which there is a line."""
        steps = [digit * 10**power for power in range(-3, 3) for digit in (1, 2, 5)]
        return [step for step in steps if self.low <= step <= self.high]


def left_to_humans(run, inspected):
    """Return how many errors remain if some share is left to a human."""
    rows = insight.risk_coverage(run.probabilities(inspected), run.labels)
    shares = rows["left_percent"]
    return {
        share: int(rows["errors"][(shares <= share + 1e-9).sum() - 1])
        for share in charts.HUMAN_PERCENT
    }


def _own(name):
    """Return one of our own files, which is markup, style or script already."""
    return Markup((FOLDER / name).read_text())  # noqa: S704


def _inline(name, figure):
    """Return a figure as SVG for the inside of a page, its names made its own."""
    svg = drawing.as_svg(figure)
    svg = svg[svg.index("<svg") :]
    for mark in ('id="', 'href="#', "url(#"):
        svg = svg.replace(mark, f"{mark}{name}-")
    # The page has a blue and a red for each scheme.
    return svg.replace(BLUE, "var(--true)").replace(RED, "var(--read)")
