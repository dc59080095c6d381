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
    """Return the digits of an IDX file, uint8 of shape (n, 28, 28).

    Raises
    ------
    BadRequest
        If it is no such file, or holds no digit.
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
    return digits


def pixels():
    """Return the digits of a JSON body ``{"pixels": …}``, uint8 (n, 28, 28).

    Raises
    ------
    BadRequest
        If the body is not JSON.
    UnprocessableEntity
        If it holds anything but whole numbers from 0 to 255 in one of the shapes.
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
    return array.astype(np.uint8)


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
