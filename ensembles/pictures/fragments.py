"""Which connected components of ink are fragments of one digit."""

from itertools import combinations

import cv2
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from ensembles.pictures.parts import size_of, stroke_of, union

NEAR = 0.4
"""A fragment is at most this share of the whole digit's size away from it, and less the
more alike their heights are: two digits of one hand are about equally high."""

OVERLAP = 0.5
"""Two parts are one digit if their boxes share so much of the smaller one, and are
near: a digit also lies in the box of the desk's edges around the page."""

INSIDE = 0.2
"""How near, as a share of the whole."""

BESIDE, AT_TOP = 0.25, 0.3
"""A fragment lies beside a digit if less than the first share of its width is above or
below it, and at its top if its middle is within the second share of its height."""

TOUCHING, STACKED = 0.6, 1.8
"""Two tall parts are one digit, torn, if they are at most so many stroke widths
apart; two digits of one writer leave more. Above each other the parts may be farther
apart, since lines of text leave much more."""

STUMP, TORN_OFF, DOT_OFF = 0.5, 1.5, 1.1
"""What is lower than the first share of a digit was torn off it if it is at most so
many of the digit's stroke widths away, or if it is as short as a dot, the last: dots
and commas are set farther off, and a hyphen, which is level, is none of this."""

SEVERAL, ONE_ROW = 4, 1.5
"""So many tall parts are digits each, and two rows are higher than so many of them."""


def join_parts(parts, shapes):
    """Number the digits that the parts belong to.

    Two parts are of one digit if one lies in the other's box, or if they all but
    touch. A fragment, by its height, also belongs to the nearest part that is not
    far, and to no other: the bar of a 5 may lie near the digit before it.

    Returns
    -------
    ndarray of shape (n_parts,), int
    """
    n = len(parts.names)
    strokes = [stroke_of(parts, i) for i in range(n)]
    trees = [cKDTree(outline_of(parts, i)) for i in range(n)]
    highest = _highest(parts)
    links: list[tuple[int, int]] = []
    nearest: dict[int, tuple[float, int]] = {}
    for i in range(n):
        for j in _neighbours(parts.boxes, i):
            boxes = parts.boxes[[i, j]]
            # Between outlines a pixel apart there is no gap.
            gap = trees[i].query(trees[j].data)[0].min() - 1
            whole = size_of(union(boxes)[None])[0]
            heights = boxes[:, 3] - boxes[:, 1]
            unlike = 1 - heights.min() / heights.max()
            stacked = _stacked(boxes) and np.ptp(boxes[:, 1::2]) <= highest
            widths = STACKED if stacked else TOUCHING
            torn = gap <= max(widths * min(strokes[i], strokes[j]), 1.5)
            inside = _overlap(boxes) and gap <= INSIDE * whole
            low, high = (i, j) if heights[0] < heights[1] else (j, i)
            if torn or inside:
                links.append((i, j))
            near = gap <= NEAR * unlike * whole and not _aside(boxes)
            stump = unlike > STUMP and not shapes[low].dash
            off = DOT_OFF if shapes[low].stubby else TORN_OFF
            near = near or (stump and gap <= off * strokes[high])
            if torn or inside or near:
                nearest[low] = min(nearest.get(low, (gap, high)), (gap, high))
    links += [(lower, other) for lower, (_, other) in nearest.items()]
    rows, columns = np.array(links, np.intp).reshape(-1, 2).T
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(n, n))
    return connected_components(graph, directed=False)[1]


def _neighbours(boxes, i):
    """Return the later parts whose boxes are near enough to be looked at."""
    gaps = np.maximum(boxes[:, :2] - boxes[i, 2:], boxes[i, :2] - boxes[:, 2:]).max(1)
    near = gaps <= NEAR * (size_of(boxes) + size_of(boxes[i : i + 1]))
    near[: i + 1] = False
    return np.flatnonzero(near)


def _highest(parts):
    """Return how high one digit may be, by the others of a page that has several."""
    heights = parts.boxes[:, 3] - parts.boxes[:, 1]
    tall = heights[heights >= heights.max() / 2]
    return ONE_ROW * np.median(tall) if len(tall) >= SEVERAL else np.inf


def _stacked(boxes):
    """Tell whether one of two boxes lies above the other."""
    shared = boxes[:, 2].min() - boxes[:, 0].max()
    return shared >= OVERLAP * (boxes[:, 2] - boxes[:, 0]).min()


def _aside(boxes):
    """Tell whether a fragment lies beside the other of two boxes, and not at its top.

    The bar of a 5 may end up there; a dot, a comma or a hyphen is no part of a digit.
    """
    heights = boxes[:, 3] - boxes[:, 1]
    small, large = boxes[heights.argsort(kind="stable")]
    shared = min(small[2], large[2]) - max(small[0], large[0])
    if shared >= BESIDE * (small[2] - small[0]):
        return False
    middle = (small[1] + small[3]) / 2
    return middle > large[1] + AT_TOP * heights.max()


def _overlap(boxes):
    """Tell whether two boxes share most of the smaller one."""
    sides = np.minimum(*boxes[:, 2:]) - np.maximum(*boxes[:, :2])
    smaller = (boxes[:, 2:] - boxes[:, :2]).prod(1).min()
    return sides.min() > 0 and sides.prod() >= OVERLAP * smaller


def outline_of(parts, index):
    """Return the outermost pixels of a part, (n, 2), across and down."""
    outlines, _ = cv2.findContours(
        parts.mask(index).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE
    )
    return np.concatenate(outlines)[:, 0] + parts.boxes[index, :2]


def bridge(ink, parts, chosen):
    """Close the gaps between the parts of one digit where its strokes are torn.

    Parameters
    ----------
    ink : ndarray of shape (height, width), float32
        In the box around them.
    parts : ensembles.pictures.parts.Parts
    chosen : ndarray of int
        Which parts are the digit's.

    Returns
    -------
    ndarray of shape (height, width), float32
        The ink, with a stroke between the nearest points of what is torn.
    """
    origin = union(parts.boxes[chosen])[:2]
    outlines = [outline_of(parts, i) - origin for i in chosen]
    widths = [stroke_of(parts, i) for i in chosen]
    densities = (parts.masses / parts.areas)[chosen]
    bridged = ink.copy()
    for i, k in combinations(range(len(chosen)), 2):
        gaps, at = cKDTree(outlines[k]).query(outlines[i])
        here = int(gaps.argmin())
        if gaps[here] - 1 <= TORN_OFF * max(widths[i], widths[k]):
            ends = outlines[i][here].tolist(), outlines[k][at[here]].tolist()
            width = max(1, round(min(widths[i], widths[k])))
            cv2.line(bridged, *ends, float(min(densities[i], densities[k])), width)
    return np.maximum(ink, bridged)
