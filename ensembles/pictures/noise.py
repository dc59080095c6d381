"""A sensor's noise, which in poor light hides strokes."""

import cv2
import numpy as np

QUIET = 0.02
"""A sensor's noise of this standard deviation does not hide strokes."""

LIT = 0.5
"""Nor in less light than this, if it is less by as much."""

NOISE_MASK = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32) / 6
"""Leaves nothing of light, shadow and straight edges, and all of independent noise."""


def quieten(colours):
    """Blur a photograph that was taken in poor light, by as much as it is noisy.

    Parameters
    ----------
    colours : ndarray of shape (height, width, 3), float32

    Returns
    -------
    ndarray of the same shape

    References
    ----------
    Immerkær (1996), "Fast noise variance estimation", Computer Vision and Image
    Understanding 64.
    """
    rough = cv2.filter2D(colours, -1, NOISE_MASK)
    noise = 1.4826 * np.median(np.abs(rough, out=rough), overwrite_input=True)
    del rough
    quiet = QUIET * min(1.0, np.percentile(colours, 99) / LIT)
    if noise <= quiet:
        return colours
    # A Gaussian of width s leaves 1 / (2 √π s) of independent noise.
    return cv2.GaussianBlur(colours, (0, 0), noise / (2 * np.pi**0.5 * quiet))
