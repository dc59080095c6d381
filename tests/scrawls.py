"""What people draw that is no digit: letters, scribbles, noise."""

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps
from scipy.ndimage import gaussian_filter

LETTERS = "AEFHKMNPRTWXYadefhkmnrtwxy"
"""Those that nobody would take for a digit."""

SIDE = 280


def letter(rng):
    """Return a letter in print, dark on white, turned and leaning a little."""
    font = ImageFont.load_default(int(rng.integers(120, 200)))
    text = str(rng.choice(list(LETTERS)))
    ink = Image.new("L", (SIDE, SIDE))
    ImageDraw.Draw(ink).text(
        (SIDE / 2, SIDE / 2), text, 255, font, "mm", stroke_width=int(rng.integers(7))
    )
    lean = rng.uniform(-0.2, 0.2)
    matrix = (1, lean, -lean * SIDE / 2, 0, 1, 0)
    leaning = ink.transform(ink.size, Image.Transform.AFFINE, matrix)
    return ImageOps.invert(leaning.rotate(rng.uniform(-10, 10)))


def scribble(rng):
    """Return what a hand leaves that goes to and fro over the page."""
    corners = rng.uniform(30, SIDE - 30, (int(rng.integers(9, 16)), 2))
    steps = np.linspace(0, len(corners) - 1, 400)
    path = np.stack(
        [np.interp(steps, range(len(corners)), corners[:, k]) for k in (0, 1)], axis=1
    )
    path = gaussian_filter(path, (6, 0), mode="nearest")
    canvas = np.full((SIDE, SIDE), 255, np.uint8)
    points = path.round().astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(canvas, [points], False, 0, int(rng.integers(6, 16)), cv2.LINE_AA)
    return Image.fromarray(canvas)


def noise(rng):
    """Return a blank sheet as a bad sensor sees it."""
    grain = gaussian_filter(rng.normal(size=(SIDE, SIDE)), rng.uniform(0, 2))
    sheet = rng.uniform(100, 220) + rng.uniform(3, 40) * grain / grain.std()
    return Image.fromarray(sheet.clip(0, 255).astype(np.uint8))
