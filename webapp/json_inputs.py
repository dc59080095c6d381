"""Digits and pictures in JSON: numbers, base64, data URLs."""

import base64
import binascii
import io

import numpy as np
from werkzeug.exceptions import UnprocessableEntity

from ensembles.digits.arrays import SHAPES, DigitsError, as_digits
from webapp.limits import MAX_DIGITS, MAX_FILES
from webapp.uploads import Upload

KEYS = ("pixels", "instances", "image", "images")
"""Any of which may hold them; ``instances`` is TensorFlow Serving's and KServe's."""

ASKED = f'send {{"pixels": …}} or {{"instances": …}}, a list of {SHAPES}'


def pictures_or_digits(body):
    """Return what a JSON body holds.

    Parameters
    ----------
    body : object
        As parsed.

    Returns
    -------
    uploads : list of Upload, or None
        Pictures in base64.
    digits : ndarray of shape (n, 28, 28), uint8, or None
    scaled_from : int or None
        As of `ensembles.digits.arrays.as_digits`.

    Raises
    ------
    UnprocessableEntity
        If it holds neither in a form that is taken, or too many.
    """
    key, value = _find(body)
    value = [value] if isinstance(value, str | dict) else value
    if not isinstance(value, list):
        raise UnprocessableEntity(f"{ASKED}; got {type(value).__name__}")
    if len(value) > MAX_DIGITS:
        raise UnprocessableEntity(
            f"{key}: at most {MAX_DIGITS:,} digits are allowed; got {len(value):,}"
        )
    items = [_unwrap(one) for one in value]
    if items and all(isinstance(one, str) for one in items):
        return _decode_all(items, key), None, None
    return None, *_digits_of(items, key)


def _find(body):
    keys = [key for key in KEYS if isinstance(body, dict) and key in body]
    if not keys:
        raise UnprocessableEntity(ASKED)
    return f"`{keys[0]}`", body[keys[0]]


def _unwrap(instance):
    """Return what an instance names, such as {"image": {"b64": …}}."""
    while isinstance(instance, dict) and len(instance) == 1:
        (instance,) = instance.values()
    return instance


def _decode_all(texts, key):
    if len(texts) > MAX_FILES:
        raise UnprocessableEntity(
            f"{key}: at most {MAX_FILES} pictures at once are allowed; got {len(texts)}"
        )
    return [Upload(None, io.BytesIO(decode(text, key))) for text in texts]


def decode(text, key):
    """Return the bytes of a data URL, or of base64 alone.

    Raises
    ------
    UnprocessableEntity
        If it is neither; the server fetches nothing from other addresses.
    """
    if text.startswith("data:"):
        head, _, text = text.partition(",")
        if not head.endswith(";base64"):
            raise UnprocessableEntity(f"{key}: a data URL must be of base64")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise UnprocessableEntity(
            f"{key}: a picture must be base64 or a data URL of it; "
            f"got {text[:20]!r}; from other addresses nothing is fetched"
        ) from None


def _digits_of(items, key):
    try:
        array = np.array(items)
    except ValueError as error:
        raise UnprocessableEntity(f"{key} must be {SHAPES}; rows differ") from error
    try:
        return as_digits(array, key)
    except DigitsError as error:
        raise UnprocessableEntity(str(error)) from error
