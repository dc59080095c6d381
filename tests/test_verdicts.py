"""What is said of a prediction, against worked examples and SciPy."""

import numpy as np
import pytest
from scipy.stats import entropy

from ensembles.predictor import Prediction
from ensembles.verdicts import (
    UNSURE_BELOW,
    Thresholds,
    judge,
    second_digits,
    strangeness,
)


def predict(*members):
    """Return a prediction of one picture from each member's (digit, probability)."""
    rows = np.zeros((1, len(members), 10), np.float32)
    for row, (digit, share) in zip(rows[0], members, strict=True):
        row[:] = (1 - share) / 9
        row[digit] = share
    return Prediction(rows.mean(1), rows)


SURE = predict((7, 0.99), (7, 0.98))
TORN = predict((7, 0.6), (1, 0.4))
CLUELESS = predict((7, 0.11), (1, 0.11))


def test_strangeness_is_the_mean_entropy_of_the_members():
    for prediction in (SURE, TORN, CLUELESS):
        expected = entropy(prediction.members[0], axis=1).mean()
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
        ({"not_a_digit_above": 2.0}, ["ok", "unsure", "not_a_digit"]),
        ({"not_a_digit_above": None}, ["ok", "unsure", "unsure"]),
        ({"unsure_below": 0, "not_a_digit_above": 0}, ["not_a_digit"] * 3),
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
        ({"unsure": 0.5}, "may be unsure_below, not_a_digit_above; got 'unsure'"),
        ({"unsure_below": "high"}, "`unsure_below` must be a number; got 'high'"),
    ],
)
def test_a_card_with_other_thresholds_is_refused(thresholds, message):
    with pytest.raises(ValueError, match=message):
        Thresholds.of_card({"thresholds": thresholds})
