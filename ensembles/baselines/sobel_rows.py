"""How digits lie in memory for the image distortion model.

Images lie in rows of 32 floats, so that two zeros on either side of the 28 pixels give
every displaced patch something to read, and loops run over whole rows without asking
where the border is.
"""

import numpy as np

from ensembles.digits.form import SIDE
from ensembles.digits.gradients import sobel

STRIDE = 32
MARGIN = (STRIDE - SIDE) // 2
MAX_WARP = STRIDE - SIDE - 1
"""Farther, a patch would reach through the zeros into the next row."""


def lay_out(images, warp):
    """Return Sobel images in the form that `warping.nearest` reads.

    Parameters
    ----------
    images : ndarray of shape (n, 28, 28), uint8
    warp : int

    Returns
    -------
    ndarray of shape (n, 2, (28 + 2 * (warp + 2)) * 32), float32
        Gradients divided by 8, so that a difference is at most one.
    """
    edge = warp + 2
    laid = np.zeros((len(images), 2, SIDE + 2 * edge, STRIDE), np.float32)
    inner = laid[:, :, edge : edge + SIDE, MARGIN : MARGIN + SIDE]
    for start in range(0, len(images), 1000):
        part = slice(start, start + 1000)
        inner[part] = sobel(images[part] / np.float32(255)).swapaxes(0, 1) / 8
    return laid.reshape(len(images), 2, -1)
