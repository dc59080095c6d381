"""Arrays of digits as other programs keep them, brought to MNIST's form."""

import numpy as np

from ensembles.digits.form import SIDE

PIXELS = SIDE * SIDE
TAILS = ((SIDE, SIDE), (PIXELS,), (SIDE, SIDE, 1), (1, SIDE, SIDE))
SHAPES = f"{SIDE} × {SIDE} or n × {SIDE} × {SIDE}, or {PIXELS} in place of both sides"

DARKEST = 64
"""The brightest pixel of any MNIST digit is far brighter: some ink is always full."""

RANGES = {1: 1, 16: 12}
"""Other ranges that are in use: 0 to 1, and scikit-learn's 0 to 16; with the least that
their brightest pixel must be, so that there is no mistake."""


class DigitsError(ValueError):
    """These are no digits in a form that is taken; the message says what is."""


def as_digits(array, name):
    """Bring an array to digits in MNIST's form.

    Parameters
    ----------
    array : ndarray
        Numbers of 0 to 255, of 0 to 16 or of 0 to 1, of one digit or of n, each of
        28 × 28 or of 784, with or without an axis of one channel.
    name : str
        What to call it.

    Returns
    -------
    digits : ndarray of shape (n, 28, 28), uint8
    brightest : int or None
        What was taken for full brightness; None if that was 255.

    Raises
    ------
    DigitsError
        If it is of another shape, type or range, or holds no digit.
    """
    return scale_digits(shape_digits(array, name), name)


def is_shaped(array):
    """Tell whether an array has one of the shapes that digits are kept in."""
    return array.shape in TAILS or array.shape[1:] in TAILS


def shape_digits(array, name):
    """Return an array as (n, 28, 28); see `as_digits`."""
    if not is_shaped(array):
        raise DigitsError(f"{name} must be {SHAPES}; got {array.shape}")
    if not array.size:
        raise DigitsError(f"{name}: it holds no digit")
    return array.reshape(-1, SIDE, SIDE)


def scale_digits(digits, name):
    """Bring pixels of 0 to 1, or of 0 to 16, to 0 to 255; see `as_digits`."""
    most = _greatest(digits, name)
    if most == 0 or most >= DARKEST:
        return _whole(digits), None
    for full, enough in RANGES.items():
        fractions = full == 1 and most <= 1 and digits.dtype.kind == "f"
        if (enough <= most or fractions) and most <= full:
            scaled = _whole(digits * np.float32(255 / full))
            if scaled.max() >= DARKEST:
                return scaled, full
    raise DigitsError(
        f"{name}: the brightest pixel is {most:g}; of digits it is {DARKEST} to 255, "
        "or 1 or 12 to 16, which are scaled: multiply, so that ink is 255"
    )


def _whole(digits):
    whole = np.rint(digits) if digits.dtype.kind == "f" else digits
    return whole.astype(np.uint8)


def _greatest(digits, name):
    """Return the greatest pixel, if all are numbers of 0 to 255."""
    allowed = f"{name} must be whole numbers from 0 to 255, or fractions from 0 to 1"
    if digits.dtype.kind not in "iuf":
        raise DigitsError(f"{allowed}; got values of type {digits.dtype}")
    least, most = float(digits.min()), float(digits.max())
    # Not a number is in no range.
    if not 0 <= least <= most <= 255:
        raise DigitsError(
            f"{allowed}; got {least:g} to {most:g}: undo what normalised them"
        )
    return most
