"""What the shape of a mark tells: a straight stroke, a bow, a dot, a ring."""

from dataclasses import dataclass

import cv2
import numpy as np

from ensembles.pictures.mnist_form import stroke_width

BINS = 16
"""Places along a mark at which its strokes are looked at."""

BASES = [np.vander(np.linspace(-1, 1, BINS)[1:-1], n, increasing=True) for n in (2, 3)]
FITS = [np.linalg.pinv(basis) for basis in BASES]
"""Of a line and of an arc: from its coefficients to the inner places, and back."""

SINGLE = 0.5
"""Across one stroke the ink's deviation is 0.29 of its width; ends and bends add, and
where an arc leans away half as much again."""

STRAIGHT = 0.04
"""A straight stroke strays at most this share of its length from a line."""

SLENDER = 3.5
"""And is at least so many times as long as wide."""

STUBBY = 3.0
"""What is shorter than so many of its strokes is a dot."""

BOWED, SMOOTH, SLIM = 0.06, 0.025, 7.0
"""A bracket's arc is so high for its length, and no further from a parabola; it is so
many times as long as wide."""


@dataclass(frozen=True)
class Shape:
    """The shape of one mark.

    Attributes
    ----------
    stroke : float
        The mean width of its strokes, in pixels.
    length : float
        Along its main direction, in pixels.
    tilt : float
        Degrees of that direction from upright, positive where it leans as a slash
        does; -90 to 90.
    strays : float
        The furthest of its middle from a straight line, as a share of the length;
        infinite if it is more than one stroke.
    bow : float
        The height of the arc that it follows, as a share of its length, positive for
        an opening bracket and negative for a closing one; 0 if it follows none.
    closed : bool
        Whether it goes around a hole.
    filled : float
        The share of its box that it covers.
    slant : float
        Degrees by which it would be sheared to be upright, positive as `tilt`; of one
        straight stroke the same.
    """

    stroke: float
    length: float
    tilt: float
    strays: float
    bow: float
    closed: bool
    filled: float
    slant: float

    @property
    def straight(self):
        """Whether it is one straight stroke."""
        return self.strays <= STRAIGHT and self.length >= SLENDER * self.stroke

    @property
    def compact(self):
        """Whether it is one short or straight stroke, or a dot."""
        return (self.strays <= STRAIGHT or self.stubby) and not self.closed

    @property
    def stubby(self):
        """Whether it is as short as a dot."""
        return self.length < STUBBY * self.stroke

    @property
    def dash(self):
        """Whether it is a straight stroke that is nearly level."""
        return self.straight and abs(self.tilt) >= 75


def shape_of(mask):
    """Measure the shape of a mark.

    Parameters
    ----------
    mask : ndarray of shape (height, width), bool

    Returns
    -------
    Shape
    """
    stroke = stroke_width(mask)
    y, x = np.nonzero(mask)
    points = np.stack([x - x.mean(), y - y.mean()])
    along = np.linalg.eigh(points @ points.T)[1][:, 1]
    # Upward, or to the right if it is level.
    along = -along if (along[1] > 1e-9 or (along[0] < 0 and along[1] >= 0)) else along
    u, v = along @ points, np.array([-along[1], along[0]]) @ points
    length = float(np.ptp(u)) + 1
    strays, bow = _follow(u, v, stroke, length)
    across, down = points @ points[1]
    return Shape(
        stroke=stroke,
        length=length,
        tilt=float(np.rad2deg(np.arctan2(along[0], -along[1]))),
        strays=strays,
        bow=bow,
        closed=count_holes(mask) > 0,
        filled=float(mask.mean()),
        slant=float(np.rad2deg(np.arctan2(-across, down))),
    )


def _follow(u, v, stroke, length):
    """Return how far a stroke strays from a line, and the arc that it follows."""
    places = np.minimum((u - u.min()) / length * BINS, BINS - 1).astype(int)
    counts = np.maximum(np.bincount(places, minlength=BINS), 1)
    middles = np.bincount(places, v, BINS) / counts
    spreads = np.bincount(places, v * v, BINS) / counts - middles**2
    # The ends are cut slantwise or round.
    inner = slice(1, -1)
    widest = np.sqrt(max(spreads[inner].max() - 0.5, 0)) / stroke
    if widest > 1.5 * SINGLE:
        return np.inf, 0.0
    strays, off = (
        float(np.abs(middles[inner] - basis @ (fit @ middles[inner])).max() / length)
        for basis, fit in zip(BASES, FITS, strict=True)
    )
    bow = FITS[1][-1] @ middles[inner] / length
    bowed = abs(bow) >= BOWED and off <= SMOOTH and length >= SLIM * stroke
    return strays if widest <= SINGLE else np.inf, float(bow) if bowed else 0.0


def count_holes(mask):
    """Return how many holes a mask, bool, goes around."""
    _, tree = cv2.findContours(
        np.pad(mask, 1).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE
    )
    return 0 if tree is None else int((tree[0, :, 3] >= 0).sum())


def fill_holes(mask):
    """Return a mask, bool, with its holes filled, uint8."""
    outlines, _ = cv2.findContours(
        mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    return cv2.drawContours(np.zeros(mask.shape, np.uint8), outlines, -1, 1, -1)
