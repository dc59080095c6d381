"""Ruled lines and grids, found by their length and taken away without the digit.

A line is a long, thin run of ink that leaves the picture or has parallel fellows.
"""

import cv2
import numpy as np

from ensembles.pictures.erasing import THICKEST, erase_rows

COARSE_SIDE = 400
"""Lines are looked for in a picture reduced to about this side: tilt and gaps of a
pixel or two disappear, and it is quick."""

FAINTEST = 0.05
"""Density from which ink may be part of a line, before it is reduced."""

LEAST_RUN = 0.25
"""The least straight run of a line, as a share of the picture's side."""

SHORTEST = 10
"""The least length of a run, in pixels of the coarse picture: of a shorter one it
cannot be said that it is long and thin."""

LEFT = 0.05
"""Fewer lines are none if less ink than this share is left: a 1 that fills its
picture from one side to the other."""

MARGIN = 0.02
"""A line that ends within this share of the side from the border leaves the picture."""

FELLOWS = 3
"""So many parallel runs that leave the picture are ruling, though each is short."""

TILTS = (-6, -4.5, -3, -1.5, 0, 1.5, 3, 4.5, 6)
"""Degrees by which a line may lie off the picture's axes; a run of a quarter of the
coarse side stays inside two pixels up to half a step."""


def remove_lines(density):
    """Erase ruled lines and grids from ink.

    Parameters
    ----------
    density : ndarray of shape (height, width), float32

    Returns
    -------
    ndarray of the same shape
    """
    for axis in (0, 1):
        turned = density if axis == 0 else density.T
        near = find_rows(np.ascontiguousarray(turned))
        if near is not None:
            turned = erase_rows(np.ascontiguousarray(turned), near)
            density = turned if axis == 0 else np.ascontiguousarray(turned.T)
    return density


def find_rows(density):
    """Find lines that run from left to right.

    Parameters
    ----------
    density : ndarray of shape (height, width), float32

    Returns
    -------
    ndarray of the same shape, bool, or None
        True on the lines and a little around them; None if there are none.
    """
    size = density.shape[::-1]
    mask = (coarsen(density, 2)[0] > FAINTEST).astype(np.uint8)
    if not _leaves(mask) or not _spans(mask):
        return None
    runs = straight_runs(mask)
    lines, count = _choose_lines(runs)
    lines = cv2.dilate(lines, np.ones((3, 3), np.uint8))
    left = (mask & (lines == 0)).sum() / mask.sum()
    if not count or (count < FELLOWS and left < LEFT):
        return None
    return cv2.resize(lines, size, interpolation=cv2.INTER_NEAREST) > 0


def coarsen(ink, spread=0):
    """Reduce ink to about `COARSE_SIDE`, so that no thin line is lost.

    Parameters
    ----------
    ink : ndarray of shape (height, width), float32 or uint8
    spread : int
        Pixels by which it is widened more than that needs.

    Returns
    -------
    ndarray of shape (coarse height, coarse width)
    factor : int
    """
    factor = max(1, round(max(ink.shape) / COARSE_SIDE))
    wide = cv2.dilate(ink, np.ones((factor + spread,) * 2, np.uint8))
    return np.ascontiguousarray(wide[::factor, ::factor]), factor


def _leaves(mask):
    """Tell whether there is ink where a line must end, which is cheapest."""
    margin = int(_margin(mask.shape[1])) + 1
    return mask[:, :margin].any() or mask[:, -margin:].any()


def _margin(width):
    return max(2, MARGIN * width)


def _spans(mask):
    """Tell whether any component is as wide as a line must be, which is cheap."""
    if LEAST_RUN * mask.shape[1] < SHORTEST:
        return False
    stats = cv2.connectedComponentsWithStats(mask, connectivity=8)[2][1:]
    return (stats[:, cv2.CC_STAT_WIDTH] >= LEAST_RUN * mask.shape[1]).any()


def straight_runs(mask):
    """Return the long straight runs, nearly level, of a mask; uint8."""
    width = mask.shape[1]
    element = np.ones((1, int(LEAST_RUN * width)), np.uint8)
    runs = np.zeros_like(mask)
    for tilt in TILTS:
        # A shear moves columns up and down and keeps their number.
        slope = np.tan(np.deg2rad(tilt))
        shear = np.array([[1, 0, 0], [slope, 1, -slope * width / 2]], np.float32)
        level = _warp(mask, shear, cv2.INTER_NEAREST)
        middles = cv2.erode(level, element)
        if not middles.any():
            continue
        found = cv2.dilate(middles, element)
        back = np.array([[1, 0, 0], [-slope, 1, slope * width / 2]], np.float32)
        runs |= _warp(found, back, cv2.INTER_NEAREST)
    return runs & mask


def _warp(mask, matrix, how):
    return cv2.warpAffine(mask, matrix, mask.shape[::-1], flags=how)


def _choose_lines(runs):
    """Return the runs that are lines, thin and leaving the picture; and how many."""
    width = runs.shape[1]
    _, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    left, _, wide, _, area = stats[1:].T
    right = left + wide
    # Dilation added about three pixels to each line's thickness.
    thin = area / wide <= THICKEST * max(runs.shape) + 4
    margin = _margin(width)
    ends = (left <= margin).astype(int) + (right >= width - margin)
    chosen = thin & (ends == 2)
    if (thin & (ends > 0)).sum() >= FELLOWS:
        chosen = thin & (ends > 0)
    if chosen.sum() >= FELLOWS:
        # Ruling: its other runs are lines too, cut by a shadow or by the digit.
        chosen |= thin & (wide >= 1.5 * LEAST_RUN * width)
    lines = np.isin(labels, 1 + np.flatnonzero(chosen)).astype(np.uint8)
    return lines, int(chosen.sum())
