"""A line through a digit strikes it through; a digit's own bars do not."""

import damaged
import numpy as np
import pages
import pytest

from ensembles.pictures.strikes import is_struck


@pytest.mark.parametrize("seed", range(20))
def test_a_struck_digit_is_told_from_itself(seed):
    rng = np.random.default_rng(seed)
    ((_, mask),), width = pages.digits(rng, 1, 100, (0.05, 0.09))
    assert not is_struck(mask > 0.5)
    assert is_struck(damaged.strike(rng, mask, width) > 0.5)


def test_specks_are_not_struck():
    assert not is_struck(np.ones((3, 3), bool))
