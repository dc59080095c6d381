"""Marks by which other hands write a digit: upstrokes, feet, bars and slashes.

MNIST was written in the United States, where a one is a bare line. Most of Europe
begins it with an upstroke, some long, and some put it on a foot; a seven has a bar
there, and a zero is slashed by those who also write letters. Drawn on training
digits, the marks are learned with them.

All is computed alike on every processor: of sums of whole numbers, roots and products.
"""

import numpy as np

from ensembles.digits.form import SIDE, check_digits

ROWS, COLUMNS = np.indices((SIDE, SIDE)).astype(float)

FLATTEST = 2.0
"""Largest slope of an upstroke, across over down: a flatter one would make a seven."""

MOST_SLANT = 0.9
"""Ones that lean more, across over down, stay bare."""


def mark(images, labels, marks, seed):
    """Draw marks on some ones, sevens and zeros, and keep the order.

    Parameters
    ----------
    images : ndarray of shape (n, 28, 28), uint8
        Digits in MNIST's form.
    labels : ndarray of shape (n,)
        True digits, by which the marks are chosen.
    marks : Marks
        Which share of the digits is marked.
    seed : int or sequence of int
        Entropy of the draws.

    Returns
    -------
    ndarray of shape (n, 28, 28), uint8
        Marked digits have their centre of mass where it was, to within a pixel.

    Raises
    ------
    ValueError
        If `images` is not such an array.
    """
    check_digits(images)
    rng = np.random.default_rng(seed)
    shares = {1: marks.upstroke_share, 7: marks.crossbar_share, 0: marks.slash_share}
    marked = images.copy()
    for index, label in enumerate(labels):
        chosen = rng.random() < shares.get(int(label), 0)
        if not chosen or not images[index].any():
            continue
        strokes = _STROKES[int(label)](images[index].astype(float), rng, marks)
        if strokes:
            marked[index] = _draw(images[index], strokes, rng)
    return marked


def _upstroke(ink, rng, marks):
    """Draw from a one's top down to the left, and for some a foot."""
    top, bottom = _ends(ink)
    down = bottom[1] - top[1]
    slant = (top[0] - bottom[0]) / max(down, 1)
    if down < 8 or abs(slant) > MOST_SLANT:
        return []
    height = down * rng.uniform(0.15, 0.95)
    # Across over down, between the stem's own direction and the flattest.
    slope = rng.uniform(min(slant + 0.35, FLATTEST), min(slant + 1.3, FLATTEST))
    # As long as what was drawn for the height, whatever the slope.
    height *= (1 + slant**2) ** 0.5 / (1 + slope**2) ** 0.5
    end = top + np.array([-slope * height, height])
    bend = top + (end - top) / 2 + rng.uniform(-0.1, 0.1) * height
    strokes = [(top, bend), (bend, end)]
    if rng.random() < marks.foot_share:
        half, tilt = down * rng.uniform(0.15, 0.4), rng.uniform(-0.15, 0.1)
        reach = np.array([half, tilt * half])
        strokes.append((bottom - reach, bottom + reach))
    return strokes


def _crossbar(ink, rng, _):
    """Draw across a seven's stem, near its middle."""
    rows = np.flatnonzero(ink.sum(1))
    row = rows[0] + (rows[-1] - rows[0]) * rng.uniform(0.4, 0.65)
    near = ink[int(row)]
    if not near.any():
        return []
    middle = np.array([(near * np.arange(SIDE)).sum() / near.sum(), row])
    half = rng.uniform(2.5, 5.5)
    reach = np.array([half, half * rng.uniform(-0.5, 0.15)])
    return [(middle - reach, middle + reach)]


def _slash(ink, rng, _):
    """Draw through a zero, from the lower left to the upper right."""
    columns, rows = np.flatnonzero(ink.sum(0)), np.flatnonzero(ink.sum(1))
    middle = np.array([columns[0] + columns[-1], rows[0] + rows[-1]]) / 2
    size = np.array([columns[-1] - columns[0], rows[0] - rows[-1]]) / 2
    reach = size * rng.uniform(0.55, 1.1) * rng.uniform(0.7, 1, 2)
    return [(middle - reach, middle + reach)]


_STROKES = {1: _upstroke, 7: _crossbar, 0: _slash}


def _ends(ink):
    """Return the middles of the ink of the topmost and lowest rows, (x, y) each."""
    rows = np.flatnonzero(ink.max(1) > 100)
    if not len(rows):
        return np.zeros((2, 2))
    ends = []
    for row in (rows[0], rows[-1]):
        line = ink[row]
        ends.append([(line * np.arange(SIDE)).sum() / line.sum(), row])
    return np.array(ends)


def _draw(image, strokes, rng):
    """Draw strokes as wide as the digit's own, and put the whole in the middle."""
    half = _width(image) / 2 * rng.uniform(0.85, 1.1)
    distance = np.min([_distance(*stroke) for stroke in strokes], axis=0)
    drawn = np.rint(255 * np.clip(half + 0.5 - distance, 0, 1)).astype(np.uint8)
    marked = np.maximum(image, drawn)
    across, down = np.rint(_centre(image) - _centre(marked)).astype(int)
    return _move(marked, across, down)


def _width(image):
    """Return the width of a digit's strokes, in pixels: twice area over outline."""
    inside = np.pad(image > 127, 1)
    outline = sum((inside != np.roll(inside, 1, axis)).sum() for axis in (0, 1))
    # A slanted outline has more pixel edges than length, on average four over pi.
    return np.clip(2 * inside.sum() / max(outline * np.pi / 4, 1), 1.5, 4.0)


def _distance(start, end):
    """Return each pixel's distance from a line between two points, (28, 28)."""
    across, down = end - start
    x, y = COLUMNS - start[0], ROWS - start[1]
    along = (x * across + y * down) / max(across**2 + down**2, 1e-9)
    along = np.clip(along, 0, 1)
    return np.sqrt((x - along * across) ** 2 + (y - along * down) ** 2)


def _centre(image):
    """Return the centre of mass, x then y."""
    ink = image.astype(float)
    return np.array([(ink * COLUMNS).sum(), (ink * ROWS).sum()]) / max(ink.sum(), 1)


def _move(image, across, down):
    """Move by whole pixels; what is beyond the edge is lost."""
    padded = np.pad(image, SIDE)
    return padded[SIDE - down : 2 * SIDE - down, SIDE - across : 2 * SIDE - across]
