"""The order in which the marks of a page are read: rows of text, each left to right.

A page is rarely straight: rows rise or fall, bend, and begin and end where they like.
So the slope that most neighbours agree on is taken out first, and each row is followed
from mark to mark.
"""

from dataclasses import dataclass, field

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
    rows: list[_Row] = []
    for i in np.argsort(x, kind="stable").tolist():
        _row_of(rows, y[i], heights[i]).add(i, y, heights)
    marks = [row.marks for row in rows]
    return sorted(marks, key=lambda row: np.average(y[row], weights=heights[row]))


@dataclass
class _Row:
    """A row as far as it was followed: its height, and where its last marks are."""

    marks: list[int] = field(default_factory=list)
    height: float = 0.0
    middle: float = 0.0

    def add(self, i, y, heights):
        """Go on to a mark."""
        self.marks.append(i)
        self.height = max(self.height, heights[i])
        last = [k for k in self.marks if heights[k] >= self.height / 2]
        self.middle = np.mean(y[last[-REMEMBERED:]])

    def off(self, y, height):
        """Return how far a mark is off, as a share of the row's height."""
        # A dot or a comma hangs at the foot of its row.
        spare = HANGING * max(self.height - 2 * height, 0)
        return (abs(y - self.middle) - spare) / max(self.height, height)


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


def _row_of(rows, y, height):
    """Return the row that a mark continues, or a new one, put behind the others."""
    nearest = min(rows, key=lambda row: row.off(y, height), default=None)
    if nearest is None or nearest.off(y, height) > REACH:
        nearest = _Row()
        rows.append(nearest)
    return nearest
