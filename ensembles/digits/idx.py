"""A strict reader and a writer of IDX, the file format of MNIST.

Everything that could make a file silently wrong is refused: each error names the
file, what was found, what was expected, and what to do.

References
----------
LeCun, Cortes and Burges, "The MNIST database of handwritten digits", 1998.
Yadav and Bottou (2019), "Cold case: the lost MNIST digits", NeurIPS.
"""

import gzip
import math
import zlib
from pathlib import Path

import numpy as np

SIDE = 28
MAX_BYTES = 256 << 20
"""No MNIST or QMNIST file unpacks to more than this; a gzip bomb does."""

_DTYPES = {0x08: np.dtype(">u1"), 0x09: np.dtype(">i1"), 0x0B: np.dtype(">i2")}
_DTYPES |= {0x0C: np.dtype(">i4"), 0x0D: np.dtype(">f4"), 0x0E: np.dtype(">f8")}
_CODES = [bytes([code]) for code in _DTYPES]
_NAMES = {1: "labels", 2: "extended labels", 3: "images"}


class IdxError(ValueError):
    """The file is not the IDX file that was asked for."""


def read_images(path):
    """Read images, uint8 of shape (n, 28, 28).

    Raises
    ------
    IdxError
        If the file is damaged, not an IDX file of images, or not 28 × 28.
    """
    return parse_images(_bytes_of(Path(path)), path)


def parse_images(content, name, max_bytes=None):
    """Read images from a file's bytes, uint8 of shape (n, 28, 28).

    Parameters
    ----------
    content : bytes
        Plain or gzipped.
    name : str or Path
        What errors call the file.
    max_bytes : int, optional
        Files that unpack to more are refused, before they are unpacked; by default
        `MAX_BYTES`.

    Raises
    ------
    IdxError
        As `read_images` does.
    """
    images = _parse(content, name, dimensions=3, dtype=">u1", max_bytes=max_bytes)
    if images.shape[1:] != (SIDE, SIDE):
        size = " × ".join(map(str, images.shape[1:]))
        raise IdxError(f"{name}: images must be {SIDE} × {SIDE} pixels; got {size}")
    return images


def is_idx(content):
    """Tell whether a file's first bytes are IDX's: two zeros, a type, dimensions."""
    return content[:2] == b"\0\0" and content[2:3] in _CODES and 0 < content[3] < 5


def parse_array(content, name, max_bytes=None):
    """Read whatever array a file's bytes hold.

    Parameters
    ----------
    content, name, max_bytes
        As for `parse_images`.

    Returns
    -------
    ndarray
        Read-only, of the file's own type and shape.

    Raises
    ------
    IdxError
        If the file is damaged or not IDX.
    """
    data = _content(name, content, max_bytes or MAX_BYTES)
    return _body(name, data, *_header(name, data))


def read_labels(path):
    """Read labels, uint8 of shape (n,), each 0 to 9.

    Raises
    ------
    IdxError
        If the file is damaged, not an IDX file of labels, or holds a label above 9.
    """
    labels = _read(path, dimensions=1, dtype=">u1")
    _check_digits(path, labels)
    return labels


def read_extended_labels(path):
    """Read QMNIST's extended labels, int32 of shape (n, 8).

    The columns are class, HSF series, writer, digit of that writer, NIST class,
    NIST index, duplicate, unused.

    Raises
    ------
    IdxError
        If the file is damaged or not of that form.
    """
    table = _read(path, dimensions=2, dtype=">i4")
    if table.shape[1] != 8:
        raise IdxError(f"{path}: expected 8 columns; got {table.shape[1]}")
    _check_digits(path, table[:, 0])
    return table.astype(np.int32)


def check_pair(images, labels, name):
    """Refuse images and labels whose numbers differ.

    Raises
    ------
    IdxError
        Naming the pair by `name` and both counts.
    """
    if len(images) != len(labels):
        raise IdxError(
            f"{name}: {len(images)} images but {len(labels)} labels; "
            f"take both files from the same place"
        )


def to_idx(array):
    """Return a uint8 array as the bytes of an IDX file."""
    header = bytes([0, 0, 0x08, array.ndim])
    return header + np.asarray(array.shape, ">u4").tobytes() + array.tobytes()


def write_idx(path, array):
    """Write a uint8 array as a gzipped IDX file, the same bytes every time."""
    Path(path).write_bytes(gzip.compress(to_idx(array), mtime=0))


def _read(path, dimensions, dtype):
    return _parse(_bytes_of(Path(path)), path, dimensions, dtype)


def _parse(raw, path, dimensions, dtype, max_bytes=None):
    data = _content(path, raw, max_bytes or MAX_BYTES)
    shape, found = _header(path, data)
    _check_kind(path, shape, found, dimensions, np.dtype(dtype))
    return _body(path, data, shape, found)


def _body(path, data, shape, found):
    start = 4 + 4 * len(shape)
    expected = math.prod(shape) * found.itemsize
    got = len(data) - start
    if got != expected:
        trouble = "truncated" if got < expected else "has trailing bytes"
        size = " × ".join(map(str, shape))
        raise IdxError(
            f"{path}: {trouble}: its header says {size}, "
            f"which is {expected} bytes; got {got}"
        )
    return np.frombuffer(data, found, offset=start).reshape(shape)


def _bytes_of(path):
    if path.is_dir():
        raise IdxError(f"{path}: is a folder; expected an IDX file")
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise IdxError(f"{path}: oversized, {size:,} bytes; no MNIST file is")
        return path.read_bytes()
    except FileNotFoundError:
        raise IdxError(f"{path}: no such file; fetch it first") from None
    except PermissionError:
        raise IdxError(f"{path}: no permission to read it; check its owner") from None


def _content(path, raw, max_bytes):
    """Return the unpacked bytes of a plain or gzipped file."""
    if not raw:
        raise IdxError(f"{path}: is empty; delete it and fetch it again")
    if raw[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise IdxError(
            f"{path}: is a web page, not IDX: the server answered with HTML; "
            f"delete it and fetch it from another place"
        )
    return _unpack(path, raw, max_bytes) if raw[:2] == b"\x1f\x8b" else raw


def _unpack(path, raw, max_bytes):
    unpacker = zlib.decompressobj(wbits=31)
    try:
        data = unpacker.decompress(raw, max_bytes)
    except zlib.error as error:
        raise IdxError(f"{path}: damaged gzip data ({error}); fetch it again") from None
    if unpacker.unconsumed_tail:
        raise IdxError(
            f"{path}: unpacks to more than {max_bytes >> 20} MiB; no MNIST file does"
        )
    if not unpacker.eof:
        raise IdxError(f"{path}: truncated gzip data; fetch it again")
    if unpacker.unused_data:
        raise IdxError(
            f"{path}: has {len(unpacker.unused_data)} trailing bytes after its gzip "
            f"data; fetch it again"
        )
    return data


def _header(path, data):
    if len(data) < 4 or data[:2] != b"\0\0":
        raise IdxError(
            f"{path}: not an IDX file: it must begin with two zero bytes; "
            f"got {data[:4].hex(' ') or 'nothing'}"
        )
    code, dimensions = data[2], data[3]
    if code not in _DTYPES:
        allowed = ", ".join(f"0x{known:02x} ({_DTYPES[known]})" for known in _DTYPES)
        raise IdxError(f"{path}: type code 0x{code:02x}; allowed are {allowed}")
    if len(data) < 4 + 4 * dimensions:
        raise IdxError(f"{path}: truncated within its header")
    shape = np.frombuffer(data, ">u4", dimensions, offset=4)
    return tuple(int(size) for size in shape), _DTYPES[code]


def _check_kind(path, shape, found, dimensions, dtype):
    if len(shape) == dimensions and found == dtype:
        return
    expected = _NAMES[dimensions]
    got = _NAMES.get(len(shape), f"{len(shape)}-dimensional data")
    hint = (
        "; images and labels are swapped" if {1, 3} == {len(shape), dimensions} else ""
    )
    raise IdxError(
        f"{path}: expected {expected} ({dimensions} dimensions of {dtype}); "
        f"got {got} ({len(shape)} dimensions of {found}){hint}"
    )


def _check_digits(path, labels):
    bad = np.flatnonzero((labels < 0) | (labels > 9))
    if len(bad):
        raise IdxError(
            f"{path}: labels must be 0 to 9; got {labels[bad[0]]} at index {bad[0]}"
        )
