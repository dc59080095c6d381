"""Marks that are no writing: lines beside, under or above digits, and holes of a punch.

They are told by company: how high the digits around are, and how broad their strokes.
"""

import numpy as np

LONG = 1.6
"""A level line is so many times as long as the digits are high."""

UNDER, APART, FOOT = 0.6, 0.03, 1.35
"""One under digits is at least this share of their width, and by this share of their
height apart; nearer, it may be a digit's foot unless it is so many times as wide."""

BELOW = 1.3
"""It lies at most so many of their heights below them."""

UPRIGHT, PLUMB = 8.0, 1.5
"""Degrees off upright of the side of a cell, and of one that is drawn with a ruler."""

HAIRLINE, NARROWER = 0.6, 0.8
"""Such a side is at most the first share of the digits' strokes wide, or so faint and
at most the second share wide: a 1 by a lighter pen is as wide."""

HIGHER, ALONE = 1.35, 0.08
"""Or it is plumb and so many times as high as they are, and stands so far from others,
as a share of its own length."""

WEAK = (0.25, 0.6)
"""What has at most these shares of the digits' stroke and density is a piece of the
paper's own lines, or of its grain."""

HOLE = 1.3
"""The hole of a punch is a disc of this radius in strokes of the digits, or more."""

DISC = (0.7, 0.87)
"""The shares of its box that a disc covers."""

LEAST_HOLE = 0.3
"""Smaller than this share of the digits' height it may be a point that someone set."""

TALL, HEAVY = 0.5, 0.3
"""Digits have at least these shares of the height of the highest mark, and of the ink
of the heaviest, that are no lines."""

STEM, SPECK = 8.0, 0.1
"""What is upright and no longer than so many of its strokes may be a thick 1; what has
less than the second share of its ink is a speck beside it."""


def find_lines(parts, shapes):
    """Tell which parts are lines or holes beside digits.

    Parameters
    ----------
    parts : ensembles.pictures.parts.Parts
    shapes : list of ensembles.pictures.shapes.Shape

    Returns
    -------
    ndarray of shape (n_parts,), bool
    """
    straight = np.array([shape.straight for shape in shapes], bool)
    holes = np.array([_is_disc(shape) for shape in shapes], bool)
    heights = parts.boxes[:, 3] - parts.boxes[:, 1]
    special = straight | holes | _are_specks(parts, straight, shapes)
    company = _company(parts, special, heights, shapes)
    if company is None:
        return np.zeros(len(shapes), bool)
    height = np.median(heights[company])
    tall = heights >= TALL * height
    stroke = np.median([shapes[i].stroke for i in company])
    density = np.median((parts.masses / parts.areas)[company])
    strokes = np.array([shape.stroke for shape in shapes]) / stroke
    densities = parts.masses / parts.areas / density
    found = [
        (strokes[i] <= WEAK[0] and densities[i] <= WEAK[1])
        or (straight[i] and _is_level_line(parts, i, shapes[i], tall, height))
        or (straight[i] and _is_side(parts, i, shapes[i], height, stroke, density))
        or (holes[i] and _is_hole(shapes[i], height, stroke))
        for i in range(len(shapes))
    ]
    return np.array(found, bool)


def _are_specks(parts, straight, shapes):
    """Tell which parts are too little ink for digits, beside what may be a thick 1."""
    stems = [
        bool(one) and abs(shape.tilt) < 45 and shape.length <= STEM * shape.stroke
        for one, shape in zip(straight, shapes, strict=True)
    ]
    return parts.masses < SPECK * parts.masses[stems].max(initial=0)


def _company(parts, special, heights, shapes):
    """Return the indices of the parts that are digits for sure, or None."""
    others = np.flatnonzero(~special)
    if not len(others):
        upright = [i for i, shape in enumerate(shapes) if abs(shape.tilt) < 45]
        others = np.array([i for i in upright if shapes[i].straight], int)
        strokes = np.array([shapes[i].stroke for i in others])
        others = others[strokes >= HAIRLINE * strokes.max(initial=0)]
    heavy = parts.masses[others] >= HEAVY * parts.masses[others].max(initial=0)
    others = others[heavy]
    others = others[heights[others] >= TALL * heights[others].max(initial=0)]
    return others if len(others) else None


def _is_level_line(parts, i, shape, tall, height):
    if not shape.dash:
        return False
    if shape.length >= LONG * height:
        return True
    left, top, right, _ = parts.boxes[i]
    boxes = parts.boxes[tall]
    above = (np.minimum(boxes[:, 2], right) > np.maximum(boxes[:, 0], left)) & (
        boxes[:, 1] < top
    )
    above &= top - boxes[:, 3] <= BELOW * height
    if not above.any() or (boxes[above, 3] > top).any():
        return False
    width = (boxes[above, 2] - boxes[above, 0]).max()
    near = (boxes[above, 3] + APART * height > top).any()
    return right - left >= (FOOT if near else UNDER) * width


def _is_side(parts, i, shape, height, stroke, density):
    if abs(shape.tilt) > UPRIGHT or shape.length < TALL * height:
        return False
    if shape.stroke <= HAIRLINE * stroke:
        return True
    plumb = abs(shape.tilt) <= PLUMB and shape.strays * shape.length <= 1
    plumb = plumb and _is_alone(parts, i, shape.length)
    faint = parts.masses[i] <= HAIRLINE * density * parts.areas[i]
    faint = faint and shape.stroke <= NARROWER * stroke
    return plumb and (faint or shape.length >= HIGHER * height)


def _is_alone(parts, i, length):
    """Tell whether a stroke is too far from others to be the stem of a torn 4."""
    left, _, right, _ = parts.boxes[i]
    others = np.delete(parts.boxes, i, axis=0)
    gaps = np.maximum(others[:, 0] - right, left - others[:, 2])
    return bool((gaps >= ALONE * length).all())


def _is_disc(shape):
    round_ = shape.stubby and not shape.closed
    return round_ and DISC[0] <= shape.filled <= DISC[1]


def _is_hole(shape, height, stroke):
    across = 2 * shape.stroke
    return shape.stroke >= HOLE * stroke and across >= LEAST_HOLE * height


def may_be_ones(parts, shapes, lines):
    """Tell which of the lines are of the height that a 1 would have.

    Parameters
    ----------
    parts, shapes
        As for `find_lines`.
    lines : ndarray of shape (n_parts,), bool
        Which are lines; not all.

    Returns
    -------
    ndarray of shape (n_parts,), bool
    """
    heights = parts.boxes[:, 3] - parts.boxes[:, 1]
    others = heights[~lines]
    height = np.median(others[others >= TALL * others.max()])
    like = (heights >= TALL * height) & (heights <= HIGHER * height)
    straight = np.array([one.straight and not one.dash for one in shapes], bool)
    return lines & like & straight
