"""MNIST's own rule: how ink becomes a 28 × 28 digit.

References
----------
LeCun et al. (1998), "Gradient-based learning applied to document recognition".
Yadav and Bottou (2019), "Cold case: the lost MNIST digits", which reconstructs
the rule from the original NIST images.
"""

import cv2
import numpy as np

from ensembles.digits.form import SIDE

BOX = 20
"""The longer side of a digit, in pixels, inside the 28 × 28 image."""

MIN_INK_SIDE = 10
"""NIST crops smaller than this square, in pixels, were not enlarged to fill it."""

THINNEST, THICKEST = 0.8, 5.0
"""Strokes thinner or thicker than this, in pixels of 20, are evened out; of MNIST's,
one in some hundreds is. Of a hairline the average is specks, and of a broad marker the
holes are lost."""

THIN, THICK = 2.5, 4.5
"""To these widths. Of MNIST's digits, enlarged, the median is 2.0 pixels, and nine in
ten lie in 1.3 to 3.2; a smooth outline is shorter than one of square pixels."""


class BlankInkError(ValueError):
    """There is no ink."""


def fit_ink(ink):
    """Apply MNIST's rule to ink on an empty ground.

    Crop to the ink, extend the shorter side to a square, resample by area to
    20 × 20, scale the maximum to 255, and paste so that the centre of mass lies
    in the middle of the 28 × 28 image.

    Parameters
    ----------
    ink : ndarray of shape (height, width), float
        0 where there is no ink.

    Returns
    -------
    ndarray of shape (28, 28), uint8

    Raises
    ------
    BlankInkError
        If there is no ink.
    """
    if not ink.any():
        raise BlankInkError("the ink is 0 everywhere; it must be positive somewhere")
    ink = ink[box_of(ink > 0)]
    side = max(*ink.shape, MIN_INK_SIDE)
    rows, columns = (_coverage(size, side) for size in ink.shape)
    digit = rows @ ink @ columns.T
    digit = digit * (255 / digit.max())
    return _centre(np.rint(digit).astype(np.uint8))


def box_of(mask):
    """Return the slices of the smallest box around all that is true."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return np.s_[:0, :0]
    return np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _coverage(size, side):
    """Return how much of each of the 20 pixels each ink pixel covers, (20, size).

    The ink lies in the middle of a side of `side` pixels, but begins with a whole one
    of the 20, as MNIST's digits do: half a pixel further on, all edges would blur.
    Padding the picture itself to a square would take the memory of the longer side's
    square.
    """
    edges = (BOX * (side - size)) // (2 * side) + np.arange(size + 1) * (BOX / side)
    pixels = np.arange(BOX)[:, None]
    return np.diff(np.clip(edges, pixels, pixels + 1), axis=1)


def _centre(box):
    """Paste the 20 × 20 box with its centre of mass in the middle, as MNIST does."""
    positions = np.arange(BOX) + 0.5
    weights = box / box.sum(dtype=np.float64)
    top = int(15 - weights.sum(1) @ positions)
    left = int(15 - weights.sum(0) @ positions)
    # A digit with all its mass at one edge would leave the frame by a few pixels.
    top, left = (min(max(offset, 0), SIDE - BOX) for offset in (top, left))
    digit = np.zeros((SIDE, SIDE), np.uint8)
    digit[top : top + BOX, left : left + BOX] = box
    return digit


def stroke_width(mask):
    """Return the mean width of strokes, in pixels.

    A long stroke's outline is twice its length, so its width is twice its area by
    its outline; junctions and ends change that little.

    Parameters
    ----------
    mask : ndarray of shape (height, width), bool

    Returns
    -------
    float
        0 if there is no stroke.
    """
    outlines, _ = cv2.findContours(
        mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE
    )
    # The outline runs through the outermost pixels: of a dot it has no length.
    length = sum(max(cv2.arcLength(outline, True), 2.0) for outline in outlines)
    return 2 * int(mask.sum()) / length if length else 0.0


def even_strokes(ink):
    """Thicken strokes too thin for MNIST's 20 pixels, and thin those too thick.

    Parameters
    ----------
    ink : ndarray of shape (height, width), float
        0 where there is no ink.

    Returns
    -------
    ndarray of float
        The same ink, or on another ground with other strokes.
    """
    ink = ink[box_of(ink > 0)]
    if not ink.size:
        return ink
    pixel = max(*ink.shape, MIN_INK_SIDE) / BOX
    width = stroke_width(ink > ink.max() / 2)
    if width < THINNEST * pixel:
        # The digit's side grows by as much as its strokes.
        reach = max(1, round((THIN * pixel - width) / (1 - THIN / BOX)))
        return cv2.dilate(np.pad(ink, reach), _brush(reach))
    if width > THICKEST * pixel:
        reach = round((width - THICK * pixel) / (1 - THICK / BOX))
        thinner = cv2.erode(np.pad(ink, 1), _brush(min(reach, int(width) - 1)))
        return thinner if thinner.any() else ink
    return ink


def _brush(reach):
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach + 1, reach + 1))
