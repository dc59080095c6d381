"""Creases: thin, straight lines across a photograph, at any angle, fainter than ink.

References
----------
Duda and Hart (1972), "Use of the Hough transformation to detect lines and curves in
pictures", Communications of the ACM 15.
"""

import cv2
import numpy as np

from ensembles.pictures.ruling import coarsen

MOST = 4
"""So many are looked for."""

WHOLE = 0.75
"""A crease shows on this share of its way across the picture."""

SHORTEST = 0.5
"""Which is as long as this share of the picture's shorter side: corners are not."""

FAINT, MOSTLY = 0.65, 0.6
"""It has at most this density, on this share of its way: what is denser is a pen's."""

DARKER, INK = 1.5, 0.8
"""Ink so many times denser than the crease is not its, nor what is denser than this."""

REACH = 0.005
"""It is so far on either side of a straight line, as a share of the longer side."""


def remove_creases(density):
    """Erase creases from the ink of a photograph.

    Parameters
    ----------
    density : ndarray of shape (height, width), float32

    Returns
    -------
    ndarray of the same shape
    """
    for _ in range(MOST):
        line = _find(density)
        if line is None:
            return density
        reach = max(2.0, REACH * max(density.shape))
        near = np.abs(_distance(density.shape, *line)) <= reach
        level = np.median(density[near & (density > 0) & (density <= FAINT)])
        limit = min(DARKER * level, INK)
        density = np.where(near & (density <= limit), 0, density)
    return density


def _find(density):
    """Return the offset and angle of the crease that shows most, or None."""
    coarse, factor = coarsen(density)
    shown = ((coarse > 0) & (coarse <= FAINT)).astype(np.uint8)
    least = int(WHOLE * SHORTEST * min(coarse.shape))
    lines = cv2.HoughLines(shown, 1, np.pi / 360, max(least, 1))
    for offset, angle in [] if lines is None else lines[:MOST, 0].tolist():
        near = np.abs(_distance(coarse.shape, offset, angle)) <= 1.5
        if _goes_across(coarse, near, angle):
            return offset * factor, angle
    return None


def _goes_across(coarse, near, angle):
    """Tell whether a line shows on most of its way, and is fainter than a pen's."""
    # Seen from the side along which it makes most of its way, once for each pixel.
    axis = 0 if abs(np.sin(angle)) > abs(np.cos(angle)) else 1
    on_way = near.any(axis)
    strongest = np.where(near, coarse, 0).max(axis)[on_way]
    length = len(strongest) / max(abs(np.sin(angle)), abs(np.cos(angle)))
    shown = strongest > 0
    return (
        length >= SHORTEST * min(coarse.shape)
        and shown.mean() >= WHOLE
        and (shown & (strongest <= FAINT)).mean() >= MOSTLY
    )


def _distance(size, offset, angle):
    """Return how far each pixel is from a line, in pixels."""
    rows, columns = np.indices(size, np.float32)
    return columns * np.cos(angle) + rows * np.sin(angle) - offset
