"""Numbers and digits packed into text, for a page that holds them itself."""

import base64
import io

import numpy as np
from PIL import Image

from ensembles.digits.form import SIDE

COLUMNS = 64
"""Digits in a row of a sheet."""

UNKNOWN = 65535
"""Stands for a probability that is not known; 65534 stands for one."""


def pack(array, kind):
    """Return an array's bytes in base64.

    Parameters
    ----------
    array : ndarray
    kind : str
        The type of NumPy that they are written as, little-endian.
    """
    return base64.b64encode(np.ascontiguousarray(array, kind).tobytes()).decode()


def pack_probabilities(probabilities):
    """Return probabilities as 16-bit integers in base64; NaN is unknown."""
    scaled = np.rint(np.nan_to_num(probabilities) * (UNKNOWN - 1))
    return pack(np.where(np.isnan(probabilities), UNKNOWN, scaled), "<u2")


def pack_evidence(maps):
    """Return signed maps as 8-bit integers in base64, each by its own largest value.

    Returns
    -------
    str
        Of maps from -127 to 127.
    list of float
        The largest value of each, in nats.
    """
    largest = np.abs(maps).max((1, 2), initial=0)
    scaled = np.rint(127 * maps / np.maximum(largest, 1e-9)[:, None, None])
    return pack(scaled, "i1"), [round(float(one), 2) for one in largest]


def draw_sheet(images, bits=8):
    """Return digits side by side as one PNG in base64, `COLUMNS` in a row.

    Parameters
    ----------
    images : ndarray of shape (n, 28, 28), uint8
    bits : {8, 4}
        Grey levels, as a power of two: 4 bits look alike and take half the space.
    """
    rows = max(1, -(-len(images) // COLUMNS))
    laid = np.zeros((rows * COLUMNS, SIDE, SIDE), np.uint8)
    laid[: len(images)] = images
    in_rows = laid.reshape(rows, COLUMNS, SIDE, SIDE).swapaxes(1, 2)
    sheet = in_rows.reshape(rows * SIDE, COLUMNS * SIDE)
    stream = io.BytesIO()
    if bits == 4:
        picture = Image.fromarray(np.rint(sheet / 17).astype(np.uint8), "P")
        picture.putpalette([17 * level for level in range(16) for _ in "rgb"])
        picture.save(stream, "PNG", optimize=True, bits=4)
    else:
        Image.fromarray(sheet).save(stream, "PNG", optimize=True)
    return base64.b64encode(stream.getvalue()).decode()
