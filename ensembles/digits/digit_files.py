"""Files of many digits: IDX, NumPy's, tables of text, and archives of these.

Nothing is written to disk, so that names in an archive lead nowhere; pickles are
refused, for they run code; and what would unpack to more than is allowed is refused
before it is unpacked.
"""

import io
import math
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from ensembles.digits.arrays import DigitsError, as_digits, is_shaped
from ensembles.digits.idx import IdxError, is_idx, parse_array
from ensembles.digits.number_tables import is_table, parse_table

GZIP, ZIP, NPY = b"\x1f\x8b", b"PK\x03\x04", b"\x93NUMPY"
HEAD = 4096
"""So many first bytes tell what a file is."""

LEAST_INK = 0.01
"""Read in the wrong order of bytes, floats are far smaller, or larger."""

MOST_MEMBERS = 100
"""Files that an archive may hold."""


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
        if len(one) == len(array) and one.dtype.kind in "iu" and one.max() <= 9
    ]
    return fitting[0] if len(fitting) == 1 else None


def _arrays_of(content, name, max_bytes):
    """Return name, array and labels of each file of digits in a file."""
    if content.startswith(ZIP):
        return _unzip(content, name, max_bytes)
    content = _gunzip(content, name, max_bytes)
    if content.startswith(NPY):
        return [(name, _parse_npy(content, name), None)]
    if is_idx(content):
        try:
            return [(name, _in_order(parse_array(content, name, max_bytes)), None)]
        except IdxError as error:
            raise DigitsError(str(error)) from error
    if is_table(content[:HEAD]):
        return [(name, *parse_table(content, name))]
    raise DigitsError(
        f"{name}: no digits in it; allowed are IDX, .npy, .npz and CSV, plain, "
        f"gzipped or in a .zip"
    )


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


def _gunzip(content, name, max_bytes):
    if not content.startswith(GZIP):
        return content
    unpacker = zlib.decompressobj(wbits=31)
    try:
        data = unpacker.decompress(content, max_bytes)
    except zlib.error as error:
        raise DigitsError(f"{name}: damaged gzip data ({error})") from None
    if unpacker.unconsumed_tail:
        raise DigitsError(f"{name}: unpacks to more than {max_bytes >> 20} MiB")
    if not unpacker.eof:
        raise DigitsError(f"{name}: truncated gzip data")
    return data


def _unzip(content, name, max_bytes):
    """Return the arrays of an archive's files, those aside that hold no digits."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            _check_members(members, name, max_bytes)
            contents = [(one.filename, archive.read(one)) for one in members]
    except DigitsError:
        raise
    except Exception as error:
        # Of a file made to harm, an unpacker may raise anything.
        raise DigitsError(f"{name}: damaged or encrypted zip ({error})") from None
    arrays, troubles = [], []
    for member, data in contents:
        own = f"{name}/{PurePosixPath(member).name}"
        try:
            if data.startswith(ZIP):
                raise DigitsError(f"{own}: a zip in a zip; unpack one")
            found = _arrays_of(data, own, max_bytes)
        except DigitsError as error:
            troubles.append(str(error))
            continue
        arrays += found
        max_bytes -= sum(array.nbytes for _, array, _ in found)
    if not any(array.ndim > 1 and is_shaped(array) for _, array, _ in arrays):
        raise DigitsError("; ".join([f"{name}: no digits in it", *troubles[:3]]))
    return arrays


def _check_members(members, name, max_bytes):
    if len(members) > MOST_MEMBERS:
        raise DigitsError(
            f"{name}: may hold at most {MOST_MEMBERS} files; got {len(members):,}"
        )
    if sum(one.file_size for one in members) > max_bytes:
        raise DigitsError(f"{name}: unpacks to more than {max_bytes >> 20} MiB")


def _parse_npy(content, name):
    stream = io.BytesIO(content)
    try:
        version = np.lib.format.read_magic(stream)
        shape, fortran, dtype = _HEADERS[version](stream)
        start = stream.tell()
    except Exception as error:
        # NumPy reads the header as Python, and tells by many errors that it is none.
        raise DigitsError(f"{name}: not an .npy that can be read: {error}") from None
    if dtype.hasobject:
        raise DigitsError(
            f"{name}: holds Python objects, which may run code, and is not opened; "
            f"save an array of numbers"
        )
    expected, got = math.prod(shape) * dtype.itemsize, len(content) - start
    if expected != got:
        raise DigitsError(
            f"{name}: {expected:,} bytes must follow its header; got {got:,}"
        )
    array = np.frombuffer(content, dtype, offset=start)
    return array.reshape(shape, order="F" if fortran else "C")


_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}
