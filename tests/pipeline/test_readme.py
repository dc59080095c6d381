"""Figures are put where their markers are, and nowhere else."""

from pathlib import Path

import pandas as pd
import pytest

from ensembles.metrics import CORRECTED
from pipeline.commands import readme
from pipeline.documents import blocks, quoted, recorded, results
from pipeline.documents.languages import LANGUAGES

ROOT = Path(__file__).parents[2]
PLACE = Path("README.md")


@pytest.fixture(scope="module")
def sources():
    return results.read_sources(ROOT)


@pytest.mark.parametrize(
    ("language", "told"), [("en", "60,000"), ("fr", "60\u202f000")]
)
def test_a_figure_takes_the_place_of_the_last(sources, language, told):
    text = "of <!--digits.number-->61,000\nor so<!--/--> digits\n"
    filled = readme.fill(text, sources, LANGUAGES[language], PLACE)
    assert filled == f"of <!--digits.number-->{told}<!--/--> digits\n"
    assert readme.fill(filled, sources, LANGUAGES[language], PLACE) == filled


def test_a_table_takes_the_place_of_the_last(sources):
    text = "Title\n\n<!-- table: sizes -->\nold\n\nold\n<!-- end -->\nrest\n"
    filled = readme.fill(text, sources, LANGUAGES["en"], PLACE)
    table = recorded.sizes(sources, LANGUAGES["en"])
    assert filled == text.replace("old\n\nold", table)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<!--digits.nombre-->1<!--/-->", "no figure is called 'digits.nombre'"),
        ("<!-- table: scores -->\n<!-- end -->", "no table is called 'scores'"),
        ("<!--digits.number-->1", "a marker has no end"),
        ("1<!--/-->", "a marker has no end, or an end has no marker"),
    ],
)
def test_markers_that_are_wrong_are_refused(sources, text, message):
    with pytest.raises(ValueError, match=message):
        readme.fill(text, sources, LANGUAGES["en"], PLACE)


def test_figures_of_other_digits_are_refused():
    results.check_same_digits("it is", "MNIST", "MNIST")
    with pytest.raises(
        ValueError, match="it is of scikit-learn digits, and the record"
    ):
        results.check_same_digits("it is", "scikit-learn digits", "MNIST")


def test_readings_of_wrong_labels_add_up_to_the_cards_errors(sources):
    told = quoted.quotations(sources, LANGUAGES["en"])
    kept, mended, neither = (
        int(told[f"released.as_{name}"]) for name in ("labelled", "people", "neither")
    )
    assert kept + mended + neither == len(CORRECTED)
    found = {n: f["errors"] for n, f in sources.card["test_label_noise"].items()}
    assert found["corrected"] - found["raw"] == kept - mended


def test_what_both_ensembles_misread_is_what_their_union_counts_twice(sources):
    told = quoted.quotations(sources, LANGUAGES["en"])
    of_each = [
        sources.metrics["systems"][n]["errors"] for n in ("released", "ensemble")
    ]
    by_any = sum(
        {row.released, row.ensemble} != {row.label}
        for row in sources.errors.itertuples()
    )
    assert int(told["both.errors"]) == sum(of_each) - by_any


def test_what_all_misread_is_what_no_system_reads(sources):
    systems = sources.board.loc[sources.board["kind"] != "member", "system"]
    unread = [
        row["index"]
        for row in sources.errors.to_dict("records")
        if all(row[name] != row["label"] for name in systems)
    ]
    assert quoted.quotations(sources, LANGUAGES["en"])["all.errors"] == str(len(unread))


def test_many_comparisons_are_told_apart_by_holms_rule():
    # Of three the least has to be below 1/60, the next below 1/40, the last below 1/20.
    def apart(*p):
        names = ["ensemble", *map(str, range(len(p)))]
        board = pd.DataFrame({"system": names, "p_vs_ensemble": [1, *p]})
        return results.told_apart(board)

    assert apart(0.04, 0.016, 0.024) == ["1", "2", "0"]
    assert apart(0.04, 0.016, 0.026) == ["1"]
    assert apart(0.04, 0.017, 0.024) == []


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.0, "< 1 s"), (12.6, "13 s"), (8901.3, "8\u202f901 s"), (float("nan"), "–")],
)
def test_durations(seconds, told):
    assert blocks.duration(seconds, LANGUAGES["fr"]) == told


def test_numbers_in_both_languages():
    english, french = LANGUAGES["en"], LANGUAGES["fr"]
    assert (english.count(1234567), french.count(1234567)) == (
        "1,234,567",
        "1\u202f234\u202f567",
    )
    assert (english.percent(0.26), french.percent(0.26)) == ("0.26 %", "0,26\u00a0%")
    assert french.interval(0.1699, 0.3807) == "0,17–0,38"


def test_the_language_is_that_of_the_place():
    for place, code in (
        ("README.md", "en"),
        ("README.fr.md", "fr"),
        ("docs/records.md", "en"),
        ("docs/fr/records.md", "fr"),
    ):
        assert readme.language_of(Path(place)).code == code
