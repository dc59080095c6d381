"""The layer that makes digits upright does what OpenCV does for the baselines."""

import numpy as np
import pytest

from ensembles.digits.deskewing import deskew_all
from ensembles.members.deskew_layer import Deskew


def deskewed(images):
    return np.asarray(Deskew()(images))


def test_real_digits_become_those_of_the_baselines(labelled_digits):
    images = labelled_digits[0][:300]
    expected, got = deskew_all(images), deskewed(images)
    assert got.dtype == np.uint8
    assert np.abs(got.astype(int) - expected).max() <= 8
    assert (got != images).any((1, 2)).mean() > 0.9


def test_a_digit_does_not_depend_on_its_neighbours(labelled_digits):
    images = labelled_digits[0][:5]
    alone = np.concatenate([deskewed(images[i : i + 1]) for i in range(5)])
    np.testing.assert_array_equal(deskewed(images), alone)


@pytest.mark.parametrize("where", [(), (5,), (slice(None), 9), (27, 27)])
def test_what_has_no_slant_stays_as_it_is(where):
    images = np.zeros((1, 28, 28), np.uint8)
    if where:
        images[(0, *where)] = 200
    np.testing.assert_array_equal(deskewed(images), images)
