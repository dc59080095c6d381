"""Where digits that touch may be cut apart: candidates, of which the networks choose.

A cut is a straight line from top to bottom, upright or leaning, that crosses little
ink. What it severs from a digit's body, such as the end of a bar that reaches over to
the next digit, goes back to the side that it hangs on.

References
----------
Casey and Lecolinet (1996), "A survey of methods and strategies in character
segmentation", IEEE TPAMI 18: cutting by recognition.
"""

import cv2
import numpy as np

from ensembles.pictures.mnist_form import stroke_width

WIDE = 0.72
"""What is wider than this share of its height may be several digits."""

LEANS = (-0.5, -0.25, 0.0, 0.25, 0.5)
"""How far a cut leans to the right from top to bottom, as a share of the height."""

SHARED = (-0.15, 0.0, 0.15)
"""Leans of a middle line where two digits, such as two noughts, share a stroke."""

NARROWEST = 0.12
"""The least width of a piece, as a share of the height."""

LOWEST = 0.6
"""Each piece is at least this share of the height of what is cut."""

CROSSED = 0.35
"""A cut crosses at most this share of the height in ink."""

MOST = 10
"""So many cuts are tried, those that cross least."""

APART = 0.07
"""Two cuts of one lean differ by at least this share of the height."""

STRAY = 0.25
"""A component of a side that is smaller than this share of the side goes back."""


def propose_cuts(ink):
    """Propose cuts of ink into two pieces.

    Parameters
    ----------
    ink : ndarray of shape (height, width), float32

    Returns
    -------
    list of (left, right)
        Pairs of masks of the shape of `ink`, bool, those that cross least ink first;
        empty if it is not wide enough.
    """
    height, width = ink.shape
    if width < WIDE * height:
        return []
    proposed = [cut for lean in LEANS for cut in _cuts_that_lean(ink, lean)]
    pairs = [
        _sever(ink, lean, at)
        for crossed, lean, at in sorted(proposed)
        if crossed <= CROSSED * height
    ]
    pairs = [pair for pair in pairs[: 2 * MOST] if _are_tall(pair, height)]
    shared = [_share(ink, lean) for lean in SHARED]
    return pairs[:MOST] + [pair for pair in shared if _are_tall(pair, height)]


def _cuts_that_lean(ink, lean):
    """Return what each cut of one lean crosses, its lean and where it begins."""
    height, width = ink.shape
    shift = lean * height
    # Sheared back, a cut that leans is a column.
    matrix = np.array([[1, -lean, abs(shift)], [0, 1, 0]], np.float32)
    size = (width + 2 * int(abs(shift) + 1), height)
    crossed = cv2.warpAffine(ink, matrix, size).sum(0)
    least = max(1, round(NARROWEST * height))
    apart = max(1, round(APART * height))
    lowest = cv2.erode(crossed[None], np.ones((1, 2 * apart + 1))).ravel()
    inked = np.flatnonzero(crossed > 0)
    inside = np.arange(inked[0] + least, inked[-1] - least + 1)
    inside = inside[crossed[inside] <= lowest[inside] + 1e-6]
    # Of a flat valley the first and the last are as good as all.
    firsts = inside[np.diff(inside, prepend=-2) > 1]
    return [(float(crossed[at]), lean, float(at - abs(shift))) for at in firsts]


def _sever(ink, lean, at):
    """Return the masks of the ink on either side of a cut."""
    rows, columns = np.indices(ink.shape)
    left = columns + 0.5 - lean * rows < at + 0.5
    mask = ink > 0
    sides = [mask & left, mask & ~left]
    for one, other in ((0, 1), (1, 0)):
        stray = _strays(sides[one], sides[other])
        sides[one], sides[other] = sides[one] & ~stray, sides[other] | stray
    return tuple(sides)


def _strays(side, other):
    """Return the small components of a side that hang on the other one."""
    n, labels, stats, _ = cv2.connectedComponentsWithStats(side.astype(np.uint8))
    if n <= 2:
        return np.zeros_like(side)
    small = stats[:, cv2.CC_STAT_AREA] < STRAY * side.sum()
    beside = cv2.dilate(other.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    hanging = np.unique(labels[beside & side])
    return np.isin(labels, [name for name in hanging if name and small[name]])


def _share(ink, lean):
    """Return the halves of ink, to both of which the stroke in the middle belongs."""
    rows, columns = np.indices(ink.shape)
    mask = ink > 0
    off = columns - (ink.shape[1] - 1) / 2 - lean * (rows - (len(ink) - 1) / 2)
    reach = stroke_width(mask) / 2
    return mask & (off <= reach), mask & (off >= -reach)


def _are_tall(pair, height):
    heights = [len(np.flatnonzero(mask.any(1))) for mask in pair]
    return min(heights) >= LOWEST * height
