"""Marks are drawn where other hands put them, on their share of the digits alone."""

import cv2
import numpy as np
import pytest
from scipy.ndimage import center_of_mass, label

from ensembles.digits.marks import mark
from ensembles.digits.strengths import Marks


def marks(upstroke=0.0, foot=0.0, crossbar=0.0, slash=0.0):
    return Marks(upstroke, foot, crossbar, slash)


def draw(*strokes, closed=False):
    """Draw smooth lines two pixels wide through (x, y), as a digit."""
    canvas = np.zeros((280, 280), np.uint8)
    for points in strokes:
        path = [(np.array(points) * 10 + 5).astype(np.int32)]
        cv2.polylines(canvas, path, closed, 255, 20)
    return cv2.resize(canvas, (28, 28), interpolation=cv2.INTER_AREA)


ONE = draw([(14, 4), (14, 23)])
LEANING = draw([(18, 4), (10, 23)])
SEVEN = draw([(8, 5), (19, 5), (12, 23)])
RING = [(14 + 6 * np.cos(a), 14 + 9 * np.sin(a)) for a in np.linspace(0, 6.2, 40)]
ZERO = draw(RING, closed=True)


def added(digit, number, asked, seed):
    """Return a digit marked, and what was drawn, in the place that it has there."""
    one = mark(digit[None], np.array([number]), asked, seed)[0].astype(int)
    moved = max(
        (np.roll(digit, (down, across), (0, 1)) for down in range(-4, 5)
         for across in range(-4, 5)),
        key=lambda image: -np.abs(np.minimum(one - image.astype(int), 0)).sum(),
    )  # fmt: skip
    return one, np.clip(one - moved, 0, 255)


@pytest.mark.parametrize("digit", [ONE, LEANING])
@pytest.mark.parametrize("seed", range(8))
def test_an_upstroke_falls_to_the_left_of_a_ones_top(digit, seed):
    marked, drawn = added(digit, 1, marks(upstroke=1.0), seed)
    rows, columns = np.nonzero(drawn > 100)
    stem = np.nonzero(marked[rows.min()] > 100)[0].max()
    # Its round end reaches a pixel beyond the stem, and it hangs together with it.
    assert columns.mean() < stem
    assert columns.max() <= stem + 1
    assert label(marked > 60, np.ones((3, 3)))[1] == 1
    if np.ptp(rows) > 6:
        assert rows[columns == columns.min()].mean() > rows.min() + 3


def test_a_foot_is_drawn_below_on_both_sides():
    wide = 0
    for seed in range(10):
        marked, _ = added(ONE, 1, marks(upstroke=1.0, foot=1.0), seed)
        bottom = np.flatnonzero(marked.max(1) > 100)[-1]
        columns = np.nonzero(marked[bottom - 2 : bottom + 1].max(0) > 100)[0]
        wide += np.ptp(columns) >= 4
    assert wide == 10


def test_a_bar_crosses_a_sevens_stem():
    for seed in range(10):
        _, drawn = added(SEVEN, 7, marks(crossbar=1.0), seed)
        rows, columns = np.nonzero(drawn > 100)
        assert np.ptp(columns) > np.ptp(rows)
        assert 9 <= rows.mean() <= 20
        # Both sides of the stem.
        assert label(drawn > 100, np.ones((3, 3)))[1] >= 2


def test_a_slash_rises_through_a_zero():
    for seed in range(10):
        marked, _ = added(ZERO, 0, marks(slash=1.0), seed)
        middle = marked[11:18, 10:19]
        rows, columns = np.nonzero(middle > 100)
        assert np.corrcoef(rows, columns)[0, 1] < -0.5


def test_the_centre_of_mass_stays_within_a_pixel(labelled_digits):
    images, labels = labelled_digits
    marked = mark(images, labels, marks(1.0, 0.5, 1.0, 1.0), seed=3)
    for number in (0, 1, 7):
        chosen = labels == number
        before = np.array([center_of_mass(image) for image in images[chosen]])
        after = np.array([center_of_mass(image) for image in marked[chosen]])
        # Ink that would be beyond the edge is lost: seldom much.
        assert np.quantile(np.abs(after - before), 0.99) <= 1


def test_shares_are_kept_and_other_digits_are_left_alone(labelled_digits):
    images, labels = (np.concatenate([part] * 10) for part in labelled_digits)
    asked = marks(upstroke=0.5, crossbar=0.3, slash=0.2)
    changed = (mark(images, labels, asked, seed=1) != images).any((1, 2))
    for number, share in ((0, 0.2), (1, 0.5), (7, 0.3)):
        assert changed[labels == number].mean() == pytest.approx(share, abs=0.07)
    assert not changed[~np.isin(labels, (0, 1, 7))].any()


def test_blank_digits_and_specks_are_no_error():
    blank, speck = np.zeros((2, 28, 28), np.uint8)
    speck[13, 13] = 255
    for number in (0, 1, 7):
        pair = np.stack([blank, speck])
        marked = mark(pair, np.full(2, number), marks(1.0, 1.0, 1.0, 1.0), seed=0)
        assert marked.shape == pair.shape
        assert not marked[0].any()


def test_a_seed_gives_the_same_marks_and_another_gives_others(labelled_digits):
    images, labels = labelled_digits
    asked = marks(1.0, 0.5, 1.0, 1.0)
    first = mark(images, labels, asked, seed=(0, 1))
    np.testing.assert_array_equal(mark(images, labels, asked, seed=(0, 1)), first)
    assert (mark(images, labels, asked, seed=(0, 2)) != first).any()
