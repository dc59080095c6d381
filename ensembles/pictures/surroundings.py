"""What lies around the digits: a desk, a finger, the frame of a form."""

import numpy as np

from ensembles.pictures.parts import size_of
from ensembles.pictures.shapes import fill_holes

DIGIT_SIDE, DIGIT_DENSITY = 0.03, 0.5
"""A part of this share of the picture's longer side, as dense as ink, may be a digit,
so that parts that run out of the picture need not be."""

PIECE = 0.3
"""And as high as this share of the highest part that one side of the picture cuts."""

MAX_FRAMES = 10
"""So many of the heaviest parts may be frames."""

RIM, STRAY, DUST = 0.1, 0.05, 0.02
"""A frame keeps within this share of its sides from them, but for this share of its
ink, and encloses more than this share of it."""

RINGED, STROKE, ROUND = 0.3, 0.4, 0.75
"""What a ring is around is at least this share of its height; a stroke is so slim for
its height; and a ring around one is so wide for its own."""

CLOSED = 0.98
"""And lies inside it but for a rest."""


def drop_surroundings(parts, shape):
    """Drop what runs out of a photograph, if something inside may be a digit.

    A desk, a page's edge, a finger and their shadows do. A digit may touch the border,
    too: then what is inside must not be much smaller, or it is a piece of the digit.
    """
    sizes = size_of(parts.boxes)
    sides = (parts.boxes == [0, 0, shape[1], shape[0]]).sum(1)
    dense = parts.masses >= DIGIT_DENSITY * parts.areas
    heights = parts.boxes[:, 3] - parts.boxes[:, 1]
    cut = heights[dense & (sides == 1)].max(initial=0)
    may_be_digit = dense & (sides == 0) & (sizes >= DIGIT_SIDE * max(shape))
    may_be_digit &= heights >= PIECE * cut
    return parts.choose(sides == 0) if may_be_digit.any() else parts


def drop_frames(parts):
    """Drop what runs along the sides of its own box around another part.

    The frame of a form or of a drawing's canvas does; of a 0 the corners are empty.
    """
    return _drop(parts, _is_frame)


def drop_rings(parts):
    """Drop what is drawn around other parts: rings, and boxes with round corners.

    A 0 may hold a dot, or a slash that does not touch it: what a ring is drawn around
    is not so small, and a 0 that holds a stroke is slimmer.
    """
    return _drop(parts, _is_ring)


def _drop(parts, is_one):
    found = [i < MAX_FRAMES and is_one(parts, i) for i in range(len(parts.names))]
    return parts.choose(~np.array(found, bool))


def _inside(boxes, index):
    """Tell which boxes lie inside one of them."""
    signs = np.array([1, 1, -1, -1])
    return (boxes * signs > boxes[index] * signs).all(1)


def _is_ring(parts, index):
    around = _inside(parts.boxes, index)
    heights, widths = (parts.boxes[:, k + 2] - parts.boxes[:, k] for k in (1, 0))
    around &= heights >= RINGED * heights[index]
    if not around.any():
        return False
    slim = (widths[around] < STROKE * heights[around]).all()
    if slim and widths[index] < ROUND * heights[index]:
        return False
    left, top, right, bottom = parts.boxes[index]
    inside = np.isin(parts.labels[top:bottom, left:right], parts.names[around])
    return bool(fill_holes(parts.mask(index))[inside].mean() > CLOSED)


def _is_frame(parts, index):
    around = _inside(parts.boxes, index)
    if not (parts.areas[around] >= DUST * parts.areas[index]).any():
        return False
    window = parts.mask(index)
    rim = [max(2, round(RIM * side)) for side in window.shape]
    inside = window[rim[0] : -rim[0], rim[1] : -rim[1]].sum()
    return bool(inside <= STRAY * parts.areas[index])
