"""From ink to digits: strokes that belong together, and what is no digit.

Connected components are joined where they are parts of one digit, such as the bar
of a 5; two digits beside each other are both tall and stay two.
"""

from dataclasses import replace

import numpy as np

from ensembles.pictures.groups import Group, LeftOut, Marks
from ensembles.pictures.lattices import remove_lattices
from ensembles.pictures.lines import find_lines
from ensembles.pictures.order import reading_order
from ensembles.pictures.parts import drop_dust, find_parts, join_parts, union
from ensembles.pictures.separators import OTHER, name_marks
from ensembles.pictures.shapes import shape_of
from ensembles.pictures.surroundings import (
    drop_frames,
    drop_rings,
    drop_surroundings,
)

VISIBLE = 0.1
"""Ink below this share of the strongest does not count for a digit's extent."""

VISIBLE_IN_PHOTOGRAPHS = 0.3
"""There the paper's grain, or a desk's, is left at such shares."""

MAX_DIGITS = 600
"""No more digits of a picture are read, the largest first."""

SMALLEST, SMALLEST_IN_PHOTOGRAPHS = 0.2, 0.35
"""What is smaller than this share of the largest digit is no digit beside it."""

FAINTEST = 0.25
"""Nor what has less than this share of its density: a smudge, or a print of the other
side."""

CLEAR, THINNER, EQUAL = 0.45, (0.3, 0.6), 0.6
"""In a photograph strokes are a pen's if they have the first share of the main ones'
density and width, or the second of its width, and their height this share of its."""

SOLID = 0.65
"""There a separator has this share of the digits' density."""

WIDEST = 2.0
"""No digit is wider than this many times its height: a dash, or the edge of a page."""

SHORT = 0.6
"""And a hyphen is shorter than this share of it."""

READ, SMALL, DUST = "read", "small", "dust"

SAID = 0.3
"""What is left out is told if it has at least this share of the largest digit's size;
less is dust."""


def find_groups(density, photographed=False):
    """Find each digit in ink; see `find_marks`.

    Returns
    -------
    list of Group
        By rows of text, left to right; empty if there is no ink.
    """
    return find_marks(density, photographed).groups


def find_marks(density, photographed=False):
    """Find each digit and separator in ink, and what could be one.

    Parameters
    ----------
    density : ndarray of shape (height, width), float32
        0 where there is no ink, at most 1.
    photographed : bool
        Whether grain may be left, and what touches the border may be no ink.

    Returns
    -------
    Marks
    """
    level = VISIBLE_IN_PHOTOGRAPHS if photographed else VISIBLE
    density = remove_lattices(density, level)
    parts = find_parts(density, level)
    if photographed:
        parts = drop_surroundings(parts, density.shape)
    parts = drop_dust(drop_rings(drop_frames(parts)))
    if len(parts.names):
        shapes = [shape_of(parts.mask(i)) for i in range(len(parts.names))]
        parts = parts.choose(~find_lines(parts, shapes))
    if not len(parts.names):
        return Marks([], [])
    numbers = join_parts(parts)
    names = range(numbers.max() + 1)
    groups = [cut_out(density, parts, numbers == name) for name in names]
    masses = np.bincount(numbers, parts.masses)
    areas = np.bincount(numbers, parts.areas)
    return sort_marks(groups, judge_groups(groups, masses, areas, photographed))


def judge_groups(groups, masses, areas, photographed):
    """Tell which groups may be digits beside the main one, and why others are none.

    The main group is the heaviest of those that have a digit's proportions.

    Parameters
    ----------
    groups : list of Group
    masses, areas : ndarray of shape (n,)
        Sums of their density, and of their pixels.
    photographed : bool

    Returns
    -------
    list of str
        Why each is not read, or `READ`, or `SMALL` if it may be a separator or dust.
    """
    widths, heights = np.array([group.box[2:] for group in groups]).T
    dashes = np.array([group.shape.dash for group in groups], bool)
    sizes, densities = np.maximum(widths, heights), masses / areas
    plausible = widths <= WIDEST * heights
    if not plausible.any():
        plausible[masses.argmax()] = True
    main = np.where(plausible, masses, 0).argmax()
    sizes, densities = sizes / sizes[main], densities / densities[main]
    least = SMALLEST_IN_PHOTOGRAPHS if photographed else SMALLEST
    small = (sizes < least) | dashes | (~plausible & (sizes < SHORT))
    alike = densities >= FAINTEST
    if photographed:
        strokes = np.array([group.shape.stroke for group in groups])
        alike = _are_like_pen(strokes / strokes[main], densities, sizes)
        alike &= ~small | (densities >= SOLID)
    fewer = np.zeros(len(groups), bool)
    fewer[np.argsort(-masses)[MAX_DIGITS:]] = True
    reasons = {
        DUST: ~alike & (photographed | (sizes < SAID)),
        "fainter than the rest": ~alike,
        SMALL: small,
        "wider than a digit": ~plausible,
        "one of too many": fewer,
    }
    return np.select(list(reasons.values()), list(reasons), READ).tolist()


def _are_like_pen(strokes, densities, sizes):
    """Tell what in a photograph a pen may have left, all given as the main one's times.

    The grain of a desk has thinner strokes, and the edge of a shadow is fainter.
    """
    clear = (densities >= CLEAR) & (strokes >= THINNER[0])
    faint = (strokes >= THINNER[1]) & (strokes <= 1 / THINNER[1]) & (sizes >= EQUAL)
    return clear | (faint & (densities >= FAINTEST))


def cut_out(density, parts, chosen):
    """Return the ink of some parts; faint ink inside their box is theirs too."""
    left, top, right, bottom = map(int, union(parts.boxes[chosen]))
    labels = parts.labels[top:bottom, left:right]
    own = np.isin(labels, parts.names[chosen])
    ink = np.where(own | (labels == 0), density[top:bottom, left:right], 0)
    return Group((left, top, right - left, bottom - top), ink, shape_of(own))


def sort_marks(groups, whys):
    """Put digits and separators in order, and tell what is left out.

    Parameters
    ----------
    groups : list of Group
    whys : list of str
        From `judge_groups`.

    Returns
    -------
    Marks
    """
    kept, left_out = [], []
    for group, why in zip(groups, whys, strict=True):
        if why in (READ, SMALL):
            kept.append(group)
        elif why != DUST:
            left_out.append(LeftOut(group.box, why))
    named = []
    for row in reading_order([group.box for group in kept]):
        boxes = np.array([kept[i].box for i in row], float)
        marks = name_marks(boxes, [kept[i].shape for i in row])
        named += [replace(kept[i], mark=one) for i, one in zip(row, marks, strict=True)]
    highest = max((group.box[3] for group in named if group.mark != OTHER), default=0)
    left_out += [
        LeftOut(group.box, "neither a digit nor beside one")
        for group in named
        if group.mark == OTHER and max(group.box[2:]) >= SAID * highest
    ]
    return Marks([group for group in named if group.mark != OTHER], left_out)
