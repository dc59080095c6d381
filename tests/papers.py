"""Numbers of 3 to 12 digits on paper, photographed by simulation, from a seed.

A number is by one hand: of strokes, or of MNIST's training digits by one writer. Its
digits lean, wander off the line and now and then all but touch; its ones are of both
kinds.
"""

import cv2
import drawing
import numpy as np
from hands import Hand

HEIGHTS = 26, 110
"""Of digits, in pixels of the photograph."""

INKS = [(120, 160, 210), (150, 150, 150), (210, 140, 140), (90, 90, 95)]
"""Of a form's boxes."""


def digits_of(rng, count, height, writers=None):
    """Return labels and masks of digits by one hand.

    Parameters
    ----------
    rng : numpy.random.Generator
    count, height : int
    writers : list of (images, labels), optional
        Digits in MNIST's form, of a writer each; else strokes.

    Returns
    -------
    list of (label, mask)
    """
    width = max(2.0, height * rng.uniform(0.05, 0.12))
    hand = Hand(rng, *writers[rng.integers(len(writers))]) if writers else Hand(rng)
    highs = [int(height * rng.uniform(0.88, 1.1)) for _ in range(count)]
    return [hand.copy(high) if writers else hand.draw(high, width) for high in highs]


def by_writer(images, labels, writers, least=50):
    """Return digits of each writer who wrote all ten, for `digits_of`.

    Of several pieces none is taken: a speck beside a digit is a dot, on paper.

    Parameters
    ----------
    images : ndarray of shape (n, 28, 28), uint8
    labels, writers : ndarray of shape (n,)
    least : int
        Of fewer digits a writer is left out.

    Returns
    -------
    list of (images, labels)
    """
    order = np.argsort(writers, kind="stable")
    starts = np.flatnonzero(np.diff(writers[order])) + 1
    found = []
    for own in np.split(order, starts):
        whole = own[[cv2.connectedComponents(images[i])[0] == 2 for i in own]]
        if len(whole) >= least and len(np.unique(labels[whole])) == 10:
            found.append((images[whole], labels[whole]))
    return found


def put(canvas, mask, left, middle):
    """Lay a mask on a canvas, its left edge and the middle of its height given."""
    top, left = int(middle - mask.shape[0] / 2), int(left)
    window = canvas[top : top + mask.shape[0], left : left + mask.shape[1]]
    np.maximum(window, mask, out=window)


def write(rng, drawn, height):
    """Write digits in a row; return the ink on a canvas with paper around it.

    Returns
    -------
    ink : ndarray of shape (height, width), float32
    middle : int
        Of the row, from the top.
    """
    tight = rng.random() < 0.15
    gaps = height * rng.uniform(*((0.04, 0.12) if tight else (0.12, 0.4)), len(drawn))
    width = int(sum(mask.shape[1] for _, mask in drawn) + gaps.sum())
    above, below, before, after = (height * rng.uniform(0.8, 3, 4)).astype(int)
    canvas = np.zeros((above + below + height, before + width + after), np.float32)
    left, middle = before, above + height // 2
    for gap, (_, mask) in zip(gaps, drawn, strict=True):
        put(canvas, mask, left, middle + height * rng.uniform(-0.06, 0.06))
        left += mask.shape[1] + gap
    return canvas, middle


def plain(rng, drawn, height):
    ink, _ = write(rng, drawn, height)
    return ink, np.zeros_like(ink)


def ruled(rng, drawn, height):
    """Write between lines, on one, or across one."""
    ink, middle = write(rng, drawn, height)
    spacing = height * rng.uniform(1.15, 2)
    foot = middle + height * rng.uniform(0.35, 0.7)
    return ink, _lines(ink.shape, height, spacing, foot)


def squared(rng, drawn, height):
    """Write on squares, one or two to the height of a digit."""
    ink, _ = write(rng, drawn, height)
    spacing = height * rng.choice([0.55, 1.15]) * rng.uniform(0.9, 1.1)
    offs = rng.uniform(0, spacing, 2)
    level = _lines(ink.shape, height, spacing, offs[0])
    upright = _lines(ink.shape[::-1], height, spacing, offs[1]).T
    return ink, np.maximum(level, upright)


def boxed(rng, drawn, height):
    """Write into a form's boxes, joined or apart, a digit in each."""
    wide = int(height * rng.uniform(1.15, 1.6))
    wide = max(wide, max(mask.shape[1] for _, mask in drawn) + height // 8)
    high = int(height * rng.uniform(1.3, 1.8))
    apart = int(height * rng.uniform(0.1, 0.4)) if rng.random() < 0.5 else 0
    pen = max(1, round(height * rng.uniform(0.015, 0.04)))
    margin = int(height * rng.uniform(0.6, 2))
    size = (high + 2 * margin, (wide + apart) * len(drawn) + 2 * margin)
    ink, lines = np.zeros(size, np.float32), np.zeros(size, np.float32)
    for number, (_, mask) in enumerate(drawn):
        left = margin + number * (wide + apart)
        corners = (left, margin), (left + wide, margin + high)
        cv2.rectangle(lines, *corners, 1.0, pen)
        spare = (wide - mask.shape[1]) / 2
        off = height * rng.uniform(-0.1, 0.1)
        put(ink, mask, left + spare * rng.uniform(0.6, 1.4), size[0] / 2 + off)
    return ink, lines


def _lines(size, height, spacing, first):
    """Return level lines a spacing apart, of which one is at a height."""
    thick = max(1.0, height * 0.02)
    from_line = np.abs((np.arange(size[0]) - first + spacing / 2) % spacing)
    rows = np.clip(thick / 2 + 0.5 - np.abs(from_line - spacing / 2), 0, 1)
    return np.broadcast_to(rows[:, None], size).astype(np.float32)


PAPERS = {make.__name__: make for make in (plain, ruled, squared, boxed)}


def seen_aslant(rng, *masks):
    """Return masks as a hand holds the camera: turned a little, from a little aside."""
    high, wide = masks[0].shape
    corners = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    centre = (wide / 2, high / 2)
    turn = cv2.getRotationMatrix2D(centre, rng.normal(0, 2), 1.0)
    moved = corners @ turn[:, :2].T + turn[:, 2]
    moved += rng.uniform(-0.03, 0.03, (4, 2)) * min(high, wide)
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    return [cv2.warpPerspective(mask, matrix, (wide, high)) for mask in masks]


def draw(paper, seed, writers=None):
    """Draw one number; the same for the same seed.

    Parameters
    ----------
    paper : str
        A key of `PAPERS`.
    seed : int
    writers : list of (images, labels), optional
        As for `digits_of`.

    Returns
    -------
    drawing.Drawn
        Its digits are sure to be where a person would see them all.
    """
    rng = np.random.default_rng([seed, 3000, list(PAPERS).index(paper)])
    height = int(np.exp(rng.uniform(*np.log(HEIGHTS))))
    drawn = digits_of(rng, int(rng.integers(3, 13)), height, writers)
    ink, lines = seen_aslant(rng, *PAPERS[paper](rng, drawn, height))
    pen = drawing.PENS[rng.integers(len(drawing.PENS))]
    white = drawing.white(rng)
    content = drawing.photograph(
        rng, ink, ink.shape, paper=white, pen=pen, lines=lines, strength=0.8
    )
    return drawing.Drawn(content, [label for label, _ in drawn], paper)
