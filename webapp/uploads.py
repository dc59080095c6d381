"""What a request brings: files of a form, a raw image, or pixels."""

import numpy as np
from flask import request
from werkzeug.exceptions import (
    BadRequest,
    RequestEntityTooLarge,
    UnprocessableEntity,
    UnsupportedMediaType,
)

from ensembles.digits.form import SIDE
from ensembles.digits.idx import IdxError, parse_images
from webapp.limits import MAX_FILES, MAX_TABLE_BYTES

MAX_DIGITS = 10_000
DARKEST = 64
"""The brightest pixel of any MNIST digit is far brighter: some ink is always full."""

RANGES = {1: 1, 16: 12}
"""Other ranges that are in use: 0 to 1, and scikit-learn's 0 to 16; with the least that
their brightest pixel must be, so that there is no mistake."""

SHAPES = f"{SIDE} × {SIDE} or n × {SIDE} × {SIDE}"


def form_files():
    """Return name and content of each file in the form field ``file``.

    Raises
    ------
    BadRequest
        If there is none, or more than `MAX_FILES`.
    """
    uploads = [file for file in request.files.getlist("file") if file.filename]
    if not uploads:
        raise BadRequest("no image came: send one or more in the form field `file`")
    if len(uploads) > MAX_FILES:
        raise BadRequest(
            f"at most {MAX_FILES} images at once are allowed; got {len(uploads)}"
        )
    return [(file.filename, file.read()) for file in uploads]


def is_table(content):
    """Tell whether a file is IDX, or packed as MNIST's files are; no image is."""
    return content.startswith((b"\x1f\x8b", b"\0\0"))


def many_digits(name, content):
    """Return the digits of an IDX file, and how they were scaled.

    Returns
    -------
    digits, brightest
        See `scale_pixels`.

    Raises
    ------
    BadRequest
        If it is no such file, holds no digit, or pixels that are too dark.
    RequestEntityTooLarge
        If it holds more than `MAX_DIGITS`.
    """
    try:
        digits = parse_images(content, name, MAX_TABLE_BYTES)
    except IdxError as error:
        raise BadRequest(str(error)) from error
    if not len(digits):
        raise BadRequest(f"{name}: it holds no digit")
    if len(digits) > MAX_DIGITS:
        raise RequestEntityTooLarge(
            f"{name}: at most {MAX_DIGITS:,} digits are allowed; got {len(digits):,}"
        )
    return scale_pixels(digits, name, BadRequest)


def pixels():
    """Return the digits of a JSON body ``{"pixels": …}``, and how they were scaled.

    Returns
    -------
    digits, brightest
        See `scale_pixels`.

    Raises
    ------
    BadRequest
        If the body is not JSON.
    UnprocessableEntity
        If it holds anything but whole numbers from 0 to 255 in one of the shapes, or
        pixels that are too dark.
    """
    body = request.get_json()
    given = body.get("pixels") if isinstance(body, dict) else None
    if not isinstance(given, list):
        raise UnprocessableEntity(f'send {{"pixels": …}}, a list of {SHAPES}')
    try:
        array = np.array(given)
    except ValueError as error:
        raise UnprocessableEntity(f"`pixels` must be {SHAPES}; rows differ") from error
    if array.ndim == 2:
        array = array[None]
    if array.shape[1:] != (SIDE, SIDE) or not len(array):
        raise UnprocessableEntity(f"`pixels` must be {SHAPES}; got {np.shape(given)}")
    if array.dtype.kind not in "iu" or array.min() < 0 or array.max() > 255:
        raise UnprocessableEntity("`pixels` must be whole numbers from 0 to 255")
    return scale_pixels(array.astype(np.uint8), "`pixels`", UnprocessableEntity)


def scale_pixels(digits, name, refusal):
    """Bring pixels of 0 to 1, or of 0 to 16, to 0 to 255.

    Parameters
    ----------
    digits : ndarray of shape (n, 28, 28), uint8
    name : str
        What to call them.
    refusal : type of HTTPException

    Returns
    -------
    digits : ndarray of the same shape, uint8
    brightest : int or None
        What was taken for full brightness; None if that was 255.

    Raises
    ------
    HTTPException
        If the brightest pixel is too dark for digits of 0 to 255, and fits no other
        range.
    """
    most = int(digits.max(initial=0))
    if most == 0 or most >= DARKEST:
        return digits, None
    for full, least in RANGES.items():
        if least <= most <= full:
            scaled = np.rint(digits * (255 / full)).astype(np.uint8)
            return scaled, full
    raise refusal(
        f"{name}: the brightest pixel is {most}; of digits it is {DARKEST} to 255, or "
        "1 or 12 to 16, which are scaled: multiply, so that ink is 255"
    )


def kind_of_body():
    """Return how the body of a request is to be read: form, image or pixels.

    Raises
    ------
    UnsupportedMediaType
        If it is none of these.
    """
    kind = request.mimetype
    if kind == "multipart/form-data":
        return "form"
    if kind == "application/json":
        return "pixels"
    if kind.startswith("image/"):
        return "image"
    raise UnsupportedMediaType(
        "send multipart/form-data with the field `file`, an image as image/*, or "
        f"application/json with `pixels`; got {kind or 'no Content-Type'}"
    )
