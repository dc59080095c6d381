"""Gaps that a failing pen leaves: where closing one closes a loop, a 5 may be a 6."""

import cv2
import numpy as np

from ensembles.pictures.mnist_form import stroke_width
from ensembles.pictures.shapes import count_holes

GAP = 2.0
"""Gaps of so many stroke widths are closed."""

SIDE = 96
"""Ink is looked at reduced to this side."""


def close_loops(ink):
    """Close narrow gaps in strokes, if that makes a loop that was none.

    Parameters
    ----------
    ink : ndarray of shape (height, width), float32

    Returns
    -------
    ndarray of another shape, float32, or None
        Reduced; None if no loop is made.
    """
    factor = min(1.0, SIDE / max(ink.shape))
    size = [max(1, round(factor * side)) for side in ink.shape[::-1]]
    small = np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA))
    drawn = small > small.max() / 2
    side = max(3, round(GAP * stroke_width(drawn)))
    element = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    around = np.pad(small, side)
    closed = cv2.morphologyEx(around, cv2.MORPH_CLOSE, element)
    closed = np.ascontiguousarray(closed[side:-side, side:-side])
    more = count_holes(closed > small.max() / 2) > count_holes(drawn)
    return closed if more else None
