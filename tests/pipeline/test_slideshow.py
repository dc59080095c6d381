"""Slides: texts with their figures, in one look, the same bytes each time."""

import io
import itertools
import string
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image
from pptx import Presentation
from pptx.enum.text import PP_ALIGN

from ensembles.exploring.families import FAMILIES
from pipeline import slides as stage
from pipeline.slideshow import catalogue, lettering
from pipeline.slideshow.deck import Deck

LANGUAGES = sorted(path.stem for path in catalogue.CATALOGUES.glob("*.yaml"))
ENGLISH = catalogue.load("en")
FRENCH_FORM = replace(ENGLISH, decimal=",", thousands="\N{NARROW NO-BREAK SPACE}")


def picture(width, height):
    written = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 255, (height, width), np.uint8)
    Image.fromarray(noise).save(written, "PNG")
    return written.getvalue()


def make_deck():
    deck = Deck("name")
    deck.add_title("title", ["point"], "notes of the first")
    deck.add_points("words", ["one", "two"], "notes")
    deck.add_pictures("wide", [], "notes", picture(400, 100))
    deck.add_pictures("high", ["point"], "notes", picture(100, 400))
    deck.add_table("table", ["point"], "notes", [["name", "n"]] + [["a", "1"]] * 12)
    deck.add_steps("steps", [], "notes", [("blind", ["a", "b"]), ("seeing", ["c"])])
    several = picture(400, 100), picture(100, 400), picture(200, 200)
    deck.add_pictures("stack", ["point"], "notes", *several)
    deck.add_row("row", ["point"], "notes", *several)
    return deck


@pytest.fixture(scope="module")
def slides(tmp_path_factory):
    path = tmp_path_factory.mktemp("slides") / "slides.pptx"
    make_deck().save(path)
    return Presentation(path)


def test_slides_are_wide_and_have_titles_and_notes(slides):
    assert slides.slide_width / slides.slide_height == pytest.approx(16 / 9, rel=1e-3)
    titles = [slide.shapes.title.text for slide in slides.slides]
    assert titles == [
        "title",
        "words",
        "wide",
        "high",
        "table",
        "steps",
        "stack",
        "row",
    ]
    notes = [slide.notes_slide.notes_text_frame.text for slide in slides.slides]
    assert notes == ["notes of the first", *["notes"] * 7]


def test_nothing_leaves_a_slide(slides):
    for slide in slides.slides:
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.top >= 0
            assert shape.left + shape.width <= slides.slide_width
            assert shape.top + shape.height <= slides.slide_height


@pytest.mark.parametrize(("number", "ratio"), [(2, 4.0), (3, 0.25)])
def test_pictures_keep_their_shape_and_fill_a_side(slides, number, ratio):
    shown = [s for s in slides.slides[number].shapes if hasattr(s, "image")]
    (shape,) = shown
    assert shape.width / shape.height == pytest.approx(ratio, rel=1e-3)
    assert (
        max(shape.width / slides.slide_width, shape.height / slides.slide_height) > 0.6
    )


@pytest.mark.parametrize(("number", "along"), [(6, "top"), (7, "left")])
def test_several_pictures_stand_beside_each_other_and_beside_the_points(
    slides, number, along
):
    shapes = list(slides.slides[number].shapes)
    pictures = [s for s in shapes if hasattr(s, "image")]
    points = next(s for s in shapes if s.has_text_frame and "point" in s.text)
    extent = {"top": "height", "left": "width"}[along]
    for one, following in itertools.pairwise(pictures):
        end = getattr(one, along) + getattr(one, extent)
        assert end <= getattr(following, along)
    for shape in pictures:
        if along == "top":
            assert points.left + points.width <= shape.left
        else:
            assert shape.top + shape.height <= points.top


def test_a_table_holds_its_rows_and_sets_numbers_to_the_right(slides):
    (table,) = [s.table for s in slides.slides[4].shapes if s.has_table]
    assert [cell.text for cell in table.rows[12].cells] == ["a", "1"]
    assert table.cell(1, 1).text_frame.paragraphs[0].alignment == PP_ALIGN.RIGHT


def test_equal_slides_are_equal_files(tmp_path):
    for name in ("one", "other"):
        make_deck().save(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


@pytest.mark.parametrize(
    ("text", "english", "french"),
    [
        ("{digits:,}", "60,000", "60\N{NARROW NO-BREAK SPACE}000"),
        ("{a.percent:.2f}", "0.25", "0,25"),
        ("A point. {a.percent:.1f}, so", "A point. 0.2, so", "A point. 0,2, so"),
        ("{optimizer}", "Adam", "Adam"),
        ("{normalise}", "yes", "yes"),
        ("1 %", "1\N{NO-BREAK SPACE}%", "1\N{NO-BREAK SPACE}%"),
    ],
)
def test_numbers_have_the_languages_form(text, english, french):
    facts = {
        "digits": 60_000,
        "a": {"percent": 0.25},
        "optimizer": "adam",
        "normalise": True,
    }
    assert catalogue.Writer(ENGLISH, facts).write(text) == english
    assert catalogue.Writer(FRENCH_FORM, facts).write(text) == french


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pass 3", "passe 3"),
        ("sgd (0.01)", "SGD (0,01)"),
        ("L2", "L2"),
        ("−0.5", "−0,5"),
        ("1.5e-05", "1,5e-05"),
        ("5* → 6  100 %", "5* → 6  100\N{NO-BREAK SPACE}%"),
        ("learning rate", "taux"),
        ("", ""),
    ],
)
def test_a_figures_texts_are_said_in_the_language(text, said):
    words = {"pass {}": "passe {}", "sgd ({})": "SGD ({})", "L2": "L2"}
    choices = {"learning_rate": "taux"}
    texts = replace(FRENCH_FORM, figures=words, choices=choices)
    assert catalogue.Writer(texts, {}).say(text) == said


def test_a_text_of_a_figure_that_the_catalogue_lacks_is_refused():
    with pytest.raises(ValueError, match="lacks 'wave"):
        catalogue.Writer(ENGLISH, {}).say("wave 3")


def drawn_texts(figure):
    """Return what can be read on a figure, tick labels among it."""
    figure.draw_without_rendering()
    axes = figure.axes[0]
    labels = [*axes.get_xticklabels(), *axes.get_yticklabels()]
    others = [axes.title, axes.xaxis.label, *axes.get_legend().get_texts()]
    return {text.get_text() for text in (*labels, *others)}


def test_all_texts_of_a_figure_are_put_into_the_language():
    figure = Figure()
    axes = figure.subplots()
    axes.plot([0.5, 1.5], ["one", "two"], label="line")
    axes.set(title="title", xlabel="across", xticks=[0.5, 1.5])
    axes.legend()
    before = drawn_texts(figure)
    assert {"one", "0.5", "line", "title", "across"} <= before
    lettering.translate(figure, str.upper)
    assert drawn_texts(figure) == {text.upper() for text in before}


def test_panels_that_are_kept_stand_below_each_other():
    figure = Figure(layout="constrained")
    for axes, title in zip(figure.subplots(2, 2).ravel(), "abcd", strict=True):
        axes.set_title(title)
    stage.keep_panels(figure, ("b", "c"))
    figure.draw_without_rendering()
    upper, lower = figure.axes
    assert (upper.get_title(), lower.get_title()) == ("b", "c")
    assert upper.get_position().y0 > lower.get_position().y1
    assert upper.get_position().width > 0.8


@pytest.mark.parametrize("text", ["{absent}", "{a.absent}"])
def test_a_figure_that_is_not_there_is_refused(text):
    with pytest.raises(ValueError, match=r"names no known figure: .*absent"):
        catalogue.Writer(ENGLISH, {"a": {"b": 1}}).write(text)


def figures_in(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_text(language):
    texts = catalogue.load(language)
    assert 12 <= len(texts.slides) <= 16
    assert set(texts.words) == set(ENGLISH.words)
    assert set(texts.choices) == set(ENGLISH.choices)
    assert set(texts.figures) == set(ENGLISH.figures)
    for slide, english in zip(texts.slides, ENGLISH.slides, strict=True):
        assert slide.name == english.name
        assert len(slide.points) == len(english.points)
        for one, other in zip(
            (slide.title, *slide.points), (english.title, *english.points), strict=True
        ):
            assert figures_in(one) == figures_in(other), one


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_and_points_are_short_enough_to_be_read(language):
    for slide in catalogue.load(language).slides:
        assert len(slide.title) < 125, slide.name  # figures' names among them
        assert len(slide.notes) > 80, slide.name
        assert len(slide.points) <= 4, slide.name


def test_every_choice_of_a_search_has_a_name():
    for family in FAMILIES.values():
        assert set(family.space) <= set(ENGLISH.choices)
