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
from PIL import ExifTags, Image, UnidentifiedImageError

from ensembles.pictures.grouping import find_marks
from ensembles.pictures.groups import LeftOut
from ensembles.pictures.ink import find_ink
from ensembles.pictures.mnist_form import box_of, even_strokes, fit_ink
from ensembles.pictures.paper import WORK_SIDE
from ensembles.pictures.separators import DIGIT, Mark

MAX_PIXELS = 16_000_000
MAX_PICTURE_SIDE = 10_000
"""Larger pictures are refused before they are decoded."""

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")


TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What each EXIF orientation asks for; 1 is upright."""

LYING = {TURNS[orientation] for orientation in (5, 6, 7, 8)}


class ImageError(ValueError):
    """The picture cannot be read; the message says why and what is allowed."""


class BlankImageError(ImageError):
    """The picture can be read but holds no ink."""


def read_picture(content):
    """Decode an image file.

    Parameters
    ----------
    content : bytes
        The file: PNG, JPEG, WebP, GIF (first frame) or BMP, whatever its name.

    Returns
    -------
    PIL.Image.Image
        Upright, by its EXIF orientation. Of a large JPEG only the resolution that
        is needed is decoded; ``info["full_size"]`` has its whole width and height.

    Raises
    ------
    ImageError
        If it is empty, of another format, too large, or damaged.
    """
    if not content:
        raise ImageError("the file is empty; send an image")
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
        full = picture.size
        _check_size(*full)
        wanted = WORK_SIDE / max(full)
        picture.draft(None, (math.ceil(wanted * full[0]), math.ceil(wanted * full[1])))
        picture.load()
    except UnidentifiedImageError:
        raise ImageError(
            f"not an image that can be read; allowed are {', '.join(FORMATS)}"
        ) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ImageError(f"the picture exceeds {MAX_PIXELS:,} pixels") from None
    except ImageError:
        raise
    except Exception as error:
        # Of a file made to harm, a decoder may raise anything.
        raise ImageError(f"the image file is damaged: {error}") from error
    return turn_upright(picture, full)


def turn_upright(picture, full_size):
    """Turn a picture as its EXIF orientation asks; one that cannot be read is none.

    Parameters
    ----------
    picture : PIL.Image.Image
    full_size : (width, height)
        Of the file, which may be larger than the picture.

    Returns
    -------
    PIL.Image.Image
        With its own upright `full_size` in ``info``.
    """
    try:
        turn = TURNS.get(picture.getexif().get(ExifTags.Base.Orientation))
    except Exception:  # cameras write what no two readers understand
        turn = None
    lies = turn in LYING
    upright = picture if turn is None else picture.transpose(turn)
    upright.info["full_size"] = full_size[::-1] if lies else full_size
    return upright


def _check_size(width, height):
    if width * height > MAX_PIXELS or max(width, height) > MAX_PICTURE_SIDE:
        raise ImageError(
            f"the picture must have at most {MAX_PIXELS:,} pixels, and at most "
            f"{MAX_PICTURE_SIDE:,} on a side; got {width} × {height}"
        )


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
    ink : ndarray of shape (height, width), float32, or None
        What is in the box, before it was put into MNIST's form.
    """

    digit: np.ndarray
    box: tuple
    mark: Mark = DIGIT
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
            group.ink,
        )
        for group in marks.groups
    ]
    left_out = [
        LeftOut(_enlarge(one.box, scale, size), one.why) for one in marks.left_out
    ]
    return Writing(found, left_out)


def piece_of(found, mask):
    """Return a piece of what was found, as found by itself.

    Parameters
    ----------
    found : Found
    mask : ndarray of the shape of its ink, bool
        What is the piece's; some of it is ink.

    Returns
    -------
    Found
    """
    rows, columns = box_of(mask)
    ink = np.where(mask, found.ink, 0)[rows, columns]
    left, top, width, height = found.box
    times = (width / mask.shape[1], height / mask.shape[0])
    box = (
        left + round(times[0] * columns.start),
        top + round(times[1] * rows.start),
        max(1, round(times[0] * ink.shape[1])),
        max(1, round(times[1] * ink.shape[0])),
    )
    return Found(fit_ink(even_strokes(ink)), box, found.mark, ink)


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
