"""Tiles of another colour than the page: cards, discs, saved plots, a second ground.

A tile is solid and of a simple outline, has one colour of its own, and something is
written on it. Its ink is found as that of a picture with that paper.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from ensembles.pictures.paper import FLAT, most_frequent, near
from ensembles.pictures.shapes import fill_holes

LEAST_SIDE, LEAST_SHARE = 28, 0.01
"""A tile's shorter side in pixels, and its share of the picture, at least."""

RECTANGLE, DISC = 0.93, 0.86
"""It fills this share of a rectangle, or of a circle with its circumference."""

BAR = 0.2
"""What goes across the picture is a window's bar if it is no broader than this share of
the picture's shorter side."""

CONVEX = 0.97
"""And has no waist, as an 8 has: it fills this share of its hull."""

PLAIN = 0.5
"""This share of it has its very colour."""

WRITTEN = (0.004, 0.45)
"""And such a share another."""

CONTRAST = 40 / 255
"""That differs at least so much from it."""

HOLE, LIKE, LARGE_HOLE = 0.85, 0.6, 0.1
"""A thick 0 is no tile: its hole fills the first share of its hull. If it is angular,
its hole is as slim as itself but for the second factor, and covers the third share."""

EDGE = 2
"""Pixels inside a tile's edge that belong to the edge."""

SLIM = 0.5
"""What is so slim for its height, and has nothing written off its edge, is a thick 1:
its edge is soft."""


@dataclass(frozen=True)
class Tile:
    """A part of a picture with a paper of its own.

    Attributes
    ----------
    window : pair of slice
    inside : ndarray of shape (height, width), bool
        Which pixels of the window are the tile's, but for its edge.
    colour : ndarray of shape (3,)
    """

    window: tuple
    inside: np.ndarray
    colour: np.ndarray


def find_tiles(colours, paper):
    """Find tiles on a page.

    Parameters
    ----------
    colours : ndarray of shape (height, width, 3), float32
    paper : ndarray of shape (3,)
        The page's colour.

    Returns
    -------
    list of Tile
    """
    other = (~near(colours, paper, 3 * FLAT)).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(other, connectivity=4)
    sides, areas = stats[:, 2:4].min(1), stats[:, cv2.CC_STAT_AREA]
    large = (sides >= LEAST_SIDE) & (areas >= LEAST_SHARE * other.size)
    tiles = [
        _look_at(colours, labels == name, stats[name], paper)
        for name in np.flatnonzero(large)
        if name
    ]
    return [tile for tile in tiles if tile is not None]


def _look_at(colours, component, stats, paper):
    """Return a component as a tile, or None if it is none."""
    left, top, width, height = stats[:4]
    across = [width == component.shape[1], height == component.shape[0]]
    bar = any(across) and min(width, height) < BAR * min(component.shape)
    window = np.s_[top : top + height, left : left + width]
    whole = fill_holes(component[window])
    element = np.ones((2 * EDGE + 1,) * 2, np.uint8)
    # Beyond the picture a second ground goes on.
    inside = cv2.erode(whole, element, borderValue=int(any(across))) > 0
    if bar or not inside.any() or not _is_simple(whole):
        return None
    colour = most_frequent(colours[window][inside])
    if near(colour, paper, CONTRAST):
        return None
    tile = Tile(window, inside, colour)
    return tile if _is_written_on(colours[window], tile, whole, paper) else None


def _is_written_on(colours, tile, whole, paper):
    """Tell whether a region has one colour and something written on it."""
    plain = near(colours, tile.colour, 3 * FLAT) & tile.inside
    written = tile.inside & ~near(colours, tile.colour, CONTRAST)
    share = written.sum() / tile.inside.sum()
    if plain.sum() < PLAIN * tile.inside.sum():
        return False
    if not WRITTEN[0] <= share <= WRITTEN[1]:
        return False
    if _slimness(whole) <= SLIM and _is_at_edge(written, tile.inside):
        return False
    hole = written & near(colours, paper, CONTRAST)
    may_be_0 = hole.sum() >= PLAIN * written.sum()
    return not (may_be_0 and _is_hole_of_0(hole, whole))


def _is_simple(whole):
    """Tell whether a filled region is a rectangle or a disc."""
    outline = _outline(whole)
    hull = cv2.convexHull(outline)
    area = int(whole.sum())
    around = cv2.arcLength(hull, True)
    # Of a region's outline the area is that inside its outermost pixels' middles.
    if area < CONVEX * (cv2.contourArea(hull) + around / 2):
        return False
    return _fills_rectangle(whole) or area >= DISC * around**2 / (4 * np.pi)


def _fills_rectangle(whole):
    _, (width, height), _ = cv2.minAreaRect(_outline(whole))
    return whole.sum() >= RECTANGLE * (width + 1) * (height + 1)


def _is_at_edge(written, inside):
    """Tell whether all that is written hangs on the edge of what it is written on."""
    edge = inside & (
        cv2.erode(inside.astype(np.uint8), np.ones((3, 3)), borderValue=0) == 0
    )
    _, labels = cv2.connectedComponents(written.astype(np.uint8))
    return np.isin(labels[written], labels[edge]).all()


def _is_hole_of_0(hole, whole):
    """Tell whether what seems to be written is the hole of a thick 0."""
    outline = _outline(hole)
    hull = cv2.contourArea(cv2.convexHull(outline))
    if hole.sum() < HOLE * hull:
        return False
    if not _fills_rectangle(whole):
        return True
    slims = [_slimness(mask) for mask in (hole, whole)]
    large = hole.sum() >= LARGE_HOLE * whole.sum()
    return large and min(slims) >= LIKE * max(slims)


def _outline(mask):
    """Return the longest outline of a mask."""
    outlines, _ = cv2.findContours(
        mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    return max(outlines, key=len)


def _slimness(mask):
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return (np.ptp(columns) + 1) / (np.ptp(rows) + 1)
