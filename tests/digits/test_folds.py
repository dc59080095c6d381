"""Folds keep writers together and classes balanced."""

import numpy as np
import pytest

from ensembles.digits.folds import deal_folds

RNG = np.random.default_rng(0)
WRITERS = np.repeat(np.arange(60), 50)
LABELS = RNG.integers(0, 10, len(WRITERS))


def test_no_writer_is_in_two_folds():
    folds = deal_folds(LABELS, WRITERS, 6, seed=0)
    assert sorted(np.unique(folds)) == list(range(6))
    for writer in np.unique(WRITERS):
        assert len(np.unique(folds[writer == WRITERS])) == 1


def test_each_fold_has_its_share_of_every_class():
    folds = deal_folds(LABELS, WRITERS, 6, seed=0)
    counts = np.stack([np.bincount(LABELS[folds == k], minlength=10) for k in range(6)])
    assert counts.min() > 0.5 * counts.mean()
    assert counts.max() < 1.5 * counts.mean()


def test_the_seed_decides_the_deal():
    first, again = (deal_folds(LABELS, WRITERS, 6, seed=1) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert (first != deal_folds(LABELS, WRITERS, 6, seed=2)).any()


def test_fewer_writers_than_folds_is_an_error():
    with pytest.raises(ValueError, match=r"at most the number of writers \(2\); got 3"):
        deal_folds(np.arange(4) % 2, np.array([0, 0, 1, 1]), 3, seed=0)
