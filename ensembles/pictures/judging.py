"""Which groups of strokes may be digits, and why others are none."""

import numpy as np

MAX_DIGITS = 600
"""No more digits of a picture are read, the largest first."""

SMALLEST, SMALLEST_IN_PHOTOGRAPHS = 0.2, 0.35
"""What is smaller than this share of the largest digit is no digit beside it."""

FAINTEST = 0.25
"""Nor what has less than this share of its density: a smudge, or a print of the other
side."""

JOINED = 6.0
"""But what is as high as the main digit may be several that touch, up to this width."""

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
    joined = (widths <= JOINED * heights) & (heights >= EQUAL * heights[main])
    joined &= densities >= SOLID
    fewer = np.zeros(len(groups), bool)
    fewer[np.argsort(-masses)[MAX_DIGITS:]] = True
    reasons = {
        DUST: ~alike & (photographed | (sizes < SAID)),
        "fainter than the rest": ~alike,
        SMALL: small,
        "wider than digits": ~plausible & ~joined,
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
