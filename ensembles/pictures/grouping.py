"""From ink to digits: strokes that belong together, and what is no digit.

Connected components are joined where they are parts of one digit, such as the bar
of a 5; two digits beside each other are both tall and stay two.
"""

from dataclasses import replace

import numpy as np

from ensembles.pictures.fragments import bridge, join_parts
from ensembles.pictures.groups import Group, LeftOut, Marks
from ensembles.pictures.judging import DUST, READ, SAID, SMALL, judge_groups
from ensembles.pictures.lattices import remove_lattices
from ensembles.pictures.lines import find_lines, may_be_ones
from ensembles.pictures.order import reading_order
from ensembles.pictures.parts import drop_dust, find_parts, union
from ensembles.pictures.separators import DIGIT, OTHER, STRUCK, doubted, name_marks
from ensembles.pictures.shapes import shape_of
from ensembles.pictures.strikes import is_struck
from ensembles.pictures.surroundings import (
    drop_frames,
    drop_rings,
    drop_surroundings,
)

VISIBLE = 0.1
"""Ink below this share of the strongest does not count for a digit's extent."""

VISIBLE_IN_PHOTOGRAPHS = 0.3
"""There the paper's grain, or a desk's, is left at such shares."""

CORE = 0.4
"""A line through digits has this share of their strongest ink."""


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
        lines = find_lines(parts, shapes)
        ones = parts.boxes[may_be_ones(parts, shapes, lines)]
        parts = parts.choose(~lines)
        shapes = [one for one, line in zip(shapes, lines, strict=True) if not line]
    if not len(parts.names):
        return Marks([], [])
    numbers = join_parts(parts, shapes)
    names = range(numbers.max() + 1)
    groups = [cut_out(density, parts, numbers == name, shapes) for name in names]
    masses = np.bincount(numbers, parts.masses)
    areas = np.bincount(numbers, parts.areas)
    whys = judge_groups(groups, masses, areas, photographed)
    marks = sort_marks(groups, whys)
    told = [
        LeftOut((left, top, right - left, bottom - top), "a thin line, or a 1")
        for left, top, right, bottom in ones.tolist()
    ]
    return Marks(marks.groups, marks.left_out + told)


def _doubt_struck(mark, group):
    """Return a mark, doubted if a line goes through what would be a digit."""
    struck = mark == DIGIT and is_struck(group.ink > CORE * group.ink.max())
    return doubted(STRUCK) if struck else mark


def cut_out(density, parts, chosen, shapes):
    """Return the ink of some parts; faint ink inside their box is theirs too."""
    several = np.flatnonzero(chosen)
    left, top, right, bottom = map(int, union(parts.boxes[chosen]))
    window = np.s_[top:bottom, left:right]
    labels = parts.labels[window]
    own = np.isin(labels, parts.names[chosen])
    ink = density[window]
    if len(several) > 1:
        ink = bridge(ink, parts, several)
    ink = np.where(own | (labels == 0), ink, 0)
    shape = shape_of(own) if len(several) > 1 else shapes[several[0]]
    return Group((left, top, right - left, bottom - top), ink, shape)


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
    highest = max((group.box[3] for group in kept), default=0)
    named: list[Group] = []
    for number, row in enumerate(reading_order([group.box for group in kept])):
        boxes = np.array([kept[i].box for i in row], float)
        marks = name_marks(boxes, [kept[i].shape for i in row], highest)
        named += [
            replace(kept[i], mark=_doubt_struck(one, kept[i]), row=number)
            for i, one in zip(row, marks, strict=True)
        ]
    if named and not any(group.mark.kind == DIGIT.kind for group in named):
        # What stands alone is for the networks to tell.
        named.sort(key=lambda group: -max(group.box[2:]))
        named[0] = replace(named[0], mark=DIGIT)
    left_out += [
        LeftOut(group.box, "neither a digit nor beside one")
        for group in named
        if group.mark == OTHER and max(group.box[2:]) >= SAID * highest
    ]
    return Marks([group for group in named if group.mark != OTHER], left_out)
