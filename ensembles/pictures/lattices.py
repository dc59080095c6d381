"""Boxes, combs and tables that stand around digits, and lines under them.

Their sides are straight and go all the way across what they are part of. No digit has
two such sides that run abreast and another that joins them, and none stands on a line
that is much wider than itself.
"""

import cv2
import numpy as np

from ensembles.pictures.erasing import erase_rows
from ensembles.pictures.ruling import coarsen, straight_runs

LARGEST = 20
"""So many components are looked at, those with the longest sides."""

LEAST_SIDE = 24
"""Of a smaller component, in pixels, it cannot be said that it has straight sides."""

SPAN = 0.8
"""A side goes along this share of its component."""

THIN = 0.1
"""And is at most this thick, as a share of the shorter side of its component."""

BROAD = 1.6
"""A line under digits is so many times as wide as what stands on it."""

OVER, COMPANY = 0.1, 0.3
"""And reaches beyond it on both sides by this share of its height, or other digits
stand above it, of such a share of its ink: a 2 has a tail on one side."""

ONE = 1.5
"""Under several one side is enough, or so wide a line for its height with them: a 6
whose bottom is level looks like two digits that stand on a line."""

LOW = 0.7
"""It lies below this share of the height."""

STRUCK = 0.2
"""A line that strikes digits through lies this share of their height off their ends."""

CONTENT = 0.05
"""What a box is around has this share of its ink, or more."""

SLIM = 0.3
"""What is slimmer than this share of its height may be a 1 that has a foot."""


def remove_lattices(density, level):
    """Erase boxes, combs, tables and lines that digits stand on, also where they touch.

    Parameters
    ----------
    density : ndarray of shape (height, width), float32
    level : float
        What is fainter is not looked at.

    Returns
    -------
    ndarray of the same shape
    """
    mask = (density > level).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    sides = stats[1:, 2:4].max(1)
    order = 1 + np.argsort(-sides)[:LARGEST]
    cleaned = density.copy()
    for name in order[sides[order - 1] >= LEAST_SIDE]:
        left, top, width, height = stats[name, :4]
        window = np.s_[top : top + height, left : left + width]
        own = labels[window] == name
        others = mask[window].astype(bool) & ~own
        near = find_sides(own, others, _cut_sides(stats[name], density.shape))
        if near is not None:
            part = np.where(own, density[window], 0)
            rest = np.where(own, _erase(part, near), cleaned[window])
            # A box around nothing may be an angular digit.
            if (rest > level).sum() >= CONTENT * own.sum():
                cleaned[window] = rest
    return cleaned


def _cut_sides(stats, shape):
    """Return on how many sides the picture cuts a component."""
    left, top, width, height = stats[:4]
    ends = (left <= 1, top <= 1, left + width >= shape[1] - 1)
    return sum(ends) + (top + height >= shape[0] - 1)


def find_sides(component, others, cut):
    """Find the straight sides of a box, comb or table, or a line under digits.

    Parameters
    ----------
    component, others : ndarray of shape (height, width), bool
        It, and what else is in its box.
    cut : int
        How many of its sides the picture's border may have taken.

    Returns
    -------
    (level, upright) : pair of ndarray of the same shape, bool, or None
        True near the lines of either direction.
    """
    height, width = component.shape
    level, n_level = _lines(component)
    if not n_level:
        return None
    if _goes_through(level):
        return None
    upright, n_upright = _lines(component.T)
    if min(n_level, 2) + min(n_upright, 2) + min(cut, 1) >= 4 and n_upright:
        return level, upright.T
    comb = n_upright >= 3 and width >= height
    if comb or (n_level >= 3 and n_upright and height >= width):
        return level, upright.T
    if _stands_on(component, others, level):
        return level, np.zeros_like(component)
    return None


def _lines(component):
    """Return where the level lines are that go across a component, and how many."""
    mask, _ = coarsen(component.astype(np.uint8))
    if mask.shape[1] < LEAST_SIDE:
        return np.zeros_like(component), 0
    runs = straight_runs(mask)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    wide, area = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_AREA]
    thin = area / wide <= THIN * min(mask.shape) + 2
    chosen = 1 + np.flatnonzero(thin & (wide >= SPAN * mask.shape[1]))
    lines = cv2.dilate(
        np.isin(labels, chosen).astype(np.uint8), np.ones((3, 3), np.uint8)
    )
    size = component.shape[::-1]
    whole = cv2.resize(lines, size, interpolation=cv2.INTER_NEAREST) > 0
    return whole & component, len(chosen)


def _goes_through(level):
    """Tell whether lines go through the middle of what they strike through."""
    rows = np.nonzero(level)[0] / len(level)
    return np.mean((rows >= STRUCK) & (rows <= 1 - STRUCK)) >= SPAN


def _stands_on(component, others, level):
    """Tell whether the lines of a component are one that digits stand on."""
    rows = np.flatnonzero(level.any(1))
    rest = component & ~level
    if rows[0] < LOW * len(component) or not rest.any():
        return False
    _, _, stats, _ = cv2.connectedComponentsWithStats(rest.astype(np.uint8))
    tall = stats[1:][stats[1:, 3] >= SLIM * len(component)]
    if not len(tall):
        return False
    left, right = tall[:, 0].min(), (tall[:, 0] + tall[:, 2]).max()
    height, width = component.shape
    reaches = np.array([left, width - right]) >= OVER * height
    if len(tall) > 1:
        return reaches.any() or width >= ONE * height
    slim = right - left < SLIM * height
    over = reaches.all() or others.sum() >= COMPANY * rest.sum()
    return over and not slim and width >= BROAD * (right - left)


def _erase(part, near):
    """Erase lines of both directions from the ink of one component."""
    level, upright = near
    thickest = THIN * min(part.shape)
    part = erase_rows(np.ascontiguousarray(part), level, thickest)
    turned, upright = np.ascontiguousarray(part.T), np.ascontiguousarray(upright.T)
    turned = erase_rows(turned, upright, thickest)
    return np.ascontiguousarray(turned.T)
