"""How probabilities and answers are put into words."""

from dataclasses import replace

import pytest

from webapp.answers import Answer, blank
from webapp.words import percent, sign, spoken


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (1.0, "> 99.9 %"),
        (0.9995, "> 99.9 %"),
        (0.9994, "99.9 %"),
        (0.5, "50.0 %"),
        (0.0005, "0.1 %"),
        (0.0, "< 0.1 %"),
    ],
)
def test_no_probability_is_a_bare_hundred_or_nought(share, text):
    assert percent(share) == text


def test_answers_are_said_from_left_to_right():
    shares = [0.0] * 7 + [0.85, 0.0, 0.15]
    sure = Answer(kind="digit", digit=7, status="ok", probabilities=shares, second=9)
    unsure = replace(sure, status="unsure", unusual=False)
    far = replace(unsure, unusual=True)
    strange = replace(sure, digit=None, status="not_a_digit")
    answers = [sure, unsure, far, strange, blank()]
    assert spoken({"answers": answers, "left_out": []}) == (
        "7, 85.0 %; 7, 85.0 %, unsure, perhaps 9; "
        "7, 85.0 %, unsure, unlike most digits; Not a digit; Nothing drawn"
    )


@pytest.mark.parametrize(
    ("character", "shown", "words"),
    [("/", "/", "slash"), (None, "·", "a mark between digits")],
)
def test_separators_and_what_is_left_out_are_said(character, shown, words):
    mark = Answer(kind="separator", status="ok", character=character)
    assert sign(mark) == shown
    result = {"answers": [mark], "left_out": [{"box": [1, 2, 3, 4], "why": "faint"}]}
    assert spoken(result) == f"{words}; 1 not read"
