"""From an image file to an upright picture, within limits, whatever its name says."""

import contextlib
import io
import math
import threading

from PIL import ExifTags, Image, UnidentifiedImageError

from ensembles.pictures import decoders
from ensembles.pictures.animations import fullest_frame
from ensembles.pictures.paper import WORK_SIDE

decoders.set_up()

MAX_PIXELS = 64_000_000
MAX_PICTURE_SIDE = 20_000
"""Larger pictures are refused before they are decoded."""

MAX_PAGES = 20
"""Of a file so many pages are read at most."""

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF", "ICO")

ANIMATED = ("GIF", "PNG", "WEBP", "AVIF")
"""Formats whose frames follow each other in time; a JPEG's others are thumbnails."""

LARGE = 16_000_000
"""Pictures of more pixels are decoded one at a time: each takes four bytes a pixel."""

_one_large = threading.Lock()

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


def read_picture(content):
    """Decode an image file, of several pages the first.

    Parameters
    ----------
    content : bytes
        The file, of one of `FORMATS`, whatever its name. Of an animation that begins
        with an empty frame, the frame with most on it.

    Returns
    -------
    PIL.Image.Image
        Upright, by its EXIF orientation. Of a large file only the resolution that
        is needed is kept; ``info["full_size"]`` has its whole width and height.

    Raises
    ------
    ImageError
        If it is empty, of another format, too large, or damaged.
    """
    return next(read_pages(content, 1))


def read_pages(content, most=MAX_PAGES):
    """Decode the pages of a TIFF one by one; a file of any other format is one page.

    Parameters
    ----------
    content : bytes
        As for `read_picture`.
    most : int
        So many pages are decoded, the first ones.

    Yields
    ------
    PIL.Image.Image
        As `read_picture` returns it; there is at least one.

    Raises
    ------
    ImageError
        As `read_picture` does.
    """
    _refuse_documents(content)
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
        if picture.format == "TIFF":
            yield from (_decode(page).copy() for page in _pages_of(picture, most))
        else:
            yield _decode(picture)
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


def _refuse_documents(content):
    """Refuse what is often sent and is no picture, by its name."""
    if not content:
        raise ImageError("the file is empty; send an image")
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"%pdf"):
        raise ImageError(
            "a PDF is not read; save its page as PNG, or take a screenshot"
        )
    if head.startswith(b"<") and b"<svg" in head:
        raise ImageError("an SVG drawing is not read; export it as PNG")


def _pages_of(picture, most):
    """Yield a TIFF's pages, the file each time at the next."""
    for number in range(most):
        try:
            picture.seek(number)
        except EOFError:
            return
        yield picture


def _decode(picture):
    """Return a picture's pixels, upright and not much larger than is needed."""
    full = picture.size
    _check_size(*full)
    wanted = WORK_SIDE / max(full)
    picture.draft(None, (math.ceil(wanted * full[0]), math.ceil(wanted * full[1])))
    large = picture.width * picture.height > LARGE
    with _one_large if large else contextlib.nullcontext():
        picture.load()
        turn = turn_of(picture)
        if picture.format in ANIMATED and getattr(picture, "is_animated", False):
            picture = fullest_frame(picture)
        picture = _reduced(picture)
    upright = picture if turn is None else picture.transpose(turn)
    upright.info["full_size"] = full[::-1] if turn in LYING else full
    return upright


def _reduced(picture):
    """Return a picture without the pixels that are spare, in a mode that allows it."""
    clear = picture.has_transparency_data
    plain = picture.mode in ("L", "RGB", "F") or picture.mode.startswith("I")
    if clear or not plain:
        picture = picture.convert("RGBA" if clear else "RGB")
    times = round(max(picture.size) / WORK_SIDE)
    if times < 2:
        return picture
    # Pillow reduces no pictures of 16 bits.
    wide = picture.convert("I") if picture.mode.startswith("I;") else picture
    return wide.reduce(times)


def turn_of(picture):
    """Return how a picture's EXIF orientation asks to turn it, or None."""
    try:
        return TURNS.get(picture.getexif().get(ExifTags.Base.Orientation))
    except Exception:  # cameras write what no two readers understand
        return None


def _check_size(width, height):
    if width * height > MAX_PIXELS or max(width, height) > MAX_PICTURE_SIDE:
        raise ImageError(
            f"the picture must have at most {MAX_PIXELS:,} pixels, and at most "
            f"{MAX_PICTURE_SIDE:,} on a side; got {width} × {height}"
        )
