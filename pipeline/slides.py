"""Make the slides of a talk, from the reports of the run."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from ensembles.drafts import draft
from ensembles.exploring.families import FAMILIES
from pipeline import figures, member_charts, study_figures
from pipeline.frame import files, program
from pipeline.hard_digits import is_mnist
from pipeline.slideshow import catalogue, facts
from pipeline.slideshow.deck import Deck
from pipeline.slideshow.lettering import picture

GRAPH = Path("dvc.yaml")
"""No dependency of the stage, for DVC allows none on it: a test compares instead."""

SHOWN_DIGITS = (3, 10)
SHOWN_COPIES = (2, 10)
SHOWN_ERRORS = 18

PICTURES = {
    "learning": ("learning_rates", "optimizers"),
    "normalisation": ("batch_normalisation",),
    "convolution": ("patch",),
    "pooling": ("filters", "pooling"),
    "record": ("records",),
    "app": ("app",),
}
"""Of the documents, on which slide."""

IN_A_ROW = ("convolution", "pooling")
"""Slides whose pictures stand side by side above the points, not to their right."""

COMPARED = {
    "mlp": ("regularisation", "learning rate"),
    "cnn": ("normalisation", "learning rate"),
}
"""What is shown of each family's comparisons."""


def main(parameters):
    """Write the slides, and a PDF of them where LibreOffice is installed."""
    texts = catalogue.load(parameters.slides.language)
    told = facts.gather(parameters.members.architectures)
    writer = catalogue.Writer(texts, told)
    deck = Deck(texts.words["name"])
    contents = draw(told, texts.words, writer)
    for slide in texts.slides:
        title, notes = writer.write(slide.title), writer.write(slide.notes)
        points = [writer.write(point) for point in slide.points]
        if slide.name == "title" and not is_mnist(told["dataset"]):
            points.append(writer.write(texts.words["not_mnist"]))
        method, *content = contents.get(slide.name, (Deck.add_points,))
        method(deck, title, points, notes, *content)
    with draft(files.SLIDES) as temporary:
        deck.save(temporary)
    print(f"{len(texts.slides)} slides: {files.SLIDES}")
    convert(files.SLIDES)


def draw(told, words, writer):
    """Return what stands on slides beside words: how it is added, and what.

    Returns
    -------
    dict of str to tuple
        Slide to a method of `Deck` and its last arguments.
    """
    shown = documents_pictures(Path(words["pictures"])) | {
        name: [picture(figure, writer.say, *look) for figure, *look in chosen]
        for name, chosen in chosen_figures(told).items()
    }
    groups = list(zip((words["blind"], words["seeing"]), stages(), strict=True))
    return {
        "title": (Deck.add_title,),
        "protocol": (Deck.add_steps, groups),
        "board": (Deck.add_table, board_rows(words, writer)),
        **{
            name: (Deck.add_row if name in IN_A_ROW else Deck.add_pictures, *images)
            for name, images in shown.items()
        },
    }


def documents_pictures(folder):
    """Read the documents' pictures, as bytes, of each slide that has some."""
    return {
        slide: tuple((folder / f"{name}.png").read_bytes() for name in names)
        for slide, names in PICTURES.items()
    }


def stages():
    """List the stages that read no test digit, and those that do, in their order."""
    graph = YAML(typ="safe").load(GRAPH)["stages"]
    return [
        [name for name in graph if (str(files.TEST) in graph[name]["deps"]) is seeing]
        for seeing in (False, True)
    ]


def chosen_figures(told):
    """Return each slide's figures, with their sizes, as `picture` asks for them."""
    sizes = member_charts.error_against_size(pd.read_csv(files.SIZES))
    sizes.axes[0].set_title("")  # the slide has a title
    shown = {
        "data": [
            (study_figures.sample(training_digits()), (6, 1.8)),
            (deformed_digits(), (6.6, 1.8), 9),
        ],
        "ensemble": [(sizes, (4.6, 3.2))],
        "errors": [(misread_digits(), (7.2, 4.2), 9)],
    }
    for family in FAMILIES:
        compared = pd.read_csv(files.EXPLORATIONS / family / "comparisons.csv")
        figure = study_figures.comparisons(compared, told[family]["patience"])
        shown[family] = [(keep_panels(figure, COMPARED[family]), (5.4, 3.7))]
    return shown


def keep_panels(figure, titles):
    """Leave those panels of a figure, below each other."""
    for axes in figure.axes:
        if axes.get_title() not in titles:
            axes.remove()
    grid = figure.add_gridspec(len(titles), 1)
    for axes, place in zip(figure.axes, grid, strict=True):
        axes.set_subplotspec(place)
    return figure


def misread_digits():
    """Return a figure of the digits whose label the ensemble finds least probable."""
    errors = pd.read_csv(files.ERRORS).rename(columns={"ensemble": "read"})
    misread = errors[errors["read"] != errors["label"]][:SHOWN_ERRORS]
    images = files.read_arrays(files.TEST, "images")["images"][misread["index"]]
    return figures.misread_digits(images, misread, columns=6)


def training_digits():
    """Return the first digits of each class, uint8 (n, 10, 28, 28)."""
    digits = files.read_arrays(files.TRAIN, "images", "labels")
    rows, columns = SHOWN_DIGITS
    first = [
        np.flatnonzero(digits["labels"] == digit)[:rows] for digit in range(columns)
    ]
    return digits["images"][np.array(first).T]


def deformed_digits():
    """Return a figure of the first digits above their copies."""
    images = files.read_arrays(files.TRAIN, "images")["images"][: SHOWN_COPIES[1]]
    paths = sorted(files.AUGMENTED.glob("*/*.npy"))[: SHOWN_COPIES[0]]
    copies = [np.load(path, mmap_mode="r")[: len(images)] for path in paths]
    return figures.contact_sheet(images, copies)


def board_rows(words, writer):
    """Return the leaderboard without single members, best first, as texts."""
    board = pd.read_csv(files.LEADERBOARD)
    head = [words[n] for n in ("system", "errors", "percent", "interval", "published")]
    rows = board[board["kind"] != "member"].itertuples()
    return [head, *(_board_row(row, writer.format_field) for row in rows)]


def _board_row(row, write):
    published = row.published_percent
    return [
        row.system,
        write(row.errors, ","),
        write(row.error_percent, ".2f"),
        f"{write(row.ci_low, '.2f')}–{write(row.ci_high, '.2f')}",
        write(published, "g") if published > 0 else "–",
    ]


def convert(slides):
    """Write a PDF beside the slides, if LibreOffice is there to do it."""
    program = shutil.which("soffice")
    if program is None:
        print("no LibreOffice here, so no PDF of them")
        return
    command = [program, "--headless", "--convert-to", "pdf", "--outdir"]
    subprocess.run(  # noqa: S603 (LibreOffice, on our own file)
        [*command, str(slides.parent), str(slides)],
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=300,
    )
    print(f"and {slides.with_suffix('.pdf')}")


if __name__ == "__main__":
    program.run(main)
