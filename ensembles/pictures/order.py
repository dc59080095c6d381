"""The order in which the marks of a page are read: rows of text, each left to right.

A page is rarely straight: rows rise or fall, bend, and begin and end where they like.
So the slope that most neighbours agree on is taken out first, and each row is followed
from mark to mark.
"""

import numpy as np

STEEPEST = 0.22
"""The steepest slope of a row, 12 degrees."""

SLOPES = np.linspace(-STEEPEST, STEEPEST, 45)

ABREAST = 5.0
"""Neighbours of one row lie within so many heights; the next row, seen from there, is
steeper than any slope."""

LEVEL = 0.15
"""Marks of one row agree to about this share of their height."""

PATIENCE = 0.02
"""A slope is believed if it brings more than this share of pairs per degree in line."""

MOST_VOTERS = 300
"""So many marks tell the slope of the page."""

REACH = 0.55
"""A mark belongs to a row if its middle is at most this share of the row's height off
the row's last marks."""

HANGING = 0.3
"""A mark of less than half the row's height may be off by this share of the rest."""

REMEMBERED = 2
"""So many last marks tell where a row is."""


def reading_order(boxes):
    """Tell in which order marks are read.

    Parameters
    ----------
    boxes : sequence of (left, top, width, height)

    Returns
    -------
    list of list of int
        Rows from the top, each with its boxes' indices from the left.
    """
    if not len(boxes):
        return []
    boxes = np.asarray(boxes, float)
    x, y = (boxes[:, :2] + boxes[:, 2:] / 2).T
    heights = np.maximum(boxes[:, 3], boxes[:, 2] / 2)
    y = y - slope_of(x, y, heights) * x
    rows: list[list[int]] = []
    for i in np.argsort(x, kind="stable"):
        row = _row_of(rows, i, y, heights)
        if row is None:
            rows.append([int(i)])
        else:
            row.append(int(i))
    return sorted(rows, key=lambda row: np.average(y[row], weights=heights[row]))


def slope_of(x, y, heights):
    """Return the slope of the rows that most neighbours agree on.

    Parameters
    ----------
    x, y, heights : ndarray of shape (n,)
        Middles and heights of marks.

    Returns
    -------
    float
        How far a row falls for each pixel to the right.
    """
    step = -(-len(x) // MOST_VOTERS)
    x, y, heights = x[::step], y[::step], heights[::step]
    size = np.median(heights)
    across, down = (axis[None] - axis[:, None] for axis in (x, y))
    alike = np.minimum(heights[None], heights[:, None]) >= size / 2
    near = alike & (across > 0) & (across <= ABREAST * size)
    near &= np.abs(down) <= STEEPEST * across + LEVEL * size
    if not near.any():
        return 0.0
    off = down[near] - SLOPES[:, None] * across[near]
    votes = np.exp(-0.5 * (off / (LEVEL * size)) ** 2).mean(1)
    votes -= PATIENCE * np.abs(np.rad2deg(np.arctan(SLOPES)))
    return float(SLOPES[votes.argmax()])


def _row_of(rows, i, y, heights):
    """Return the row that a mark continues, or None."""
    if not rows:
        return None
    offs = [_off(row, i, y, heights) for row in rows]
    best = int(np.argmin(offs))
    return rows[best] if offs[best] <= REACH else None


def _off(row, i, y, heights):
    """Return how far a mark is off a row, as a share of the row's height."""
    tall = heights[row].max()
    last = [k for k in row if heights[k] >= tall / 2][-REMEMBERED:]
    # A dot or a comma hangs at the foot of its row.
    spare = HANGING * max(tall - 2 * heights[i], 0)
    return (abs(y[i] - np.mean(y[last])) - spare) / max(tall, heights[i])
