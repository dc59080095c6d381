"""A digit that fell apart is put together where the networks know the whole."""

import numpy as np
import pytest
from marks import needs_mnist
from PIL import Image

from ensembles.pictures.pieces import join_found
from ensembles.pictures.reading import find_writing
from ensembles.pictures.separators import DIGIT
from ensembles.serving.predictor import Predictor
from ensembles.serving.thresholds import Thresholds
from ensembles.serving.together import join_one
from webapp.environment import Settings
from webapp.found import answer_found

SCALE, GAP = 8, 40


@pytest.fixture(scope="module")
def predictor():
    return Predictor(Settings.ensemble, threads=1)


def tear(digit):
    """Return a digit drawn large in black on white, torn in two in the middle."""
    large = np.kron(digit, np.ones((SCALE, SCALE), np.uint8))
    inked = np.flatnonzero(large.any(1))
    middle = (inked[0] + inked[-1]) // 2 + 2 * SCALE
    torn = np.insert(large, [middle] * GAP, 0, axis=0)
    return Image.fromarray(255 - np.pad(torn, 30))


@needs_mnist
def test_torn_threes_are_read_and_doubted(predictor, labelled_digits):
    images, labels = labelled_digits
    read = []
    for digit in images[labels == 3][:20]:
        found = find_writing(tear(digit)).found
        limits = Thresholds.of_card(predictor.card)
        answers = answer_found(found, predictor.predict, limits)
        if len(found) > 1 and len(answers) == 1:
            read.append((answers[0].digit, answers[0].status, answers[0].doubt))
    assert len(read) >= 15
    assert set(read) == {(3, "unsure", "joined")}


def test_all_that_was_found_is_joined_where_it_was():
    picture = np.full((300, 400), 255, np.uint8)
    picture[50:150, 60:90] = picture[100:210, 160:190] = 0
    several = find_writing(Image.fromarray(picture)).found
    assert len(several) == 2
    whole = join_found(several, DIGIT)
    assert whole.box == (60, 50, 130, 160)
    np.testing.assert_array_equal(whole.ink > 0, picture[50:210, 60:190] == 0)


def test_what_is_sure_or_many_is_not_asked_about(labelled_digits):
    def predict(_):
        raise AssertionError

    row = np.concatenate([*labelled_digits[0][:4]], axis=1)
    found = find_writing(Image.fromarray(255 - np.pad(row, 10))).found
    assert len(found) == 4
    for several, status in (
        (found[:2], "ok"),
        (found[:1], "unsure"),
        (found, "unsure"),
    ):
        statuses = [status] * len(several)
        assert join_one(several, statuses, predict, Thresholds()) is None
