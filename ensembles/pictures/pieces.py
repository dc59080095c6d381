"""What was found in a picture, taken apart and put together."""

from dataclasses import replace

import numpy as np

from ensembles.pictures.mnist_form import box_of, even_strokes, fit_ink
from ensembles.pictures.reading import Found


def piece_of(found, mask):
    """Return a piece of what was found, as found by itself.

    Parameters
    ----------
    found : Found
    mask : ndarray of the shape of its ink, bool
        What is the piece's; some of it is ink.

    Returns
    -------
    Found
    """
    rows, columns = box_of(mask)
    ink = np.where(mask, found.ink, 0)[rows, columns]
    left, top, width, height = found.box
    times = (width / mask.shape[1], height / mask.shape[0])
    box = (
        left + round(times[0] * columns.start),
        top + round(times[1] * rows.start),
        max(1, round(times[0] * ink.shape[1])),
        max(1, round(times[1] * ink.shape[0])),
    )
    return replace(found, digit=fit_ink(even_strokes(ink)), box=box, ink=ink)


def join_found(several, mark):
    """Return several things that were found as one.

    Parameters
    ----------
    several : list of Found
        Each with its ink.
    mark : ensembles.pictures.separators.Mark
        What they are together.

    Returns
    -------
    Found
    """
    boxes = np.array([one.box for one in several])
    left, top = origin = boxes[:, :2].min(0)
    right, bottom = (boxes[:, :2] + boxes[:, 2:]).max(0)
    # Boxes are in whole pixels of the picture, of which the ink is a reduction.
    times = max(one.box[2] / one.ink.shape[1] for one in several)
    corners = ((boxes[:, :2] - origin) / times).round().astype(int)
    ends = [
        (y + len(o.ink), x + o.ink.shape[1])
        for (x, y), o in zip(corners, several, strict=True)
    ]
    ink = np.zeros(np.max(ends, axis=0), np.float32)
    for (x, y), one in zip(corners, several, strict=True):
        window = np.s_[y : y + len(one.ink), x : x + one.ink.shape[1]]
        ink[window] = np.maximum(ink[window], one.ink)
    box = (int(left), int(top), int(right - left), int(bottom - top))
    return Found(fit_ink(even_strokes(ink)), box, mark, ink=ink)
