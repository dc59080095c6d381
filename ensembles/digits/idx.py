"""A strict reader, and a writer, of the files of MNIST and QMNIST.

Everything that could make a file silently wrong is refused: each error names the
file, what was found, what was expected, and what to do.

References
----------
Yadav and Bottou (2019), "Cold case: the lost MNIST digits", NeurIPS.
"""

import gzip
from pathlib import Path

import numpy as np

from ensembles.digits.form import SIDE
from ensembles.digits.idx_format import IdxError, parse_body, parse_header, to_idx
from ensembles.digits.packed import GZIP, PackedError, gunzip

MAX_BYTES = 256 << 20
"""No MNIST or QMNIST file unpacks to more than this; a gzip bomb does."""

_NAMES = {1: "labels", 2: "extended labels", 3: "images"}


def read_images(path):
    """Read images, uint8 of shape (n, 28, 28).

    Raises
    ------
    IdxError
        If the file is damaged, not an IDX file of images, or not 28 × 28.
    """
    images = _read(path, dimensions=3, dtype=">u1")
    if images.shape[1:] != (SIDE, SIDE):
        size = " × ".join(map(str, images.shape[1:]))
        raise IdxError(f"{path}: images must be {SIDE} × {SIDE} pixels; got {size}")
    return images


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


def write_idx(path, array):
    """Write a uint8 array as a gzipped IDX file, the same bytes every time."""
    Path(path).write_bytes(gzip.compress(to_idx(array), mtime=0))


def _read(path, dimensions, dtype):
    content = _unpack(path, _bytes_of(Path(path)))
    shape, found = parse_header(content, path)
    _check_kind(path, shape, found, dimensions, np.dtype(dtype))
    return parse_body(content, path, shape, found)


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


def _unpack(path, content):
    """Return the unpacked bytes of a plain or gzipped file."""
    if not content:
        raise IdxError(f"{path}: is empty; delete it and fetch it again")
    if content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise IdxError(
            f"{path}: is a web page, not IDX: the server answered with HTML; "
            f"delete it and fetch it from another place"
        )
    if not content.startswith(GZIP):
        return content
    try:
        return gunzip(content, MAX_BYTES)
    except PackedError as error:
        raise IdxError(f"{path}: {error}; fetch it again") from None


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
