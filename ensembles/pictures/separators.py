"""What stands between digits and is none: slashes, brackets, hyphens, dots, commas."""

from dataclasses import dataclass

import numpy as np

SMALL, SMALLEST = 0.42, 0.28
"""Of less height than the first share of its row's digits, a mark is a digit only if
its strokes bend, and of less than the second it is none."""

REACH = 1.3
"""And belongs to them if one is no more of their heights away."""

LONGEST = 0.8
"""A hyphen is no longer than this share of it."""

DOT, COMMA = 0.28, 0.4
"""The greatest heights of a dot and a comma, as shares of the digits'."""

FOOT = 0.22
"""They stand within this share of the digits' height of its bottom, or reach below."""

MIDDLE, FLAT = (0.22, 0.8), 1.7
"""A hyphen's place, as shares of the digits' height from their top; and how many times
as wide as high it is, though short."""

LEAN = (9.0, 65.0)
"""Degrees that a slash leans."""

STEEPER = 9.0
"""And by so many more than the 1s and other upright strokes of its row."""

LEANING, ALONE = 20.0, 30.0
"""A 1 that leans by so much more than the slant of its row is doubted, and a single
slash, of no date, leans by the second more: of MNIST's 1s one in a hundred does."""

LONGER, RATHER = 1.14, 1.04
"""A single slash is so many times as high as the digits around it, and one of a date at
least the second."""

DEEP = 0.12
"""A bracket without its partner is so bowed, and as high as the digits: of MNIST's 1s
one in two hundred is."""

PARALLEL = 10.0
"""Slashes of one row lean alike, to so many degrees."""

DATES = {(2, 2, 2), (2, 2, 4), (1, 1, 2), (1, 2, 2), (2, 1, 2), (1, 1, 4), (1, 2, 4)}
DATES |= {(2, 1, 4), (4, 2, 2), (4, 1, 2), (4, 2, 1), (4, 1, 1)}
"""How many digits stand between the slashes of a date."""


@dataclass(frozen=True)
class Mark:
    """What a mark of a row is.

    Attributes
    ----------
    kind : {"digit", "separator", "other"}
    character : str or None
        Of a separator, where it is clear.
    doubt : str or None
        Why a digit is doubted, one of `DOUBTS`.
    """

    kind: str
    character: str | None = None
    doubt: str | None = None


SEPARATOR = "separator"
"""The kind of what stands between digits."""

DIGIT, OTHER = Mark("digit"), Mark("other")

BRACKET, SLASH, STRUCK, TORN = "bracket", "slash", "struck", "torn"
CUT, JOINED = "cut", "joined"
DOUBTS = (BRACKET, SLASH, STRUCK, TORN, CUT, JOINED)
"""A digit may be a bracket or slash as well, be struck through, have a torn loop, be
cut from another at the wrong place, or be put together of marks that are several."""


def doubted(why):
    """Return what a digit is that may be something else as well."""
    return Mark(DIGIT.kind, doubt=why)


def name_marks(boxes, shapes, highest):
    """Tell digits from separators in one row.

    Parameters
    ----------
    boxes : ndarray of shape (n, 4)
        Left, top, width, height, from the left.
    shapes : list of ensembles.pictures.shapes.Shape
    highest : float
        The height of the page's highest mark.

    Returns
    -------
    list of Mark
    """
    heights = boxes[:, 3]
    compact, dash = (
        np.array([getattr(one, name) for one in shapes], bool)
        for name in ("compact", "dash")
    )
    least = np.where(compact, SMALL, SMALLEST)
    tall = (heights >= least * heights.max()) & ~dash
    if not (tall & ((heights >= SMALL * highest) | ~compact)).any():
        return [OTHER] * len(boxes)
    named = [DIGIT if tall[i] else None for i in range(len(boxes))]
    for i in np.flatnonzero(~tall):
        named[i] = _small(boxes[i], shapes[i], boxes[tall])
    rows = np.flatnonzero(tall)
    for i in rows:
        named[i] = _bracket(i, rows, boxes, shapes) or named[i]
    for i, mark in _slashes(rows, boxes, shapes).items():
        named[i] = mark
    return named


def _small(box, shape, digits):
    """Name what is smaller than a digit, by its place beside the nearest one."""
    left, top, width, height = box
    gaps = np.maximum(digits[:, 0] - left - width, left - digits[:, 0] - digits[:, 2])
    nearest = digits[gaps.argmin()]
    if gaps.min() > REACH * nearest[3] or width > LONGEST * nearest[3]:
        return OTHER
    place = (top + height / 2 - nearest[1]) / nearest[3]
    foot = (nearest[1] + nearest[3] - top - height) / nearest[3]
    if shape.dash or (shape.compact and width >= FLAT * height):
        inside = MIDDLE[0] <= place <= MIDDLE[1]
        return Mark(SEPARATOR, "-" if inside else None)
    if foot > FOOT or height > COMMA * nearest[3] or width > COMMA * nearest[3]:
        return Mark(SEPARATOR)
    dot = height <= min(DOT * nearest[3], 1.4 * width)
    return Mark(SEPARATOR, "." if dot else ",")


def _bracket(i, row, boxes, shapes):
    """Name a bracket, which has a partner or is deep at the end of digits, or None."""
    bow = shapes[i].bow
    others = row[row != i]
    if not bow or abs(shapes[i].tilt) > 30 or not len(others):
        return None
    beyond = others[others > i] if bow > 0 else others[others < i]
    paired = any(shapes[k].bow * bow < 0 for k in beyond)
    at_end = len(beyond) == len(others)
    high = boxes[i, 3] >= np.median(boxes[others, 3])
    if paired or (at_end and high and abs(bow) >= DEEP):
        return Mark(SEPARATOR, "(" if bow > 0 else ")")
    return doubted(BRACKET)


def _slashes(row, boxes, shapes):
    """Name the strokes of a row that are slashes, or may be."""
    strokes = [int(i) for i in row if shapes[i].straight]
    inner = [
        i
        for i in strokes
        if row[0] < i < row[-1] and LEAN[0] <= shapes[i].tilt <= LEAN[1]
    ]
    others = [i for i in row if i not in inner]
    if not inner or not others:
        return {}
    times = boxes[:, 3] / np.median(boxes[others, 3])
    slant = np.median([shapes[i].slant for i in others])
    leaning = [i for i in inner if shapes[i].tilt >= slant + LEANING]
    dated = _of_a_date(inner, list(row), shapes)
    found = dated if all(times[i] >= RATHER for i in dated) else []
    alone = [i for i in leaning if shapes[i].tilt >= slant + ALONE]
    found = found or [i for i in alone if times[i] >= LONGER]
    upright = max([shapes[i].tilt for i in strokes if i not in found], default=-90)
    clear = [i for i in found if shapes[i].tilt >= upright + STEEPER]
    high = [i for i in inner if times[i] >= LONGER]
    perhaps = {*dated, *found, *leaning, *high}
    return dict.fromkeys(perhaps, doubted(SLASH)) | {
        i: Mark(SEPARATOR, "/") for i in clear
    }


def _of_a_date(inner, row, shapes):
    """Return the two parallel strokes that cut a row as a date is cut, or none."""
    places = [row.index(i) for i in inner]
    for a in range(len(inner)):
        for b in range(a + 1, len(inner)):
            counts = (places[a], places[b] - places[a] - 1, len(row) - places[b] - 1)
            alike = abs(shapes[inner[a]].tilt - shapes[inner[b]].tilt) <= PARALLEL
            if counts in DATES and alike:
                return [inner[a], inner[b]]
    return []
