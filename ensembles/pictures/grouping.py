"""From ink to digits: strokes that belong together, and what is no digit.

Connected components are joined where they are parts of one digit, such as the bar
of a 5; two digits beside each other are both tall and stay two.
"""

from dataclasses import dataclass

import numpy as np

from ensembles.pictures.order import reading_order
from ensembles.pictures.parts import drop_dust, find_parts, join_parts, size_of, union
from ensembles.pictures.surroundings import drop_frames, drop_surroundings

VISIBLE = 0.1
"""Ink below this share of the strongest does not count for a digit's extent."""

VISIBLE_IN_PHOTOGRAPHS = 0.3
"""There the paper's grain, or a desk's, is left at such shares."""

MAX_DIGITS = 50
"""No more digits of a picture are read, the largest first."""

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
    parts = drop_dust(drop_frames(parts))
    if not len(parts.names):
        return []
    numbers = join_parts(parts)
    kept = choose_digits(parts, numbers)
    groups = [cut_out(density, parts, numbers == number) for number in kept]
    rows = reading_order([group.box for group in groups])
    return [groups[i] for row in rows for i in row]


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
    boxes = np.stack([union(parts.boxes[numbers == k]) for k in range(n)])
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


def cut_out(density, parts, chosen):
    """Return the ink of some parts; faint ink inside their box is theirs too."""
    left, top, right, bottom = map(int, union(parts.boxes[chosen]))
    labels = parts.labels[top:bottom, left:right]
    own = np.isin(labels, parts.names[chosen]) | (labels == 0)
    ink = np.where(own, density[top:bottom, left:right], 0)
    return Group((left, top, right - left, bottom - top), ink)
