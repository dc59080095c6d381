"""From ink to digits: strokes that belong together, and what is no digit.

Connected components are joined where they are parts of one digit, such as the bar
of a 5; two digits beside each other are both tall and stay two.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from ensembles.normalization import stroke_width

VISIBLE = 0.1
"""Ink below this share of the strongest does not count for a digit's extent."""

VISIBLE_IN_PHOTOGRAPHS = 0.2
"""There the paper's grain, or a desk's, is left at such shares."""

MAX_DIGITS = 50
"""No more digits of a picture are read, the largest first."""

MAX_PARTS = 300
"""So many components are looked at, the largest first; the rest is dust."""

DOT = 0.7
"""A pen's dot is as wide as its stroke; what is smaller than this share is dust."""

NEAR = 0.4
"""A fragment is at most this share of the whole digit's size away from it, and less the
more alike their heights are: two digits of one hand are about equally high."""

OVERLAP = 0.5
"""Two parts are one digit if their boxes share so much of the smaller one, and are
near: a digit also lies in the box of the desk's edges around the page."""

INSIDE = 0.2
"""How near, as a share of the whole."""

DIGIT_SIDE, DIGIT_DENSITY = 0.03, 0.5
"""A part of this share of the picture's longer side, as dense as ink, may be a digit,
so that parts that run out of the picture need not be."""

TOUCHING = 0.6
"""Two tall parts are one digit, torn, if they are at most so many stroke widths
apart; two digits of one writer leave more."""

SMALLEST = 0.4
"""What is smaller than this share of the largest digit is no digit beside it."""

FAINTEST = 0.45
"""Nor what has less than this share of its density: a smudge, or a print of the other
side."""

WIDEST = 2.0
"""No digit is wider than this many times its height: a dash, or the edge of a page."""


@dataclass(frozen=True)
class Group:
    """Parts that are one digit.

    Attributes
    ----------
    box : (left, top, width, height)
        In pixels of the ink.
    ink : ndarray of shape (height, width), float32
        The ink of its parts, inside the box.
    """

    box: tuple
    ink: np.ndarray


@dataclass(frozen=True)
class Parts:
    """Connected components of ink, the heaviest first.

    Attributes
    ----------
    labels : ndarray of shape (height, width), int32
        Which component covers a pixel; 0 is none.
    names : ndarray of shape (n,), int
        Their labels.
    boxes : ndarray of shape (n, 4), int
        Left, top, right, bottom; the last two lie outside.
    areas : ndarray of shape (n,), int
        In pixels.
    masses : ndarray of shape (n,), float
        Sums of density.
    """

    labels: np.ndarray
    names: np.ndarray
    boxes: np.ndarray
    areas: np.ndarray
    masses: np.ndarray

    def choose(self, chosen):
        """Return some of the parts, by index or mask."""
        return Parts(
            self.labels,
            self.names[chosen],
            self.boxes[chosen],
            self.areas[chosen],
            self.masses[chosen],
        )


def find_groups(density, photographed=False):
    """Find each digit in ink.

    Parameters
    ----------
    density : ndarray of shape (height, width), float32
        0 where there is no ink, at most 1.
    photographed : bool
        Whether grain may be left, and what touches the border may be no ink.

    Returns
    -------
    list of Group
        By rows of text, left to right; empty if there is no ink.
    """
    level = VISIBLE_IN_PHOTOGRAPHS if photographed else VISIBLE
    parts = find_parts(density, level)
    if photographed:
        parts = drop_surroundings(parts, density.shape)
    parts = drop_dust(parts)
    if not len(parts.names):
        return []
    numbers = join_parts(parts)
    kept = choose_digits(parts, numbers)
    groups = [cut_out(density, parts, numbers == number) for number in kept]
    return reading_order(groups)


def find_parts(density, level=VISIBLE):
    """Return the connected components of ink above some level."""
    mask = (density > level).astype(np.uint8)
    n, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    masses = np.bincount(labels.ravel(), density.ravel(), n)[1:]
    order = np.argsort(-masses)[:MAX_PARTS]
    left, top, width, height, area = stats[1:][order].T
    boxes = np.stack([left, top, left + width, top + height], axis=1)
    return Parts(labels, order + 1, boxes, area, masses[order])


def drop_surroundings(parts, shape):
    """Drop what runs out of a photograph, if something inside may be a digit.

    A desk, a page's edge, a finger and their shadows do.
    """
    limits = np.array([0, 0, shape[1], shape[0]])
    inside = (parts.boxes != limits).all(1)
    large = size_of(parts.boxes) >= DIGIT_SIDE * max(shape)
    dense = parts.masses >= DIGIT_DENSITY * parts.areas
    return parts.choose(inside) if (inside & large & dense).any() else parts


def drop_dust(parts):
    """Drop what is smaller than a dot of the pen that drew the heaviest part."""
    if not len(parts.names):
        return parts
    dot = DOT * stroke_of(parts, 0)
    sizes = size_of(parts.boxes)
    return parts.choose((sizes > dot) & (parts.areas > 0.75 * dot**2))


def stroke_of(parts, index):
    """Return the mean stroke width of a part: its area by half its outline."""
    left, top, right, bottom = parts.boxes[index]
    window = parts.labels[top:bottom, left:right]
    return stroke_width(window == parts.names[index])


def size_of(boxes):
    """Return the longer side of each box."""
    return np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])


def join_parts(parts):
    """Number the digits that the parts belong to.

    Two parts are of one digit if one lies in the other's box, or if they all but
    touch. A fragment, by its height, also belongs to the nearest part that is not
    far, and to no other: the bar of a 5 may lie near the digit before it.

    Returns
    -------
    ndarray of shape (n_parts,), int
    """
    n = len(parts.names)
    links, nearest = [], {}
    for i in range(n):
        for j in _neighbours(parts.boxes, i):
            boxes = parts.boxes[[i, j]]
            gap = distance(parts, i, j)
            whole = size_of(_union(boxes)[None])[0]
            heights = boxes[:, 3] - boxes[:, 1]
            unlike = 1 - heights.min() / heights.max()
            torn = gap <= _torn(parts, i, j)
            torn = torn or (_overlap(boxes) and gap <= INSIDE * whole)
            if torn:
                links.append((i, j))
            if torn or gap <= NEAR * unlike * whole:
                lower, other = (i, j) if heights[0] < heights[1] else (j, i)
                nearest[lower] = min(nearest.get(lower, (gap, other)), (gap, other))
    links += [(lower, other) for lower, (_, other) in nearest.items()]
    rows, columns = np.array(links, int).reshape(-1, 2).T
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(n, n))
    return connected_components(graph, directed=False)[1]


def _neighbours(boxes, i):
    """Return the later parts whose boxes are near enough to be looked at."""
    gaps = np.maximum(boxes[:, :2] - boxes[i, 2:], boxes[i, :2] - boxes[:, 2:]).max(1)
    near = gaps <= NEAR * (size_of(boxes) + size_of(boxes[i : i + 1]))
    near[: i + 1] = False
    return np.flatnonzero(near)


def _overlap(boxes):
    """Tell whether two boxes share most of the smaller one."""
    sides = np.minimum(*boxes[:, 2:]) - np.maximum(*boxes[:, :2])
    smaller = (boxes[:, 2:] - boxes[:, :2]).prod(1).min()
    return sides.min() > 0 and sides.prod() >= OVERLAP * smaller


def _torn(parts, i, j):
    """Return the gap, in pixels, over which a torn stroke still is one."""
    return max(TOUCHING * min(stroke_of(parts, i), stroke_of(parts, j)), 1.5)


def distance(parts, i, j):
    """Return the least distance between the pixels of two parts."""
    points = []
    for k in (i, j):
        left, top, right, bottom = parts.boxes[k]
        window = parts.labels[top:bottom, left:right] == parts.names[k]
        outlines, _ = cv2.findContours(
            window.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE
        )
        points.append(np.concatenate(outlines)[:, 0] + [left, top])
    return cKDTree(points[0]).query(points[1])[0].min() - 1


def choose_digits(parts, numbers):
    """Choose the groups that may be digits beside the main one.

    The main group is the heaviest of those that have a digit's proportions.

    Returns
    -------
    list of int
        Numbers of groups, the heaviest first.
    """
    n = numbers.max() + 1
    masses = np.bincount(numbers, parts.masses, n)
    areas = np.bincount(numbers, parts.areas, n)
    boxes = np.stack([_union(parts.boxes[numbers == k]) for k in range(n)])
    widths, heights = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    plausible = widths <= WIDEST * heights
    if not plausible.any():
        return [int(masses.argmax())]
    main = np.where(plausible, masses, 0).argmax()
    sizes, densities = size_of(boxes), masses / areas
    plausible &= sizes >= SMALLEST * sizes[main]
    plausible &= densities >= FAINTEST * densities[main]
    order = np.argsort(-masses)
    return [int(k) for k in order if plausible[k]][:MAX_DIGITS]


def _union(boxes):
    return np.concatenate([boxes[:, :2].min(0), boxes[:, 2:].max(0)])


def cut_out(density, parts, chosen):
    """Return the ink of some parts; faint ink inside their box is theirs too."""
    left, top, right, bottom = map(int, _union(parts.boxes[chosen]))
    labels = parts.labels[top:bottom, left:right]
    own = np.isin(labels, parts.names[chosen]) | (labels == 0)
    ink = np.where(own, density[top:bottom, left:right], 0)
    return Group((left, top, right - left, bottom - top), ink)


def reading_order(groups):
    """Sort groups by rows of text, and each row from left to right.

    A group belongs to a row if its middle lies within the row's first group.
    """
    rows = []
    for group in sorted(groups, key=lambda g: g.box[1] + g.box[3] / 2):
        _, top, _, height = group.box
        for row in rows:
            _, first_top, _, first_height = row[0].box
            if first_top <= top + height / 2 <= first_top + first_height:
                row.append(group)
                break
        else:
            rows.append([group])
    return [group for row in rows for group in sorted(row, key=lambda g: g.box[0])]
