"""The format IDX: a header that says type and shape, then the numbers.

References
----------
LeCun, Cortes and Burges, "The MNIST database of handwritten digits", 1998.
"""

import math

import numpy as np

_DTYPES = {0x08: np.dtype(">u1"), 0x09: np.dtype(">i1"), 0x0B: np.dtype(">i2")}
_DTYPES |= {0x0C: np.dtype(">i4"), 0x0D: np.dtype(">f4"), 0x0E: np.dtype(">f8")}
_CODES = [bytes([code]) for code in _DTYPES]


class IdxError(ValueError):
    """The file is not the IDX file that was asked for."""


def is_idx(content):
    """Tell whether a file's first bytes are IDX's: two zeros, a type, dimensions."""
    zeros, code, dimensions = content[:2], content[2:3], content[3:4]
    return zeros == b"\0\0" and code in _CODES and b"\0" < dimensions < b"\5"


def parse_array(content, name):
    """Read whatever array a file's bytes hold.

    Parameters
    ----------
    content : bytes
        Unpacked.
    name : str or Path
        What errors call the file.

    Returns
    -------
    ndarray
        Read-only, of the file's own type and shape.

    Raises
    ------
    IdxError
        If the file is damaged or not IDX.
    """
    return parse_body(content, name, *parse_header(content, name))


def parse_header(content, name):
    """Return the shape and the type that a file's header says; see `parse_array`."""
    if len(content) < 4 or content[:2] != b"\0\0":
        raise IdxError(
            f"{name}: not an IDX file: it must begin with two zero bytes; "
            f"got {content[:4].hex(' ') or 'nothing'}"
        )
    code, dimensions = content[2], content[3]
    if code not in _DTYPES:
        allowed = ", ".join(f"0x{known:02x} ({_DTYPES[known]})" for known in _DTYPES)
        raise IdxError(f"{name}: type code 0x{code:02x}; allowed are {allowed}")
    if len(content) < 4 + 4 * dimensions:
        raise IdxError(f"{name}: truncated within its header")
    shape = np.frombuffer(content, ">u4", dimensions, offset=4)
    return tuple(int(size) for size in shape), _DTYPES[code]


def parse_body(content, name, shape, dtype):
    """Return the array behind a header of this shape and type."""
    start = 4 + 4 * len(shape)
    expected = math.prod(shape) * dtype.itemsize
    got = len(content) - start
    if got != expected:
        trouble = "truncated" if got < expected else "has trailing bytes"
        size = " × ".join(map(str, shape))
        raise IdxError(
            f"{name}: {trouble}: its header says {size}, "
            f"which is {expected} bytes; got {got}"
        )
    return np.frombuffer(content, dtype, offset=start).reshape(shape)


def to_idx(array):
    """Return a uint8 array as the bytes of an IDX file."""
    header = bytes([0, 0, 0x08, array.ndim])
    return header + np.asarray(array.shape, ">u4").tobytes() + array.tobytes()
