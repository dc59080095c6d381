"""Which frame of an animation shows what is written."""

import numpy as np
from PIL import Image

MAX_FRAMES, MAX_FRAME_PIXELS = 100, 128_000_000
"""So many frames, and so many pixels of them, are looked at for writing."""

EMPTY = 8
"""Grey levels by which the pixels of an empty frame differ at most."""


def fullest_frame(picture):
    """Return an animation's first frame, or if that is empty the fullest of all.

    Parameters
    ----------
    picture : PIL.Image.Image
        At its first frame.

    Returns
    -------
    PIL.Image.Image
    """
    first = _on_white(picture)
    if np.ptp(first) > EMPTY:
        return picture
    frames = min(MAX_FRAMES, 1 + MAX_FRAME_PIXELS // (picture.width * picture.height))
    best, most = picture.copy(), 0.0
    for number in range(1, frames):
        try:
            picture.seek(number)
        except EOFError:
            break
        differs = float(np.abs(_on_white(picture) - first).mean())
        if differs > most:
            best, most = picture.copy(), differs
    return best


def _on_white(picture):
    """Return the grey levels of a small copy of a frame, on white."""
    layers = picture.convert("RGBA")
    layers.thumbnail((200, 200), Image.Resampling.BOX)
    white = Image.new("RGBA", layers.size, "white")
    return np.asarray(Image.alpha_composite(white, layers).convert("L"), np.float32)
