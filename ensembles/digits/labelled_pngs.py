"""Labelled digits in a folder: PNGs whose names tell digest of pixels and label."""

import hashlib
import re

import numpy as np
from PIL import Image

NAME = re.compile(r"[0-9a-f]{32}-(\d)\.png")


def png_name(digit, label):
    """Return the name that a digit with this label has, and no other has.

    Parameters
    ----------
    digit : ndarray of shape (28, 28), uint8
    label : int
        What it is said to be, 0 to 9.

    Returns
    -------
    str
    """
    return f"{hashlib.sha256(digit.tobytes()).hexdigest()[:32]}-{label}.png"


def read_pngs(folder):
    """Read all digits of a folder; files of other names are left alone.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    ndarray of shape (n, 28, 28), uint8
    ndarray of shape (n,), int
        Their labels.

    Raises
    ------
    ValueError
        If there are none.
    """
    named = [(path, NAME.fullmatch(path.name)) for path in sorted(folder.glob("*"))]
    kept = [(path, int(match[1])) for path, match in named if match]
    if not kept:
        raise ValueError(f"no labelled digits in {folder}")
    images = [np.asarray(Image.open(path).convert("L")) for path, _ in kept]
    return np.stack(images), np.array([label for _, label in kept])
