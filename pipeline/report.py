"""Draw the figures and write the report, one page that needs nothing else."""

from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ensembles.pictures.reading import png_url, to_data_url
from pipeline import combination, figures
from pipeline.frame import files, program

TEMPLATE = Path("pipeline/report.html")
SHOWN = 40
"""Misread digits on the picture in the README; the page has them all."""


def main(parameters):
    """Draw all figures and write the page."""
    images = files.read_arrays(files.TEST, "images")["images"]
    systems, of_members, _ = files.read_predictions()
    errors = pd.read_csv(files.ERRORS)
    misread = errors[errors["ensemble"] != errors["label"]]
    draw_figures(images, misread)
    page = render(
        board=pd.read_csv(files.LEADERBOARD),
        metrics=files.read_json(files.METRICS),
        combination=combination.read(),
        errors=[
            describe(row, images, systems["ensemble"], of_members)
            for row in misread.itertuples()
        ],
    )
    files.write_text(files.PAGE, page)
    print(f"report: {files.PAGE.absolute()}")


def draw_figures(images, misread):
    """Write every figure of the report but the contact sheet."""
    shown = misread[:SHOWN]
    counts = pd.read_csv(files.CONFUSION)
    drawn = {
        "errors": figures.misread_digits(images[shown["index"]], shown),
        "learning_curves": figures.learning_curves(_plot_data("learning_curves")),
        "error_against_size": figures.error_against_size(pd.read_csv(files.SIZES)),
        "reliability": figures.reliability(_plot_data("reliability")),
        "confusion": figures.confusion(counts[counts["system"] == "ensemble"]),
    }
    for name, figure in drawn.items():
        files.write_figure(files.FIGURES / f"{name}.png", figure)


def _plot_data(name):
    return pd.read_csv(files.PLOTS / f"{name}.csv")


def describe(row, images, probabilities, of_members):
    """Collect what the page says of one misread digit.

    Parameters
    ----------
    row : namedtuple
        Of `reports/errors.csv`.
    images : ndarray of shape (n, 28, 28), uint8
    probabilities : ndarray of shape (n, 10)
        The ensemble's.
    of_members : dict of str to ndarray of shape (n, 10)
    """
    votes = {name: int(p[row.index].argmax()) for name, p in of_members.items()}
    return {
        "row": row._asdict(),
        "picture": to_data_url(images[row.index]),
        "probabilities": [float(p) for p in probabilities[row.index]],
        "votes": votes,
    }


def render(**content):
    """Fill the template, with the figures inside it."""
    pictures = {
        path.stem: png_url(path.read_bytes())
        for path in sorted(files.FIGURES.glob("*.png"))
    }
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(TEMPLATE.name).render(figures=pictures, **content)


if __name__ == "__main__":
    program.run(main)
