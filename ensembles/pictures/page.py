"""A sheet of paper on a darker desk, so that what lies around it can be left out."""

import cv2
import numpy as np

from ensembles.pictures.background import background, shrink
from ensembles.pictures.paper import border_of

COARSE_SIDE = 200
"""A page is looked for in a picture reduced to this side, in pixels."""

STROKES = 0.06
"""Strokes up to this share of the shorter side are closed before a page is sought."""

LEAST_AREA, MOST_AREA = 0.02, 0.95
"""A page covers such a share of the picture."""

CONVEX = 0.9
"""A sheet is convex: it fills this share of its convex hull."""

EDGE, INNER_EDGE = 2.2, 1.4
"""Inside its edge a page is so many times brighter than outside: a shadow's edge is
softer, or weaker. Less is asked of one that the desk surrounds, as no shadow does."""

RIM = 0.02
"""The page's own edge is left out with what is around it, as a share of the side."""

SAME_COLOUR, WRITTEN = 0.03, 0.4
"""Light on a page, beside shadow, is no page of its own: it has the colour of what is
around it, to such shares of red, green and blue, and there is ink there as well."""

MARKED = 0.2
"""A page has marks that take this share of its light; a light digit has none."""


def find_page(colours):
    """Find the sheet that something is written on.

    Parameters
    ----------
    colours : ndarray of shape (height, width, 3), float32 in [0, 1]

    Returns
    -------
    ndarray of shape (height, width), bool, or None
        True inside the page; None if the picture shows no page's edge.
    """
    coarse = shrink(colours, max(1.0, 11 * max(colours.shape) / COARSE_SIDE))
    small = coarse.mean(2)
    paper = background(small, max(3.0, STROKES * min(small.shape)))
    page = _brightest_region(paper)
    if page is None or not _has_sharp_edge(paper, page):
        return None
    rim = max(1, round(RIM * max(small.shape)))
    inner = cv2.erode(page, np.ones((2 * rim + 1,) * 2, np.uint8), borderValue=1) > 0
    if not inner.any():
        return None
    marks = 1 - small / np.maximum(paper, 1e-3)
    if np.percentile(marks[inner], 99.8) < MARKED:
        return None
    desk = cv2.dilate(page, np.ones((4 * rim + 1,) * 2, np.uint8)) == 0
    if desk.any() and _is_light(coarse, inner, desk, marks):
        return None
    whole = cv2.resize(inner.astype(np.uint8), colours.shape[1::-1])
    return whole > 0


def _is_light(colours, page, desk, marks):
    """Tell whether page and desk are one paper, of which one part is in shadow."""
    inside, outside = (np.median(colours[part], axis=0) for part in (page, desk))
    hues = inside / inside.sum() - outside / max(outside.sum(), 1e-6)
    written = np.percentile(marks[desk], 99) >= WRITTEN
    return bool(written and np.abs(hues).max() <= SAME_COLOUR)


def _brightest_region(paper):
    """Return the largest bright region if it may be a sheet, uint8, else None."""
    levels = np.rint(np.clip(paper, 0, 1) * 255).astype(np.uint8)
    bright = cv2.threshold(levels, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1]
    n, labels, stats, _ = cv2.connectedComponentsWithStats(bright, connectivity=4)
    if n < 2:
        return None
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    page = (labels == largest).astype(np.uint8)
    outlines, _ = cv2.findContours(page, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = np.zeros_like(page)
    cv2.fillConvexPoly(hull, cv2.convexHull(outlines[0]), 1)
    share = page.mean()
    convex = page.sum() >= CONVEX * hull.sum()
    return hull if convex and LEAST_AREA <= share <= MOST_AREA else None


def _has_sharp_edge(paper, page):
    """Tell whether the page is much brighter just inside its edge than outside."""
    element = np.ones((5, 5), np.uint8)
    inside = (page - cv2.erode(page, np.ones((9, 9), np.uint8), borderValue=1)) > 0
    inside &= cv2.erode(page, element, borderValue=1) > 0
    outer = cv2.dilate(page, element)
    outside = (cv2.dilate(page, np.ones((9, 9), np.uint8)) - outer) > 0
    if not inside.any() or not outside.any():
        return False
    times = EDGE if border_of(page).any() else INNER_EDGE
    return np.median(paper[inside]) >= times * max(np.median(paper[outside]), 1e-3)
