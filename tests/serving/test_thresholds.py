"""What is said of a prediction, against worked examples and SciPy."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import entropy

from ensembles.serving.predictor import Prediction
from ensembles.serving.thresholds import (
    UNSURE_BELOW,
    Thresholds,
    are_unusual,
    judge,
    second_digits,
    set_thresholds,
    strangeness,
)


def predict(*members):
    """Return a prediction of one picture from each member's (digit, probability)."""
    rows = np.zeros((len(members), 1, 10), np.float32)
    for row, (digit, share) in zip(rows[:, 0], members, strict=True):
        row[:] = (1 - share) / 9
        row[digit] = share
    return Prediction(rows.mean(0), rows, distances=np.ones(1))


SURE = predict((7, 0.99), (7, 0.98))
TORN = predict((7, 0.6), (1, 0.4))
CLUELESS = predict((7, 0.11), (1, 0.11))
USUAL, UNUSUAL = {"unsure_beyond": 1}, {"unsure_beyond": 0.5}


def test_strangeness_is_the_mean_entropy_of_the_members():
    for prediction in (SURE, TORN, CLUELESS):
        expected = entropy(prediction.members[:, 0], axis=1).mean()
        assert strangeness(prediction) == pytest.approx(expected, rel=1e-5)
    assert strangeness(predict((3, 1.0))) == 0
    assert strangeness(predict((3, 0.1))) == pytest.approx(np.log(10))


def test_second_digit():
    assert second_digits(TORN).tolist() == [1]


@pytest.mark.parametrize(
    ("thresholds", "statuses"),
    [
        ({}, ["ok", "unsure", "unsure"]),
        ({"unsure_below": 0.2}, ["ok", "ok", "unsure"]),
        ({"strange_above": 2.0}, ["ok", "unsure", "unsure"]),
        ({"unsure_beyond": 0.5}, ["unsure", "unsure", "unsure"]),
        (USUAL | {"strange_above": 2.0}, ["ok", "unsure", "unsure"]),
        (UNUSUAL | {"strange_above": 2.0}, ["unsure", "unsure", "not_a_digit"]),
        (UNUSUAL | {"strange_above": 0}, ["not_a_digit"] * 3),
    ],
)
def test_statuses(thresholds, statuses):
    told = Thresholds.of_card({"thresholds": thresholds})
    found = [judge(one, told)[0] for one in (SURE, TORN, CLUELESS)]
    assert found == statuses


def test_a_card_without_thresholds_has_the_named_default():
    assert Thresholds.of_card({}) == Thresholds(UNSURE_BELOW, None)
    assert Thresholds.of_card({"thresholds": None}) == Thresholds()


@pytest.mark.parametrize(
    ("thresholds", "message"),
    [
        (
            {"unsure": 0.5},
            "unsure_below, unsure_beyond, strange_above; got 'unsure'",
        ),
        ({"unsure_below": "high"}, "`unsure_below` must be a number; got 'high'"),
    ],
)
def test_a_card_with_other_thresholds_is_refused(thresholds, message):
    with pytest.raises(ValueError, match=message):
        Thresholds.of_card({"thresholds": thresholds})


def surely(confidences):
    """Return a prediction of the digit 7 with these probabilities."""
    rows = np.empty((len(confidences), 10), np.float32)
    rows[:] = (1 - np.array(confidences)[:, None]) / 9
    rows[:, 7] = confidences
    return Prediction(rows, rows[None], distances=np.arange(len(rows)))


CONFIDENCES = [0.5, 0.9, 0.6, 0.8, 0.7]


@pytest.mark.parametrize(
    ("wrong_at", "accepted", "least"),
    [
        ([], 0.0, 0.5),  # nothing wrong: nothing doubted
        ([0.5], 0.2, 0.5),  # one wrong in five is accepted
        ([0.5], 0.1, 0.6),
        ([0.7, 0.5], 0.3, 0.6),  # one in four
        ([0.9], 0.2, 0.5),  # most are doubted no more where few are wrong
        ([0.9], 0.1, 1.0),  # the surest is wrong: all are doubted
    ],
)
def test_doubt_begins_where_more_answers_would_be_wrong(wrong_at, accepted, least):
    labels = np.where(np.isin(CONFIDENCES, wrong_at), 1, 7)
    told = set_thresholds(surely(CONFIDENCES), labels, accepted, 0.0, doubted=0.0)
    assert told.unsure_below == pytest.approx(least)


@pytest.mark.parametrize("refused", [0.0, 0.1, 0.3])
def test_the_strangest_of_the_farthest_are_refused(refused):
    # The last are the farthest, and of these the first the least certain.
    prediction = surely(np.concatenate([np.full(60, 0.5), np.linspace(0.2, 0.9, 40)]))
    told = set_thresholds(prediction, np.full(100, 7), 1.0, refused, doubted=0.4)
    each = round(100 * refused)
    expected = ["ok"] * 60 + ["not_a_digit"] * each + ["unsure"] * (40 - each)
    assert judge(prediction, told) == expected
    assert are_unusual(prediction, told).tolist() == [False] * 60 + [True] * 40


def test_more_than_the_unusual_cannot_be_refused():
    with pytest.raises(ValueError, match=r"at most `doubted` \(0.1\); got 0.2"):
        set_thresholds(surely(CONFIDENCES), np.full(5, 7), 0.0, 0.2, doubted=0.1)


def test_what_is_certain_may_be_unusual():
    far = replace(surely(np.array([0.99, 0.999])), distances=np.array([9.0, 9.0]))
    limits = Thresholds(unsure_beyond=1.0)
    assert judge(far, limits) == ["unsure", "unsure"]
    assert judge(far, limits, certain_from=0.999) == ["unsure", "ok"]


def test_without_distances_nothing_is_unusual():
    anything = Thresholds(unsure_beyond=-1.0, strange_above=-1.0)
    assert judge(SURE, anything) == ["not_a_digit"]
    blind = Prediction(SURE.probabilities, SURE.members)
    assert judge(blind, anything) == ["ok"]
