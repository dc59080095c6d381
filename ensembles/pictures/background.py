"""What lies behind the strokes of a photograph: paper, light and shadow.

It is estimated by a morphological closing, which follows light and shadow but not
strokes that are narrower than its element.

References
----------
Gonzalez and Woods (2018), "Digital image processing", section 9.8, which removes
uneven light by closing or opening with an element wider than the objects.
"""

import cv2
import numpy as np

ELEMENT = 11
"""The side of the closing's element, in pixels of a picture reduced to suit."""

LEAST_LIGHT = 0.2
"""Paper is taken to be no darker than this share of the brightest paper, or noise
in dark corners would count as ink when it is divided by the paper."""

LEAST_DARK_LIGHT = 0.5
"""Dark paper of half its greatest light may be lit as well as the rest."""

WIDTHS = (0.03, 0.045, 0.07, 0.1, 0.15, 0.22, 0.32, 0.45)
"""Widths of the element tried, as shares of the picture's shorter side: from pens in
large photographs to markers that fill the picture."""

UNEVEN = 3
"""A pen's strokes may be so many times wider in one place than in another."""

ENOUGH = 0.8
"""An element is wide enough if it finds this share of what the widest of these does."""

SPARE = 1.5
"""And then some, for blur."""

SLENDER = 1.5
"""Ink is divided by this power of the width that finds it: 1 leaves the strokes'
length, by which a wide shadow can win, and 2 the number of squares in a row, by which
the tip of a thick stroke can."""

LIGHT_PAPER = 0.65
"""Paper of at least this share of the brightest light has no lighter ink: that would
be too faint to read."""

STRONG = 0.6
"""Ink has at least this share of the strongest contrast; shadows have less."""

PEAK = 99.95
"""The percentile that stands for the strongest contrast: one digit of a tenth of the
picture's side covers more, hot pixels less."""


def choose_element(grey):
    """Tell whether the ink is dark or light, and how wide its strokes may be.

    Both are chosen so that the strokes found are long for their width: light gaps
    between dark strokes, a sheet on a dark desk and a shadow may be larger than the
    ink, but are as wide as long. The width is enough for the pen's broader strokes,
    and not for a shadow.

    Parameters
    ----------
    grey : ndarray of shape (height, width), float32

    Returns
    -------
    sign : {1, -1}
        1 for dark ink.
    width : float
        In pixels.
    """
    widths = [max(share * min(grey.shape), 3.0) for share in WIDTHS]
    smaller = {width: shrink(grey, width) for width in widths}
    paper_is_light = np.median(grey) >= LIGHT_PAPER * np.percentile(grey, PEAK)
    found = {
        (sign, width): _contrast(small, min(width, ELEMENT), sign)
        for width, small in smaller.items()
        for sign in ((1,) if paper_is_light else (1, -1))
    }
    peak = max(np.percentile(contrast, PEAK) for contrast in found.values())
    strong = {
        key: np.mean(np.where(contrast > STRONG * peak, contrast, 0) ** 2)
        for key, contrast in found.items()
    }
    sign, best = max(strong, key=lambda key: strong[key] / key[1] ** SLENDER)
    wider = [width for width in widths if best <= width <= UNEVEN * best]
    most = max(strong[sign, width] for width in wider)
    width = next(w for w in wider if strong[sign, w] >= ENOUGH * most)
    return sign, min(SPARE * width, max(widths))


def _contrast(grey, width, sign):
    """Return what strokes differ from the paper, as a share of the brighter."""
    paper = sign * background(sign * grey, width)
    brighter = np.maximum(paper if sign > 0 else grey, LEAST_LIGHT * grey.max() + 1e-6)
    return sign * (paper - grey) / brighter


def reflectance(image, width, sign):
    """Return what the ink takes from the paper's light, (height, width, 3).

    Dark ink takes a share of the light, in a shadow the same share of less light, so
    the difference is divided by the paper. Light ink on dark paper also shines less
    in a shadow, but how much its paper shines says less of the light.
    """
    paper = background(image, width)
    differences = paper - image
    least = LEAST_LIGHT * paper.max() + 1e-6
    if sign < 0:
        paper /= paper.min() or -1
        least = LEAST_DARK_LIGHT
    # In place, as each array of a photograph is large.
    differences /= np.maximum(paper, least, out=paper)
    return differences


def background(image, width):
    """Estimate what lies behind dark strokes: close the picture with a square.

    The picture is reduced so that the square has `ELEMENT` pixels: that averages
    noise, and takes the same time for any width.

    Parameters
    ----------
    image : ndarray of shape (height, width) or (height, width, 3), float32
    width : float
        Of the square, in pixels; wider than the strokes.

    Returns
    -------
    ndarray of the same shape
    """
    size = image.shape[1::-1]
    small = shrink(image, width)
    side = min(ELEMENT, max(3, int(width) | 1))
    # Beyond the border the picture goes on as it ends, so that a shadow, or a desk,
    # that enters the picture is not taken for a stroke.
    around = cv2.copyMakeBorder(small, side, side, side, side, cv2.BORDER_REPLICATE)
    closed = cv2.morphologyEx(around, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    closed = np.ascontiguousarray(closed[side:-side, side:-side])
    return cv2.resize(closed, size, interpolation=cv2.INTER_LINEAR)


def shrink(image, width):
    """Reduce a picture by area so that `width` pixels become `ELEMENT`."""
    factor = min(1.0, ELEMENT / width)
    size = [max(1, round(factor * side)) for side in image.shape[1::-1]]
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)
