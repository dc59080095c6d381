"""Any picture of a digit, put into MNIST's form by MNIST's own rule.

The same function prepares uploads, drawings and the embedded digits, so that a
network always sees what it was trained on: a 28 × 28 uint8 image, bright ink on
black, its longer side 20 pixels, its centre of mass in the middle.

References
----------
LeCun et al. (1998), "Gradient-based learning applied to document recognition".
Yadav and Bottou (2019), "Cold case: the lost MNIST digits", which reconstructs
the rule from the original NIST images.
"""

import base64
import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from ensembles.digits import SIDE

BOX = 20
"""The longer side of a digit, in pixels, inside the 28 × 28 image."""

MIN_INK_SIDE = 10
"""NIST crops smaller than this square, in pixels, were not enlarged to fill it."""

MAX_PIXELS = 16_000_000
MAX_PICTURE_SIDE = 10_000
"""Larger pictures are refused before they are decoded."""

FAINT = 0.1
"""Ink below this share of the strongest does not count for the digit's extent."""

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")


class ImageError(ValueError):
    """The picture cannot be read; the message says why and what is allowed."""


class BlankImageError(ImageError):
    """The picture can be read but holds no ink."""


@dataclass(frozen=True)
class Found:
    """A digit that was found in a picture.

    Attributes
    ----------
    digit : ndarray of shape (28, 28), uint8
        In MNIST's form.
    box : tuple of int
        Left, top, width and height of its ink in the picture, in pixels.
    """

    digit: np.ndarray
    box: tuple[int, int, int, int]


def read_picture(content):
    """Decode an image file.

    Parameters
    ----------
    content : bytes
        The file: PNG, JPEG, WebP, GIF (first frame) or BMP, whatever its name.

    Returns
    -------
    PIL.Image.Image
        Upright, by its EXIF orientation.

    Raises
    ------
    ImageError
        If it is empty, of another format, too large, or damaged.
    """
    if not content:
        raise ImageError("the file is empty; send an image")
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
        _check_size(*picture.size)
        return ImageOps.exif_transpose(picture)
    except UnidentifiedImageError:
        raise ImageError(
            f"not an image that can be read; allowed are {', '.join(FORMATS)}"
        ) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ImageError(f"the picture exceeds {MAX_PIXELS:,} pixels") from None
    except (OSError, SyntaxError, EOFError, ValueError) as error:
        if isinstance(error, ImageError):
            raise
        raise ImageError(f"the image file is damaged: {error}") from error


def _check_size(width, height):
    if width * height > MAX_PIXELS or max(width, height) > MAX_PICTURE_SIDE:
        raise ImageError(
            f"the picture must have at most {MAX_PIXELS:,} pixels, and at most "
            f"{MAX_PICTURE_SIDE:,} on a side; got {width} × {height}"
        )


def to_mnist(picture):
    """Put a picture of one digit into MNIST's form.

    Parameters
    ----------
    picture : PIL.Image.Image
        Dark ink on light or light on dark, of any mode and size, opaque or not.

    Returns
    -------
    ndarray of shape (28, 28), uint8

    Raises
    ------
    BlankImageError
        If there is no ink.
    """
    return fit_ink(find_ink(grey_levels(picture)))


def find_digits(picture):
    """Find the digits in a picture.

    Parameters
    ----------
    picture : PIL.Image.Image

    Returns
    -------
    list of Found
        From left to right; empty if nothing is drawn.
    """
    ink = find_ink(grey_levels(picture))
    if not ink.any():
        return []
    rows, columns = _box_of(ink > 0)
    left, top = int(columns.start), int(rows.start)
    box = left, top, int(columns.stop) - left, int(rows.stop) - top
    return [Found(fit_ink(ink), box)]


def to_data_url(digit):
    """Return a uint8 image as a data URL of a PNG, to show it in a page."""
    stream = io.BytesIO()
    Image.fromarray(digit).save(stream, "PNG")
    return png_url(stream.getvalue())


def png_url(content):
    """Return the bytes of a PNG as a data URL."""
    return "data:image/png;base64," + base64.b64encode(content).decode()


def grey_levels(picture):
    """Return the picture's brightness, float in [0, 1], transparency resolved.

    A transparent picture is laid on white, or on black where its ink is white.
    """
    if picture.mode.startswith("I") or picture.mode == "F":
        # Pillow clips 16-bit pictures when it converts them, so scale them first.
        wide = np.asarray(picture, np.float64)
        return wide / (65535 if wide.max() > 255 else 255)
    if not picture.has_transparency_data:
        return np.asarray(picture.convert("L"), np.float64) / 255
    layers = np.asarray(picture.convert("LA"), np.float64) / 255
    grey, alpha = layers[..., 0], layers[..., 1]
    ink_is_white = np.average(grey, weights=alpha) > 0.5 if alpha.any() else False
    paper = 0.0 if ink_is_white and alpha.min() < 1 else 1.0
    return grey * alpha + paper * (1 - alpha)


def find_ink(grey):
    """Return how much each pixel differs from the paper, float, 0 where it is paper.

    The paper's level is the median of the picture's border; what differs from it by
    no more than the border's own noise is paper too. So is what lies outside the
    box of the clearly visible ink, such as the ripples of JPEG around a digit.
    """
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = np.median(border)
    ink = grey - paper if paper < 0.5 else paper - grey
    noise = 4 * 1.4826 * np.median(np.abs(border - paper))
    # Half a grey level of 255 is rounding, not ink.
    ink = np.where(ink > max(noise, 0.5 / 255), ink, 0.0)
    visible = np.zeros_like(ink)
    inside = _box_of(ink > FAINT * ink.max())
    visible[inside] = ink[inside]
    return visible


def fit_ink(ink):
    """Apply MNIST's rule to ink on an empty ground.

    Crop to the ink, extend the shorter side to a square, resample by area to
    20 × 20, scale the maximum to 255, and paste so that the centre of mass lies
    in the middle of the 28 × 28 image.

    Parameters
    ----------
    ink : ndarray of shape (height, width), float
        0 where there is no ink.

    Returns
    -------
    ndarray of shape (28, 28), uint8

    Raises
    ------
    BlankImageError
        If there is no ink.
    """
    if not ink.any():
        raise BlankImageError("the picture is blank; draw or upload a digit")
    ink = ink[_box_of(ink > 0)]
    side = max(*ink.shape, MIN_INK_SIDE)
    rows, columns = (_coverage(size, side) for size in ink.shape)
    digit = rows @ ink @ columns.T
    digit = digit * (255 / digit.max())
    return _centre(np.rint(digit).astype(np.uint8))


def _box_of(mask):
    """Return the slices of the smallest box around all that is true."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return np.s_[:0, :0]
    return np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _coverage(size, side):
    """Return how much of each of the 20 pixels each ink pixel covers, (20, size).

    The ink lies in the middle of a side of `side` pixels; padding the picture
    itself to a square would take the memory of the longer side's square.
    """
    edges = ((side - size) // 2 + np.arange(size + 1)) * (BOX / side)
    pixels = np.arange(BOX)[:, None]
    return np.diff(np.clip(edges, pixels, pixels + 1), axis=1)


def _centre(box):
    """Paste the 20 × 20 box with its centre of mass in the middle, as MNIST does."""
    positions = np.arange(BOX) + 0.5
    weights = box / box.sum(dtype=np.float64)
    top = int(15 - weights.sum(1) @ positions)
    left = int(15 - weights.sum(0) @ positions)
    # A digit with all its mass at one edge would leave the frame by a few pixels.
    top, left = (min(max(offset, 0), SIDE - BOX) for offset in (top, left))
    digit = np.zeros((SIDE, SIDE), np.uint8)
    digit[top : top + BOX, left : left + BOX] = box
    return digit
