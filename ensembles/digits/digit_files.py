"""Files of many digits: IDX, NumPy's, tables of text, and archives of these."""

from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from ensembles.digits.arrays import DigitsError, as_digits, is_shaped
from ensembles.digits.idx_format import IdxError, is_idx, parse_array
from ensembles.digits.npy_format import NPY, parse_npy
from ensembles.digits.number_tables import is_table, parse_table
from ensembles.digits.packed import GZIP, ZIP, PackedError, gunzip, unzip

HEAD = 4096
"""So many first bytes tell what a file is."""

LEAST_INK = 0.01
"""Read in the wrong order of bytes, floats are far smaller, or larger."""


@dataclass(frozen=True)
class DigitFile:
    """Digits of a file, or of a member of an archive.

    Attributes
    ----------
    name : str
    digits : ndarray of shape (n, 28, 28), uint8
    labels : ndarray of shape (n,), or None
    scaled_from : int or None
        What was taken for full brightness, if it was not 255.
    """

    name: str
    digits: np.ndarray
    labels: np.ndarray | None
    scaled_from: int | None


def holds_digits(head):
    """Tell whether a file's first `HEAD` bytes are those of a file of digits."""
    packed = head.startswith((GZIP, ZIP, NPY))
    return packed or is_idx(head) or is_table(head)


def read_digit_files(content, name, max_bytes, max_digits):
    """Read the digits of a file, or of each file of digits in an archive.

    Parameters
    ----------
    content : bytes
    name : str
        What errors call it.
    max_bytes : int
        It may unpack to so many.
    max_digits : int
        A file may hold so many.

    Returns
    -------
    list of DigitFile
        At least one.

    Raises
    ------
    ensembles.digits.arrays.DigitsError
        If there is none, or one that is damaged or too large.
    """
    arrays = _arrays_of(content, name, max_bytes)
    shaped = [one for one in arrays if one[1].ndim > 1 and is_shaped(one[1])]
    if len(arrays) > 1 and shaped:
        # Labels, and what else lies beside digits in an archive.
        others = [array for _, array, _ in arrays if array.ndim == 1]
        arrays = [
            (own, array, labels if labels is not None else _labels_of(array, others))
            for own, array, labels in shaped
        ]
    return [_as_file(one, max_digits) for one in arrays]


def _as_file(held, max_digits):
    name, array, labels = held
    if len(array) > max_digits and array.ndim > 1:
        raise DigitsError(
            f"{name}: at most {max_digits:,} digits are allowed; got {len(array):,}"
        )
    digits, scaled_from = as_digits(array, name)
    return DigitFile(name, digits, labels, scaled_from)


def _labels_of(array, others):
    """Return the only other array that may hold the labels, or None."""
    fitting = [
        one
        for one in others
        if len(one) == len(array) and one.dtype.kind in "iu" and one.max(initial=0) <= 9
    ]
    return fitting[0] if len(fitting) == 1 else None


def _arrays_of(content, name, max_bytes):
    """Return name, array and labels of each file of digits in a file."""
    if content.startswith(ZIP):
        members = _unpack(unzip, content, name, max_bytes)
        return _arrays_of_members(members, name, max_bytes)
    return [_array_of(content, name, max_bytes)]


def _arrays_of_members(members, name, max_bytes):
    arrays, troubles = [], []
    for member, data in members:
        try:
            one = _array_of(data, f"{name}/{PurePosixPath(member).name}", max_bytes)
        except DigitsError as error:  # what lies beside the digits
            troubles.append(str(error))
        else:
            arrays.append(one)
            max_bytes -= one[1].nbytes
    if not any(array.ndim > 1 and is_shaped(array) for _, array, _ in arrays):
        raise DigitsError("; ".join([f"{name}: no digits in it", *troubles[:3]]))
    return arrays


def _array_of(content, name, max_bytes):
    """Return name, array and labels of one file, which may be gzipped."""
    if content.startswith(ZIP):
        raise DigitsError(f"{name}: a zip in a zip; unpack one")
    if content.startswith(GZIP):
        content = _unpack(gunzip, content, name, max_bytes)
    if content.startswith(NPY):
        return name, parse_npy(content, name), None
    if is_idx(content):
        return name, _parse_idx(content, name), None
    if is_table(content[:HEAD]):
        return name, *parse_table(content, name)
    raise DigitsError(
        f"{name}: no digits in it; allowed are IDX, .npy, .npz and CSV, plain, "
        f"gzipped or in a .zip"
    )


def _unpack(unpack, content, name, max_bytes):
    try:
        return unpack(content, max_bytes)
    except PackedError as error:
        raise DigitsError(f"{name}: {error}") from None


def _parse_idx(content, name):
    try:
        return _in_order(parse_array(content, name))
    except IdxError as error:
        raise DigitsError(str(error)) from error


def _in_order(array):
    """Return numbers in the other order of bytes where only so they are pixels.

    IDX asks for the highest byte first, but programs write their machine's own order.
    """
    swapped = array.view(array.dtype.newbyteorder())
    with np.errstate(invalid="ignore"):
        return next((a for a in (array, swapped) if _are_pixels(a)), array)


def _are_pixels(array):
    most = array.max(initial=0)
    return array.min(initial=0) >= 0 and (most == 0 or LEAST_INK <= most <= 255)
