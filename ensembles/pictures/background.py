"""What lies behind the strokes of a photograph: paper, light and shadow."""

import cv2
import numpy as np

ELEMENT = 11
"""The side of the closing's element, in pixels of a picture reduced to suit."""


def background(image, width):
    """Estimate what lies behind dark strokes: close the picture with a square.

    The picture is reduced so that the square has `ELEMENT` pixels: that averages
    noise, and takes the same time for any width.

    Parameters
    ----------
    image : ndarray of shape (height, width) or (height, width, 3), float32
    width : float
        Of the square, in pixels; wider than the strokes.

    Returns
    -------
    ndarray of the same shape
    """
    size = image.shape[1::-1]
    small = shrink(image, width)
    side = min(ELEMENT, max(3, int(width) | 1))
    # Beyond the border the picture goes on as it ends, so that a shadow, or a desk,
    # that enters the picture is not taken for a stroke.
    around = cv2.copyMakeBorder(small, *[side] * 4, cv2.BORDER_REPLICATE)
    closed = cv2.morphologyEx(around, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    closed = np.ascontiguousarray(closed[side:-side, side:-side])
    return cv2.resize(closed, size, interpolation=cv2.INTER_LINEAR)


def shrink(image, width):
    """Reduce a picture by area so that `width` pixels become `ELEMENT`."""
    factor = min(1.0, ELEMENT / width)
    size = [max(1, round(factor * side)) for side in image.shape[1::-1]]
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)
