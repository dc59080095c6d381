"""Digits that touch are cut where the networks are sure; one digit is left whole."""

from dataclasses import replace

import numpy as np
import pages
import pytest
from marks import needs_mnist

from benchmarks.drawn_large import draw_large
from ensembles.pictures.cutting import LOWEST, propose_cuts
from ensembles.pictures.pieces import piece_of
from ensembles.pictures.reading import find_digits
from ensembles.pictures.separators import DIGIT
from ensembles.serving.predictions import pick
from ensembles.serving.predictor import Prediction, Predictor
from ensembles.serving.several import SEVERAL, Surgeon
from ensembles.serving.thresholds import Thresholds
from webapp.environment import Settings


@pytest.fixture(scope="module")
def predictor():
    return Predictor(Settings.ensemble, threads=1)


def touching(seed=0):
    """Return labels, and two digits that touch, found as one."""
    labels, picture = pages.draw("touching", seed)
    (found,) = find_digits(picture)
    return labels, found


def test_what_is_slim_is_not_cut():
    assert propose_cuts(np.ones((40, 20), np.float32)) == []


@pytest.mark.parametrize("seed", range(4))
def test_cuts_leave_no_ink_out_and_two_tall_pieces(seed):
    _, found = touching(seed)
    pairs = propose_cuts(found.ink)
    assert pairs
    for pair in pairs:
        np.testing.assert_array_equal(pair[0] | pair[1], found.ink > 0)
        for mask in pair:
            assert mask.any(1).sum() >= LOWEST * len(mask)


def test_a_piece_is_where_it_was():
    _, found = touching()
    mask = np.zeros(found.ink.shape, bool)
    mask[10:30, 5:15] = found.ink[10:30, 5:15] > 0
    piece = piece_of(found, mask)
    rows, columns = np.nonzero(mask)
    left, top = found.box[0] + columns.min(), found.box[1] + rows.min()
    assert piece.box == (left, top, np.ptp(columns) + 1, np.ptp(rows) + 1)
    assert piece.ink.sum() == found.ink[mask].sum()


def answers(chance):
    """Return a predictor that is so sure of everything."""

    def predict(digits):
        rows = np.full((len(digits), 10), (1 - chance) / 9, np.float32)
        rows[:, 3] = chance
        return Prediction(rows, rows[None])

    return predict


def test_without_a_sure_cut_they_are_answered_as_several():
    _, found = touching()
    broad = replace(found, box=(*found.box[:2], 2 * found.box[3], found.box[3]))
    predict = answers(0.5)
    surgeon = Surgeon(predict, Thresholds())
    two = predict(np.stack([found.digit] * 2))
    assert [
        [one.mark for one in pieces] for pieces in surgeon.cut_all([broad, broad], two)
    ] == [[SEVERAL]] * 2


def test_what_stands_alone_and_may_be_a_digit_is_left_whole():
    _, found = touching()
    broad = replace(found, box=(*found.box[:2], 2 * found.box[3], found.box[3]))
    predict = answers(0.5)
    cut = Surgeon(predict, Thresholds()).cut_all([broad], predict(found.digit[None]))
    assert cut == [[broad]]


def test_what_is_slim_is_cut_only_in_a_row():
    _, found = touching()
    slim = replace(found, box=(*found.box[:2], 90, 100))
    surgeon = Surgeon(answers(0.999), Thresholds())
    unsure = answers(0.5)(np.stack([found.digit] * 2))
    assert surgeon.cut_all([slim], pick(unsure, [0])) == [[slim]]
    row = surgeon.cut_all([slim, slim], unsure)
    assert [[one.mark for one in pieces] for pieces in row] == [[DIGIT] * 2] * 2


@pytest.mark.parametrize(("chance", "pieces"), [(0.9985, 2), (0.9975, 1)])
def test_what_stands_alone_is_cut_only_if_that_is_certain(chance, pieces):
    _, found = touching()
    unsure = answers(0.9)(found.digit[None])
    (cut,) = Surgeon(answers(chance), Thresholds(0.95)).cut_all([found], unsure)
    assert len(cut) == pieces


def test_what_is_sure_is_never_cut():
    _, found = touching()
    predict = answers(0.999)
    cut = Surgeon(predict, Thresholds()).cut_all([found], predict(found.digit[None]))
    assert cut == [[found]]


@needs_mnist
def test_one_digit_is_left_whole(predictor, labelled_digits):
    rng = np.random.default_rng(0)
    drawn = [find_digits(draw_large(digit, rng)) for digit in labelled_digits[0][:150]]
    found = [one[0] for one in drawn if len(one) == 1]
    surgeon = Surgeon(predictor.predict, Thresholds.of_card(predictor.card))
    prediction = predictor.predict(np.stack([one.digit for one in found]))
    cut = surgeon.cut_all(found, prediction)
    assert [len(pieces) for pieces in cut] == [1] * len(found)
