"""From a picture to its ink: what is drawn, apart from paper, light and lines.

A picture is laid on paper, reduced, and compared with its own paper: one colour in
drawings, an estimated background in photographs. What differs is projected on the
ink's colour, and ruled lines are erased.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from ensembles.pictures.background import PEAK, STRONG, choose_element, reflectance
from ensembles.pictures.creases import remove_creases
from ensembles.pictures.noise import quieten
from ensembles.pictures.page import find_page
from ensembles.pictures.paper import (
    ALIKE,
    border_of,
    cover_surroundings,
    flat_paper,
    lay_on_paper,
    near,
)
from ensembles.pictures.ruling import remove_lines
from ensembles.pictures.tiles import find_tiles

MIN_CONTRAST = 0.08
"""Photographed paper has fainter marks than this without being written on."""

NOISE = 1.4826 * 4
"""Four standard deviations, in median absolute deviations of normal noise."""

GRAIN = 12 / 255
"""What differs more from a drawing's paper is no grain of it, but a frame around it."""


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
    ink = photographed_ink(colours) if photographed else tiled_ink(colours, paper)
    ink = remove_lines(ink)
    return Ink(remove_creases(ink) if photographed else ink, scale, photographed)


def tiled_ink(colours, paper):
    """Return the ink of a drawing, parts of which may have a paper of their own.

    Parameters
    ----------
    colours : ndarray of shape (height, width, 3), float32
    paper : ndarray of shape (3,)

    Returns
    -------
    ndarray of shape (height, width), float32
    """
    tiles = find_tiles(colours, paper)
    if not tiles:
        return drawn_ink(cover_surroundings(colours, paper), paper)
    covered = np.zeros(colours.shape[:2], np.uint8)
    inks = []
    for tile in tiles:
        inside = tile.inside[..., None]
        own = np.where(inside, colours[tile.window], tile.colour.astype(np.float32))
        inks.append(drawn_ink(own, tile.colour))
        covered[tile.window] |= tile.inside
    covered = cv2.dilate(covered, np.ones((9, 9), np.uint8))
    page = np.where(covered[..., None], paper.astype(np.float32), colours)
    ink = np.zeros(colours.shape[:2], np.float32)
    if not near(page, paper, ALIKE).all():
        ink = drawn_ink(cover_surroundings(page, paper), paper)
    for tile, one in zip(tiles, inks, strict=True):
        ink[tile.window] = np.maximum(ink[tile.window], one)
    return ink


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
    border = border_of(ink)
    grain = np.abs(border[np.abs(border) <= GRAIN * 3**0.5])
    noise = NOISE * np.median(grain) if len(grain) else 0
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
    colours = quieten(colours)
    grey = cv2.transform(colours, np.full((1, 3), 1 / 3, np.float32))
    page = find_page(colours)
    if page is not None:
        colours = np.where(page[..., None], colours, np.median(colours[page], axis=0))
        grey = np.where(page, grey, np.median(grey[page]))
    sign, width = choose_element(grey)
    ink = project_on_ink(reflectance(colours if sign > 0 else -colours, width, sign))
    # More than half of any page is empty, so the median is paper.
    ink = ink - np.median(ink)
    noise = NOISE * np.median(np.abs(ink))
    # Of hot pixels little is left in the mean of nine, and of noise a third.
    blurred = cv2.blur(ink, (3, 3))
    peak = np.percentile(blurred, PEAK)
    doubt = NOISE * np.median(np.abs(blurred - np.median(blurred)))
    if peak <= max(1.5 * doubt, MIN_CONTRAST):
        return np.zeros_like(ink)
    full = np.percentile(ink[ink > STRONG * peak], 95)
    floor = max(noise / 2, 0.15 * full)
    return np.where(ink > floor, np.minimum(ink / full, 1), 0)
