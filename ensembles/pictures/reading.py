"""Any picture of digits, each put into MNIST's form.

The same functions prepare uploads, photographs and drawings, so that a network
always sees what it was trained on: a 28 × 28 uint8 image, bright ink on black, its
longer side 20 pixels, its centre of mass in the middle.
"""

import base64
import io
import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from ensembles.pictures.decoding import ImageError
from ensembles.pictures.grouping import find_marks
from ensembles.pictures.groups import LeftOut
from ensembles.pictures.ink import find_ink
from ensembles.pictures.mnist_form import even_strokes, fit_ink
from ensembles.pictures.separators import DIGIT, Mark


class BlankImageError(ImageError):
    """The picture can be read but holds no ink."""


@dataclass(frozen=True)
class Found:
    """A digit, or a separator between digits, found in a picture.

    Attributes
    ----------
    digit : ndarray of shape (28, 28), uint8
        In MNIST's form.
    box : (left, top, width, height)
        Where it is, in pixels of the upright picture at its full size.
    mark : ensembles.pictures.separators.Mark
        Which of the two it is.
    row : int
        The row of text that it stands in, from 0 at the top.
    ink : ndarray of shape (height, width), float32, or None
        What is in the box, before it was put into MNIST's form.
    """

    digit: np.ndarray
    box: tuple
    mark: Mark = DIGIT
    row: int = 0
    ink: np.ndarray | None = None


@dataclass(frozen=True)
class Writing:
    """What is written in a picture.

    Attributes
    ----------
    found : list of Found
        By rows of text, left to right; empty if nothing is drawn.
    left_out : list of ensembles.pictures.groups.LeftOut
        What could be writing as well, with boxes as those of `Found`.
    """

    found: list
    left_out: list


def find_writing(picture):
    """Find every digit in a picture, and what stands between them.

    Parameters
    ----------
    picture : PIL.Image.Image
        Upright; dark ink on light or light on dark, drawn, scanned or photographed,
        of any mode and size, opaque or not.

    Returns
    -------
    Writing
    """
    ink = find_ink(picture)
    marks = find_marks(ink.density, ink.photographed)
    size = picture.info.get("full_size", picture.size)
    scale = ink.scale * max(size) / max(picture.size)
    found = [
        Found(
            fit_ink(even_strokes(group.ink)),
            _enlarge(group.box, scale, size),
            group.mark,
            group.row,
            group.ink,
        )
        for group in marks.groups
    ]
    left_out = [
        LeftOut(_enlarge(one.box, scale, size), one.why) for one in marks.left_out
    ]
    return Writing(found, left_out)


def find_digits(picture):
    """Find every digit in a picture.

    Parameters
    ----------
    picture : PIL.Image.Image
        As for `find_writing`.

    Returns
    -------
    list of Found
        By rows of text, left to right; empty if nothing is drawn.
    """
    return [one for one in find_writing(picture).found if one.mark.kind == DIGIT.kind]


def _enlarge(box, scale, size):
    """Return a box in whole pixels of a picture of some width and height."""
    left, top, right, bottom = box[0], box[1], box[0] + box[2], box[1] + box[3]
    left, top = int(scale * left), int(scale * top)
    right = min(math.ceil(scale * right), size[0])
    bottom = min(math.ceil(scale * bottom), size[1])
    return left, top, right - left, bottom - top


def to_mnist(picture):
    """Put a picture of one digit into MNIST's form.

    Parameters
    ----------
    picture : PIL.Image.Image
        As for `find_digits`; of several digits the largest counts.

    Returns
    -------
    ndarray of shape (28, 28), uint8

    Raises
    ------
    BlankImageError
        If nothing is drawn.
    """
    found = find_digits(picture)
    if not found:
        raise BlankImageError("the picture is blank; draw or upload a digit")
    return max(found, key=lambda one: one.box[2] * one.box[3]).digit


def to_data_url(digit):
    """Return a uint8 image as a data URL of a PNG, to show it in a page."""
    stream = io.BytesIO()
    Image.fromarray(digit).save(stream, "PNG")
    return png_url(stream.getvalue())


def png_url(content):
    """Return the bytes of a PNG as a data URL."""
    return "data:image/png;base64," + base64.b64encode(content).decode()
