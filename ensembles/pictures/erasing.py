"""Lines are taken away without what they cross.

As staff lines are removed from scanned music, a line's pixels are erased where the run
of ink across it is no longer than the line is thick; a stroke that crosses is.

References
----------
Dalitz et al. (2008), "A comparative study of staff removal algorithms".
"""

import cv2
import numpy as np

THICKEST = 0.02
"""A line is at most this thick, as a share of the longer side."""

DARKER = 1.6
"""Ink this many times denser than the line is not the line's."""


def erase_rows(density, near, thickest=0.0):
    """Erase ink near lines where it is no thicker than they are, and no darker.

    Parameters
    ----------
    density : ndarray of shape (height, width), float32
    near : ndarray of shape (height, width), bool
        Around the lines.
    thickest : float
        Lines may be so many pixels thick, if not more: a share of the picture.

    Returns
    -------
    ndarray of the same shape
    """
    mask = density > 0
    line = mask & near
    if not line.any():
        return density
    thickness = line_thickness(mask, near, thickest)
    line &= _tall(mask.astype(np.uint8), thickness + 2) == 0
    limit = DARKER * _level(density, line, thickness)
    return np.where(line & (density <= limit), 0, density)


def _level(density, line, thickness):
    """Return the density of lines in their middle: their edges are soft."""
    highest = cv2.dilate(density, np.ones((2 * thickness + 1, 1), np.uint8))
    middle = line & (density == highest)
    return np.median(density[middle]) if middle.any() else 0


def line_thickness(mask, near, thickest=0.0):
    """Return how many pixels thick most of the lines are, from top to bottom."""
    whole = (mask & near).sum()
    picture = mask.astype(np.uint8)
    limit = max(4, int(THICKEST * max(mask.shape)), int(thickest))
    for thickness in range(1, limit):
        if _tall(picture, thickness + 1)[near].sum() <= 0.3 * whole:
            return thickness
    return limit


def _tall(mask, height):
    """Return the pixels of a uint8 mask in columns of at least some height."""
    element = np.ones((height, 1), np.uint8)
    return cv2.morphologyEx(
        mask, cv2.MORPH_OPEN, element, borderType=cv2.BORDER_CONSTANT, borderValue=0
    )
