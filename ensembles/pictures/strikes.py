"""Digits that are struck through: a line goes across them, and beyond on both sides."""

import numpy as np

from ensembles.pictures.mnist_form import box_of, stroke_width

OVER = 0.12
"""The line reaches so far beyond, as a share of the digit's height; of MNIST's digits
one in four hundred has such a line, most of them 4s."""

THICK = 1.7
"""It is at most so many of the digit's strokes thick there."""

INSIDE = (0.15, 0.85)
"""Its ends lie between these shares of the height."""

DRAWN = 0.97
"""This share of the way between them is inked."""

STEEPEST = 0.7
"""The line falls or rises by at most this much for each pixel across."""


def is_struck(mask):
    """Tell whether a digit is struck through, more or less level.

    Parameters
    ----------
    mask : ndarray of shape (height, width), bool
        Of the digit.

    Returns
    -------
    bool
    """
    mask = mask[box_of(mask)]
    height, width = mask.shape
    over = int(OVER * height)
    if over < 2 or width <= 3 * over:
        return False
    thickest = THICK * stroke_width(mask)
    left = _end(mask[:, :over], thickest)
    right = _end(mask[:, : -over - 1 : -1], thickest)
    return left is not None and right is not None and _is_line(mask, left, right)


def _is_line(mask, left, right):
    """Tell whether a line goes from one end to the other, through the middle."""
    height, width = mask.shape
    if min(left, right) < INSIDE[0] * height or max(left, right) > INSIDE[1] * height:
        return False
    rows = np.linspace(left, right, width).round().astype(int)
    inked = mask[rows, np.arange(width)].mean()
    return bool(abs(right - left) <= STEEPEST * width and inked >= DRAWN)


def _end(columns, thickest):
    """Return the row of a line's end, if nothing else is in these columns, or None."""
    runs = np.diff(columns.astype(np.int8), axis=0, prepend=0) > 0
    if (runs.sum(0) > 1).any() or (columns.sum(0) > thickest).any():
        return None
    return float(np.flatnonzero(columns[:, :2].any(1)).mean())
