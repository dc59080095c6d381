"""Predictions are picked, joined and replaced with all that belongs to a digit."""

import numpy as np
import pytest

from ensembles.serving import predictions
from ensembles.serving.predictor import Prediction


def numbered(numbers, far=True):
    """Return a prediction by two members that holds each digit's number everywhere."""
    numbers = np.array(numbers, np.float32)
    rows = np.repeat(numbers[:, None], 10, 1)
    return Prediction(rows, np.stack([rows, rows]), numbers if far else None)


def numbers_of(prediction):
    """Return the numbers, which are the same everywhere."""
    numbers = prediction.probabilities[:, 0]
    np.testing.assert_array_equal(prediction.members[1, :, 9], numbers)
    if prediction.distances is not None:
        np.testing.assert_array_equal(prediction.distances, numbers)
    return numbers.tolist()


@pytest.mark.parametrize("far", [True, False])
def test_digits_keep_what_belongs_to_them(far):
    first, second = numbered([0, 1, 2], far), numbered([3, 4], far)
    assert numbers_of(predictions.pick(first, [2, 0])) == [2, 0]
    assert numbers_of(predictions.join([first, second])) == [0, 1, 2, 3, 4]
    replaced = predictions.replace(first, np.array([2, 1]), second)
    assert numbers_of(replaced) == [0, 4, 3]
    assert numbers_of(first) == [0, 1, 2]
    assert (replaced.distances is None) != far


def test_nothing_is_replaced_by_nothing():
    none = predictions.pick(numbered([3]), np.array([], int))
    replaced = predictions.replace(numbered([0, 1]), np.array([], int), none)
    assert numbers_of(replaced) == [0, 1]
