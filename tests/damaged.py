"""Rows of digits that something has happened to: creases, shadows, gaps, a pen's line.

As `pages`, each kind returns what is to be read and a picture. What was struck through
is not to be read: it may be left out, or answered so that nobody takes it for sure.
"""

import io

import cv2
import drawing
import numpy as np
import pages
from PIL import Image, ImageOps

STRUCK = "struck"
"""In the place of what was struck through."""


def across(rng, size, soft, wavy=0.0):
    """Return how far each pixel is from an edge that goes across the picture.

    Returns
    -------
    ndarray of shape `size`
        In pixels by `soft`; negative on one side.
    """
    y, x = np.mgrid[: size[0], : size[1]].astype(np.float32)
    angle = rng.uniform(0, np.pi)
    side = (x - size[1] * rng.uniform(0.3, 0.7)) * np.cos(angle)
    side += (y - size[0] * rng.uniform(0.4, 0.6)) * np.sin(angle)
    period = rng.uniform(0.3, 1) * max(size)
    return (side + wavy * np.sin((x - y) * 2 * np.pi / period)) / soft


def lit(rng, mask, light):
    """Return a photograph of a mask under some light."""
    paper, pen = drawing.white(rng), pages.DARK[rng.integers(len(pages.DARK))]
    scene = np.ones((*mask.shape, 3), np.float32) * paper
    scene = scene * (1 - mask[..., None]) + np.array(pen) * mask[..., None]
    light = light * drawing.uneven(rng, mask.shape) * rng.uniform(0.7, 1.0)
    scene *= 1 + 0.02 * drawing.grain(rng, mask.shape, rng.uniform(0.5, 2))[..., None]
    scene = scene * light[..., None]
    content = drawing.encode(rng, drawing.finish(rng, scene, 0.7))
    return ImageOps.exif_transpose(Image.open(io.BytesIO(content)))


def crease(rng):
    """Fold the paper across the digits: a thin line, lit otherwise on either side."""
    labels, mask, height, *_ = pages.row(rng, 50, 130, 6)
    page = pages.around(rng, mask, height, 0.8, 2)
    side = across(rng, page.shape, rng.uniform(0.8, 2.0))
    light = 1 - rng.uniform(0, 0.12) * (side > 0)
    light -= rng.uniform(0.08, 0.3) * np.exp(-(side**2))
    light += rng.uniform(0, 0.15) * np.exp(-((side - 2) ** 2))
    return labels, lit(rng, page, light)


def edge_of_a_shadow(rng):
    """Let a shadow with a sharp edge fall across the digits."""
    labels, mask, height, *_ = pages.row(rng, 50, 130, 6)
    page = pages.around(rng, mask, height, 0.8, 2)
    side = across(rng, page.shape, rng.uniform(0.7, 4), rng.uniform(0, 0.3) * height)
    if rng.random() < 0.4:
        side = np.abs(side) - rng.uniform(0.4, 1.5) * height / 4
    shade = 1 / (1 + np.exp(-np.clip(side, -30, 30)))
    return labels, lit(rng, page, 1 - rng.uniform(0.25, 0.6) * shade)


def gap(rng, mask, width):
    """Take a short stretch of stroke away from a digit."""
    inner = cv2.distanceTransform((mask > 0.5).astype(np.uint8), cv2.DIST_L2, 3)
    # In the middle of a stroke, and not where two meet.
    rows, columns = np.nonzero((inner >= 0.35 * width) & (inner <= 0.55 * width))
    at = rng.integers(len(rows))
    reach = width * rng.uniform(0.65, 0.95)
    y, x = np.indices(mask.shape)
    from_here = np.hypot(y - rows[at], x - columns[at])
    return (mask * np.clip(from_here - reach, 0, 1)).astype(np.float32)


def broken(rng, photographed=False):
    """Write with a pen that fails: gaps in every digit, most in a 0."""
    height = int(rng.integers(50, 140))
    drawn, width = pages.digits(rng, int(rng.integers(1, 7)), height, (0.05, 0.09))
    marks = []
    for label, mask in drawn:
        torn = mask
        for _ in range(3 if label == 0 else int(rng.integers(1, 3))):
            torn = gap(rng, torn, width)
        marks.append((label, torn))
    page, _ = pages.write(rng, marks, height, (0.3, 0.5))
    page = pages.around(rng, page, height)
    show = pages.photograph if photographed else pages.paint
    return [label for label, _ in marks], show(rng, page)


def broken_in_a_photograph(rng):
    return broken(rng, True)


def strike(rng, mask, width):
    """Draw a line through marks, to beyond them on both sides."""
    high, wide = mask.shape
    over = int(rng.uniform(0.15, 0.4) * high)
    mask = np.pad(mask, ((0, 0), (over, over)))
    middle, rise = high * rng.uniform(0.4, 0.6), high * rng.uniform(-0.15, 0.15)
    ends = (1, middle + rise), (wide + 2 * over - 2, middle - rise)
    line = pages.stroke(mask.shape, width * rng.uniform(0.7, 1.1), *ends)
    return np.maximum(mask, line)


def struck_digit(rng):
    """Strike one digit of a row through."""
    height = int(rng.integers(50, 130))
    drawn, width = pages.digits(rng, int(rng.integers(3, 7)), height, (0.05, 0.09))
    which = int(rng.integers(len(drawn)))
    drawn[which] = (STRUCK, strike(rng, drawn[which][1], width))
    page, _ = pages.write(rng, drawn, height)
    page = pages.around(rng, page, height)
    show = pages.paint if rng.random() < 0.5 else pages.photograph
    return [label for label, _ in drawn], show(rng, page)


def struck_number(rng):
    """Strike a number through with one line, and write another beside or under it."""
    height = int(rng.integers(50, 110))
    drawn, width = pages.digits(rng, int(rng.integers(4, 9)), height, (0.05, 0.09))
    cut = int(rng.integers(2, len(drawn) - 1))
    gone, kept = drawn[:cut], drawn[cut:]
    gone = strike(rng, pages.write(rng, gone, height)[0], width)
    if rng.random() < 0.5:
        page, _ = pages.write(rng, [(STRUCK, gone), *kept], height)
    else:
        rest, _ = pages.write(rng, kept, height)
        wide = max(gone.shape[1], rest.shape[1])
        space = np.zeros((int(height * rng.uniform(0.5, 1)), wide), np.float32)
        rows = [np.pad(one, ((0, 0), (0, wide - one.shape[1]))) for one in (gone, rest)]
        page = np.concatenate([rows[0], space, rows[1]])
    page = pages.around(rng, page, height)
    show = pages.paint if rng.random() < 0.5 else pages.photograph
    return [STRUCK, *(label for label, _ in kept)], show(rng, page)


KINDS = {
    make.__name__: make
    for make in (
        crease,
        edge_of_a_shadow,
        broken,
        broken_in_a_photograph,
        struck_digit,
        struck_number,
    )
}


def draw(kind, seed):
    """Draw one page; the same for the same seed.

    Returns
    -------
    labels : list of int or str
    picture : PIL.Image.Image
    """
    rng = np.random.default_rng([seed, 4000, list(KINDS).index(kind)])
    return KINDS[kind](rng)
