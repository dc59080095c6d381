"""NumPy's format ``.npy``, without pickles, which run code when they are read."""

import io
import math

import numpy as np

from ensembles.digits.arrays import DigitsError

NPY = b"\x93NUMPY"
"""What such a file begins with."""

_READERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def parse_npy(content, name):
    """Read the array that a file's bytes hold, read-only; errors call the file `name`.

    Raises
    ------
    ensembles.digits.arrays.DigitsError
        If the file is damaged, or holds Python objects.
    """
    shape, fortran, dtype, start = _parse_header(content, name)
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


def _parse_header(content, name):
    """Return shape, whether columns come first, type, and where the numbers begin."""
    stream = io.BytesIO(content)
    try:
        version = np.lib.format.read_magic(stream)
        return *_READERS[version](stream), stream.tell()
    except Exception as error:
        # NumPy reads the header as Python, and tells by many errors that it is none.
        raise DigitsError(f"{name}: not an .npy that can be read: {error}") from None
