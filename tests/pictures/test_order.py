"""Marks are read by rows, however the rows slope, bend, begin and end."""

import numpy as np
import pytest

from ensembles.pictures.order import reading_order


def row(n, top, slope=0.0, bend=0.0, left=0.0, size=40, rng=None):
    """Return the boxes of a row of digits, (n, 4), from the left."""
    x = left + np.arange(n) * 0.8 * size
    y = top - slope * x + bend * (x - x.mean()) ** 2 / (x.max() - x.min() + 1)
    boxes = np.stack([x, y, np.full(n, 0.6 * size), np.full(n, size)], axis=1)
    if rng is not None:
        boxes[:, 1] += rng.uniform(-0.12, 0.12, n) * size
        boxes[:, 3] *= rng.uniform(0.8, 1.15, n)
        boxes[:, 2] *= rng.uniform(0.2, 1.1, n)
    return boxes


def assert_read_in_rows(rows, seed=0):
    """Check that shuffled rows come back as they were."""
    boxes = np.concatenate(rows)
    shuffled = np.random.default_rng(seed).permutation(len(boxes))
    numbers = np.argsort(shuffled)
    ends = np.cumsum([len(one) for one in rows])
    expected = [part.tolist() for part in np.split(numbers, ends[:-1])]
    assert reading_order(boxes[shuffled]) == expected


@pytest.mark.parametrize("degrees", [-10, -6, -3, 0, 3, 6, 10])
@pytest.mark.parametrize("n", [2, 5, 10, 16])
def test_a_row_that_slopes(degrees, n):
    for seed in range(5):
        rng = np.random.default_rng(seed)
        assert_read_in_rows([row(n, 500, np.tan(np.deg2rad(degrees)), rng=rng)], seed)


@pytest.mark.parametrize("degrees", [-10, -5, 0, 5, 10])
def test_rows_that_slope(degrees):
    slope = np.tan(np.deg2rad(degrees))
    for seed in range(5):
        rng = np.random.default_rng(seed)
        tops = (500, 560, 620)
        assert_read_in_rows([row(9, top, slope, rng=rng) for top in tops], seed)


@pytest.mark.parametrize("bend", [-0.35, -0.2, 0.2, 0.35])
def test_a_row_that_bends(bend):
    assert_read_in_rows([row(12, 300, bend=bend, rng=np.random.default_rng(1))])


def test_ragged_rows_and_a_centred_column():
    assert_read_in_rows(
        [row(5, 0, left=90), row(3, 60), row(7, 120, left=200), row(1, 180, left=9)]
    )
    assert_read_in_rows(
        [row(n, 60 * k, left=300 - 16 * n) for k, n in enumerate((1, 3, 2, 5, 1))]
    )
    assert_read_in_rows([row(1, 60 * k, left=100 + k) for k in range(6)])


def test_marks_of_other_heights_keep_their_row():
    digits = row(4, 100)
    point, hyphen = [[118, 134, 6, 6]], [[52, 117, 10, 5]]
    boxes = np.concatenate([digits, point, hyphen])
    assert reading_order(boxes) == [[0, 1, 5, 2, 3, 4]]


def test_nothing_to_read():
    assert reading_order([]) == []
