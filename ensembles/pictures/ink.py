"""From a picture to its ink: what is drawn, apart from paper, light and lines.

A picture is laid on paper, reduced, and compared with its own paper: one colour in
drawings, and in photographs a background estimated by a morphological closing, which
follows light and shadow but not strokes. What differs is projected on the ink's
colour.

References
----------
Gonzalez and Woods (2018), "Digital image processing", section 9.8, which removes
uneven light by closing or opening with an element wider than the objects.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from ensembles.pictures.background import ELEMENT, background, shrink
from ensembles.pictures.page import find_page
from ensembles.pictures.ruling import remove_lines

WORK_SIDE = 1000
"""Pictures are reduced to about this side, in pixels: a digit of a thirtieth of it
still has MNIST's resolution, and everything after it takes a bounded time."""

SAMPLES = 200
"""At most so many rows and columns vote on the paper's colour."""

FLAT = 4 / 255
"""Colours that differ no more are one paper: what JPEG changes in a drawing."""

ALIKE = 48 / 255
"""Colours that differ no more are alike: another light on the same paper, or the soft
edge of a stroke."""

EVEN = 0.9
"""Of the pixels like the paper this share is its very colour in a drawing; shading
makes it less."""

RIPPLES = 16
"""Within so many pixels of ink, a block of JPEG's colours, nothing is said of paper."""

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

STRONG = 0.6
"""Ink has at least this share of the strongest contrast; shadows have less."""

PEAK = 99.95
"""The percentile that stands for the strongest contrast: one digit of a tenth of the
picture's side covers more, hot pixels less."""

MIN_CONTRAST = 0.08
"""Photographed paper has fainter marks than this without being written on."""

NOISE = 1.4826 * 4
"""Four standard deviations, in median absolute deviations of normal noise."""


@dataclass(frozen=True)
class Ink:
    """What is drawn in a picture.

    Attributes
    ----------
    density : ndarray of shape (height, width), float32
        0 where there is paper, 1 where ink covers it.
    scale : float
        How many pixels of the upright picture a pixel of `density` is wide.
    photographed : bool
        Whether the paper was estimated, so that some of it may be left.
    """

    density: np.ndarray
    scale: float
    photographed: bool


def find_ink(picture):
    """Find the ink in a picture.

    Parameters
    ----------
    picture : PIL.Image.Image
        Upright, of any mode.

    Returns
    -------
    Ink
    """
    colours, scale = lay_on_paper(picture)
    paper = flat_paper(colours)
    photographed = paper is None
    ink = photographed_ink(colours) if photographed else drawn_ink(colours, paper)
    return Ink(remove_lines(ink), scale, photographed)


def lay_on_paper(picture):
    """Return a picture's colours, transparency resolved, reduced by a whole factor.

    A transparent picture is laid on white, or on black where its ink is white.

    Parameters
    ----------
    picture : PIL.Image.Image

    Returns
    -------
    colours : ndarray of shape (height, width, 3), float32 in [0, 1]
    scale : int
        The factor.
    """
    scale = max(1, round(max(picture.size) / WORK_SIDE))
    if picture.mode.startswith("I") or picture.mode == "F":
        return _wide_colours(picture, scale), scale
    if not picture.has_transparency_data:
        return _reduced(picture, "RGB", scale), scale
    layers = _reduced(picture, "RGBA", scale)
    colours, alpha = layers[..., :3], layers[..., 3:]
    grey = colours.mean(2, keepdims=True)
    ink_is_white = np.average(grey, weights=alpha) > 0.5 if alpha.any() else False
    paper = 0.0 if ink_is_white and alpha.min() < 1 else 1.0
    return colours * alpha + paper * (1 - alpha), scale


def _reduced(picture, mode, scale):
    picture = picture if picture.mode == mode else picture.convert(mode)
    picture = picture.reduce(scale) if scale > 1 else picture
    return np.asarray(picture, np.float32) / 255


def _wide_colours(picture, scale):
    """Return 16-bit levels; Pillow clips them when it converts them."""
    wide = np.asarray(picture, np.float32)
    wide = wide / (65535 if wide.max() > 255 else 255)
    size = [-(-side // scale) for side in wide.shape[::-1]]
    if scale > 1:
        wide = cv2.resize(wide, size, interpolation=cv2.INTER_AREA)
    return np.repeat(wide[..., None], 3, axis=2)


def flat_paper(colours):
    """Return the one colour of the paper of a drawing, or None for a photograph.

    It is the most frequent colour of the border where that covers half the border
    and a quarter of the picture (a frame covers less), or else the most frequent
    colour of the picture where that covers half of it.

    Parameters
    ----------
    colours : ndarray of shape (height, width, 3), float32

    Returns
    -------
    ndarray of shape (3,), or None
    """
    step = -(-max(colours.shape) // SAMPLES)
    sample = colours[::step, ::step]
    border = border_of(colours)
    paper = _most_frequent(border)
    if _near(border, paper).mean() < 0.5 or _near(sample, paper).mean() < 0.25:
        paper = _most_frequent(sample.reshape(-1, 3))
        if _near(sample, paper).mean() < 0.5:
            return None
    return paper if is_even(sample, paper, RIPPLES // step) else None


def is_even(colours, paper, reach):
    """Tell whether paper has one colour, and not one among its shades.

    Parameters
    ----------
    colours : ndarray of shape (height, width, 3), float32
    paper : ndarray of shape (3,)
    reach : int
        How far from ink its edges and ripples lie, in pixels.

    Returns
    -------
    bool
        True, too, where everything is near ink, as in a tiny picture.
    """
    other = (~_near(colours, paper, ALIKE)).astype(np.uint8)
    far = cv2.dilate(other, np.ones((2 * reach + 1,) * 2, np.uint8)) == 0
    return not far.any() or _near(colours[far], paper).mean() >= EVEN


def border_of(image):
    """Return the outermost pixels, (n, ...)."""
    return np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])


def _most_frequent(colours):
    levels = np.rint(colours * 255).astype(np.int64)
    codes, counts = np.unique(levels @ [65536, 256, 1], return_counts=True)
    code = int(codes[counts.argmax()])
    near = np.abs(levels - [code >> 16, code >> 8 & 255, code & 255]).max(1) <= 1
    # 16-bit paper lies between the levels.
    return np.median(colours[near], axis=0)


def _near(colours, paper, tolerance=FLAT):
    return np.abs(colours - paper).max(-1) <= tolerance


def drawn_ink(colours, paper):
    """Return the ink of a drawing on paper of one colour, in [0, 1].

    What differs from the paper by no more than the border's own noise is paper too.

    Parameters
    ----------
    colours : ndarray of shape (height, width, 3), float32
    paper : ndarray of shape (3,)

    Returns
    -------
    ndarray of shape (height, width), float32
    """
    ink = project_on_ink(paper - colours)
    noise = NOISE * np.median(np.abs(border_of(ink)))
    # Half a grey level of 255 is rounding, not ink; a projection adds √3 channels.
    ink = np.where(ink > max(noise, 0.5 * 3**0.5 / 255), ink, 0)
    return ink / (ink.max() or 1)


def project_on_ink(differences):
    """Return how far each pixel lies from the paper in the direction of the ink.

    The direction is the first principal axis of the differences, so red ink on paper
    of the same brightness counts in full, and the noise of other colours does not.

    Parameters
    ----------
    differences : ndarray of shape (height, width, 3), float32

    Returns
    -------
    ndarray of shape (height, width), float32
        Positive for ink.
    """
    moments = [
        [np.vdot(a, b) for b in cv2.split(differences)] for a in cv2.split(differences)
    ]
    axis = np.linalg.eigh(np.array(moments, np.float64))[1][:, -1]
    projected = cv2.transform(differences, axis[None].astype(np.float32))
    ink_is_positive = np.vdot(projected, projected * projected) >= 0
    return projected if ink_is_positive else -projected


def photographed_ink(colours):
    """Return the ink of a photograph, in [0, 1].

    Parameters
    ----------
    colours : ndarray of shape (height, width, 3), float32

    Returns
    -------
    ndarray of shape (height, width), float32
    """
    grey = cv2.transform(colours, np.full((1, 3), 1 / 3, np.float32))
    page = find_page(grey)
    if page is not None:
        colours = np.where(page[..., None], colours, np.median(colours[page], axis=0))
        grey = np.where(page, grey, np.median(grey[page]))
    sign, width = choose_element(grey)
    differences = reflectance(sign * colours, width, sign)
    ink = project_on_ink(differences)
    # More than half of any page is empty, so the median is paper.
    ink = ink - np.median(ink)
    noise = NOISE * np.median(np.abs(ink))
    peak = np.percentile(cv2.blur(ink, (3, 3)), PEAK)
    if peak <= max(1.5 * noise, MIN_CONTRAST):
        return np.zeros_like(ink)
    full = np.median(ink[ink > STRONG * peak])
    floor = max(noise / 2, 0.15 * full)
    return np.clip((ink - floor) / (full - floor), 0, 1)


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
    found = {
        (sign, width): _contrast(small, min(width, ELEMENT), sign)
        for width, small in smaller.items()
        for sign in (1, -1)
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
    if sign < 0:
        light = -paper / (-paper.min() or 1)
        return differences / np.maximum(light, LEAST_DARK_LIGHT)
    return differences / np.maximum(paper, LEAST_LIGHT * paper.max() + 1e-6)
