"""A picture's colours, laid on paper; and whether the paper has one colour."""

import cv2
import numpy as np

WORK_SIDE = 1000
"""Pictures are reduced to about this side, in pixels: a digit of a thirtieth of it
still has MNIST's resolution, and everything after it takes a bounded time."""

SAMPLES = 200
"""At most so many rows and columns vote on the paper's colour."""

FLAT = 4 / 255
"""Colours that differ no more are one paper: what JPEG changes in a drawing."""

ALIKE = 48 / 255
"""Colours that differ no more are alike: another light on the same paper, or the soft
edge of a stroke."""

EVEN = 0.9
"""Of the pixels like the paper this share is its very colour in a drawing; shading
makes it less."""

SECOND, BOTH = 0.15, 0.75
"""Of two papers the smaller covers the first share of a picture, both the second."""

BARE, CLEAR = 0.02, 0.99
"""Around a sheet a row holds less paper than the first share, and the sheet's border
more than the second."""

RIPPLES = 16
"""Within so many pixels of ink, a block of JPEG's colours, nothing is said of paper."""


def lay_on_paper(picture):
    """Return a picture's colours, transparency resolved, reduced by a whole factor.

    A transparent picture is laid on white, or on black where its ink is white.

    Parameters
    ----------
    picture : PIL.Image.Image

    Returns
    -------
    colours : ndarray of shape (height, width, 3), float32 in [0, 1]
    scale : int
        The factor.
    """
    scale = max(1, round(max(picture.size) / WORK_SIDE))
    if picture.mode.startswith("I") or picture.mode == "F":
        return _wide_colours(picture, scale), scale
    if not picture.has_transparency_data:
        return _reduced(picture, "RGB", scale), scale
    layers = _reduced(picture, "RGBA", scale)
    colours, alpha = layers[..., :3], layers[..., 3:]
    grey = colours.mean(2, keepdims=True)
    ink_is_white = np.average(grey, weights=alpha) > 0.5 if alpha.any() else False
    paper = 0.0 if ink_is_white and alpha.min() < 1 else 1.0
    return colours * alpha + paper * (1 - alpha), scale


def _reduced(picture, mode, scale):
    picture = picture if picture.mode == mode else picture.convert(mode)
    picture = picture.reduce(scale) if scale > 1 else picture
    colours = np.array(picture, np.float32)
    colours /= 255
    return colours


def _wide_colours(picture, scale):
    """Return levels of 16 bits, 8 or fractions; Pillow clips them in a conversion."""
    levels = np.nan_to_num(np.asarray(picture, np.float32))
    full = next((one for one in (1, 255, 65535) if levels.max() <= one), levels.max())
    grey = np.clip(levels / np.float32(full), 0, 1)
    if scale > 1:
        size = (-(-picture.width // scale), -(-picture.height // scale))
        grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA))
    return np.repeat(grey[..., None], 3, axis=2)


def flat_paper(colours):
    """Return the one colour of the paper of a drawing, or None for a photograph.

    It is the most frequent colour of the border where that covers half the border
    and a quarter of the picture (a frame covers less), or else the most frequent
    colour of the picture where that covers half of it.

    Parameters
    ----------
    colours : ndarray of shape (height, width, 3), float32

    Returns
    -------
    ndarray of shape (3,), or None
    """
    step = -(-max(colours.shape) // SAMPLES)
    sample = colours[::step, ::step]
    border = border_of(colours)
    paper = most_frequent(border)
    if near(border, paper).mean() < 0.5 or near(sample, paper).mean() < 0.25:
        paper = most_frequent(sample.reshape(-1, 3))
        if near(sample, paper).mean() < 0.5:
            return paper if are_two_grounds(sample, paper) else None
    return paper if is_even(sample, paper, RIPPLES // step) else None


def are_two_grounds(colours, paper):
    """Tell whether a picture has two papers beside each other, of a colour each.

    Parameters
    ----------
    colours : ndarray of shape (height, width, 3), float32
    paper : ndarray of shape (3,)
        The larger one's colour.

    Returns
    -------
    bool
    """
    first = near(colours, paper)
    rest = colours[~first]
    if first.mean() < SECOND or not len(rest):
        return False
    second = near(rest, most_frequent(rest)).sum() / first.size
    return second >= SECOND and first.mean() + second >= BOTH


def is_even(colours, paper, reach):
    """Tell whether paper has one colour, and not one among its shades.

    Parameters
    ----------
    colours : ndarray of shape (height, width, 3), float32
    paper : ndarray of shape (3,)
    reach : int
        How far from ink its edges and ripples lie, in pixels.

    Returns
    -------
    bool
        True, too, where everything is near ink, as in a tiny picture.
    """
    other = (~near(colours, paper, ALIKE)).astype(np.uint8)
    far = cv2.dilate(other, np.ones((2 * reach + 1,) * 2, np.uint8)) == 0
    return not far.any() or near(colours[far], paper).mean() >= EVEN


def cover_surroundings(colours, paper):
    """Cover with paper what lies around the sheet in the copy of a window.

    That is rows and columns at the border that hold no paper, if nothing but paper
    comes next, and ink after it. A digit that fills its picture also has such rows, but
    reaches on.

    Parameters
    ----------
    colours : ndarray of shape (height, width, 3), float32
    paper : ndarray of shape (3,)

    Returns
    -------
    ndarray of the same shape
    """
    sheet = near(colours, paper)
    rows, columns = (np.flatnonzero(sheet.mean(axis) > BARE) for axis in (1, 0))
    inside = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    if sheet[inside].all() or border_of(sheet[inside]).mean() < CLEAR:
        return colours
    covered = np.broadcast_to(paper.astype(np.float32), colours.shape).copy()
    covered[inside] = colours[inside]
    return covered


def border_of(image):
    """Return the outermost pixels, (n, ...)."""
    return np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])


def most_frequent(colours):
    """Return the colour that most of some pixels, (n, 3), have."""
    levels = np.rint(colours * 255).astype(np.int64)
    codes, counts = np.unique(levels @ [65536, 256, 1], return_counts=True)
    code = int(codes[counts.argmax()])
    near = np.abs(levels - [code >> 16, code >> 8 & 255, code & 255]).max(1) <= 1
    # 16-bit paper lies between the levels.
    return np.median(colours[near], axis=0)


def near(colours, paper, tolerance=FLAT):
    """Tell which pixels, (..., 3), have nearly the paper's colour."""
    # A plane for each channel takes an eighteenth of the time of many maxima of three.
    planes = [np.abs(colours[..., k] - paper[k]) <= tolerance for k in range(3)]
    return planes[0] & planes[1] & planes[2]
