"""MNIST's rule, compared with an independent computation; and the width of strokes."""

import cv2
import numpy as np
import pytest

from ensembles.pictures import mnist_form


def extent(digit):
    rows, columns = np.flatnonzero(digit.any(1)), np.flatnonzero(digit.any(0))
    return max(np.ptp(rows), np.ptp(columns)) + 1


def resize_by_area(ink, size):
    """Average by area through the least common multiple: every share is whole."""
    fine = np.kron(ink, np.ones((size, size)))
    side = ink.shape[0]
    return fine.reshape(size, side, size, side).mean((1, 3))


@pytest.mark.parametrize("shape", [(31, 31), (20, 20), (47, 22), (13, 33), (11, 10)])
def test_resampling_is_by_area(shape):
    ink = np.random.default_rng(0).random(shape) + 0.1
    side = max(shape)
    # Twenty times enlarged, a pixel of the result is `side` wide, and begins with one.
    square = np.zeros((20 * side, 20 * side))
    top, left = ((20 * (side - size) // (2 * side)) * side for size in shape)
    square[top : top + 20 * shape[0], left : left + 20 * shape[1]] = np.kron(
        ink, np.ones((20, 20))
    )
    box = resize_by_area(square, 20)
    expected = np.rint(box / box.max() * 255)
    got = mnist_form.fit_ink(ink)
    rows, columns = np.flatnonzero(got.any(1)), np.flatnonzero(got.any(0))
    tall, wide = np.flatnonzero(expected.any(1)), np.flatnonzero(expected.any(0))
    np.testing.assert_array_equal(
        got[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1],
        expected[tall[0] : tall[-1] + 1, wide[0] : wide[-1] + 1],
    )


@pytest.mark.parametrize(("size", "expected"), [(3, 6), (9, 18), (10, 20), (40, 20)])
def test_small_ink_is_not_enlarged_to_the_whole_box(size, expected):
    assert extent(mnist_form.fit_ink(np.ones((size, size)))) == expected


def test_no_ink():
    with pytest.raises(mnist_form.BlankInkError, match="must be positive"):
        mnist_form.fit_ink(np.zeros((9, 9)))


CORNERS = np.array([[40, 40], [360, 60], [60, 340], [350, 360]], np.int32)


def scrawl(width):
    """Return a zigzag of strokes."""
    canvas = np.zeros((400, 400), np.uint8)
    cv2.polylines(canvas, [CORNERS], False, 255, width)
    return canvas / 255.0


@pytest.mark.parametrize("width", [1, 3, 7, 15, 41])
def test_stroke_width(width):
    mask = scrawl(width) > 0.5
    length = np.hypot(*np.diff(CORNERS, axis=0).T).sum()
    expected = mask.sum() / length
    assert mnist_form.stroke_width(mask) == pytest.approx(expected, rel=0.15)


def test_no_stroke_has_no_width():
    assert mnist_form.stroke_width(np.zeros((5, 5), bool)) == 0
    assert mnist_form.even_strokes(np.zeros((5, 5))).size == 0


@pytest.mark.parametrize("width", [1, 3, 10, 12])
def test_thin_strokes_become_as_wide_as_usual(width):
    ink = mnist_form.even_strokes(scrawl(width))
    pixel = max(ink.shape) / mnist_form.BOX
    assert mnist_form.stroke_width(ink > 0.5) / pixel == pytest.approx(2.5, rel=0.2)


def test_usual_strokes_stay_as_they_are():
    ink = scrawl(45)
    np.testing.assert_array_equal(
        mnist_form.even_strokes(ink), ink[mnist_form.box_of(ink > 0)]
    )


@pytest.mark.parametrize("times", [1, 8])
def test_few_digits_of_the_training_set_are_thickened(labelled_digits, times):
    large = [
        np.kron(digit / 255, np.ones((times, times))) for digit in labelled_digits[0]
    ]
    changed = [mnist_form.even_strokes(ink).sum() > ink.sum() + 1e-9 for ink in large]
    assert np.mean(changed) < 0.03
