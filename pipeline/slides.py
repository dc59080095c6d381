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

SHOWN_DIGITS = (6, 10)
SHOWN_COPIES = (5, 11)
SHOWN_ERRORS = 18


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
    pictures = {
        name: picture(figure, writer.say, *look)
        for name, (figure, *look) in chosen_figures(told).items()
    }
    for name in ("app", "record"):
        pictures[name] = Path(words[name]).read_bytes()
    groups = list(zip((words["blind"], words["seeing"]), stages(), strict=True))
    return {
        "title": (Deck.add_title,),
        "protocol": (Deck.add_steps, groups),
        "board": (Deck.add_table, board_rows(words, writer)),
        **{name: (Deck.add_picture, image) for name, image in pictures.items()},
    }


def stages():
    """List the stages that read no test digit, and those that do, in their order."""
    graph = YAML(typ="safe").load(GRAPH)["stages"]
    return [
        [name for name in graph if (str(files.TEST) in graph[name]["deps"]) is seeing]
        for seeing in (False, True)
    ]


def chosen_figures(told):
    """Return the figure of each slide that has one, and its size, as `picture` asks."""
    sizes = member_charts.error_against_size(pd.read_csv(files.SIZES))
    sizes.axes[0].set_title("")  # the slide has a title
    shown = {
        "data": (study_figures.sample(training_digits()), (5.4, 3.4)),
        "deformation": (deformed_digits(), (6.6, 3.2), 9),
        "ensemble": (sizes, (4.6, 3.2)),
        "errors": (misread_digits(), (7.2, 4.2), 9),
    }
    for family in FAMILIES:
        folder = files.EXPLORATIONS / family
        trials = pd.read_csv(folder / "trials.csv")
        compared = pd.read_csv(folder / "comparisons.csv")
        searched = study_figures.search(trials, facts.importances(family))
        compared = study_figures.comparisons(compared, told[family]["patience"])
        shown |= {
            family: (searched, (6.6, 3.9)),
            f"{family}_comparisons": (compared, (8.2, 3.7)),
        }
    return shown


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
