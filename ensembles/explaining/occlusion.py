"""What each part of a digit says for one reading and against another.

References
----------
Zeiler and Fergus (2014), "Visualizing and understanding convolutional networks",
ECCV, for occlusion.
"""

import numpy as np

from ensembles.combining.temperature import TINY
from ensembles.digits.form import SIDE

WINDOW, STEP = 6, 2
"""Side of the square that is erased, and how far it moves, in pixels."""


def weigh_evidence(predict, image, one, other):
    """Erase a window everywhere in turn, and see which reading suffers.

    Parameters
    ----------
    predict : callable
        From digits (n, 28, 28) uint8 to probabilities (n, 10).
    image : ndarray of shape (28, 28), uint8
    one, other : int
        The two readings.

    Returns
    -------
    ndarray of shape (28, 28), float32
        What the logarithm of the odds of `one` against `other` loses, in nats, if the
        ink here and around is erased: above zero it speaks for `one`, below for
        `other`. Each pixel has the mean of its windows; without ink it has zero.
    """
    ink = image > 0
    windows = WINDOWS[(WINDOWS & ink).any((1, 2))]
    erased = np.where(windows, 0, image).astype(np.uint8)
    probabilities = predict(np.concatenate([image[None], erased]))
    odds = np.log(np.maximum(probabilities[:, [one, other]], TINY), dtype=np.float64)
    odds = odds[:, 0] - odds[:, 1]
    lost = np.tensordot(odds[0] - odds[1:], windows, 1)
    mean = lost / np.maximum(windows.sum(0), 1)
    return np.where(ink, mean, 0).astype(np.float32)


def _make_windows():
    starts = range(0, SIDE - WINDOW + 1, STEP)
    windows = np.zeros((len(starts) ** 2, SIDE, SIDE), bool)
    places = [(top, left) for top in starts for left in starts]
    for window, (top, left) in zip(windows, places, strict=True):
        window[top : top + WINDOW, left : left + WINDOW] = True
    return windows


WINDOWS = _make_windows()
"""All places of the window, bool (n_windows, 28, 28); they cover every pixel."""
