"""No writer is in two parts of an exploration's digits."""

import numpy as np
import pytest

from ensembles.digits.folds import deal_folds
from ensembles.exploring.splits import SCORED_FOLD, split_digits


@pytest.fixture
def digits():
    rng = np.random.default_rng(0)
    labels, writers = rng.integers(0, 10, 3000), rng.integers(0, 150, 3000)
    return labels, writers, deal_folds(labels, writers, 3, seed=0)


def test_every_digit_is_in_one_part(digits):
    split = split_digits(*digits, seed=0)
    together = np.concatenate([split.train, split.watched, split.scored])
    assert sorted(together) == list(range(3000))


def test_no_writer_is_in_two_parts(digits):
    split = split_digits(*digits, seed=0)
    parts = [
        set(digits[1][rows]) for rows in (split.train, split.watched, split.scored)
    ]
    assert sum(map(len, parts)) == len(set.union(*parts)) == 150


def test_the_scored_part_is_a_fold_of_the_training_set(digits):
    split = split_digits(*digits, seed=0)
    np.testing.assert_array_equal(
        split.scored, np.flatnonzero(digits[2] == SCORED_FOLD)
    )


def test_a_cut_keeps_many_writers_and_leaves_the_scored_part_alone(digits):
    split = split_digits(*digits, seed=0)
    few = split.cut(300, 100)
    assert (len(few.train), len(few.watched)) == (300, 100)
    np.testing.assert_array_equal(few.scored, split.scored)
    assert set(few.train) <= set(split.train)
    # Sorted by writer, 300 digits would be of some fifteen.
    assert len(set(digits[1][few.train])) > 60


def test_the_seed_deals(digits):
    one, same, other = (split_digits(*digits, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one.train, same.train)
    assert set(one.watched) != set(other.watched)
