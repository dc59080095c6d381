"""Pictures of digits as people make them, drawn from a seed, with their labels.

A digit comes from MNIST's training set or from strokes of its own; it is drawn by
mouse, pen, pencil, marker or chalk, on plain, ruled or grid paper, and photographed,
scanned or stored. Every quantity is drawn at random within what such pictures have.
"""

import io
from dataclasses import dataclass

import cv2
import numpy as np
from hands import Hand
from PIL import Image

ORIENTATION = 274

EXIF_TURNS = {1: 0, 3: 2, 6: 1, 8: 3}
"""EXIF orientation, and the quarter turns to the left that it asks to be undone."""

PENS = [(20, 20, 25), (25, 40, 130), (15, 60, 160), (150, 25, 30), (20, 100, 50)]

COLOURS = [
    (0, 0, 0),
    (220, 20, 30),
    (20, 60, 230),
    (10, 140, 40),
    (150, 0, 160),
    (240, 120, 0),
]


@dataclass(frozen=True)
class Drawn:
    """A picture file and what it shows.

    Attributes
    ----------
    content : bytes
        The file.
    labels : list of int
        The digits, left to right.
    kind : str
        How it was made.
    """

    content: bytes
    labels: list
    kind: str


def place(rng, mask, size, margin=0.02):
    """Put a mask somewhere on a canvas of (height, width)."""
    shrink = min(1, *(0.96 * size[i] / mask.shape[i] for i in (0, 1)))
    if shrink < 1:
        fitting = [max(1, int(shrink * side)) for side in mask.shape[::-1]]
        mask = cv2.resize(mask, fitting, interpolation=cv2.INTER_AREA)
    room = [size[i] - mask.shape[i] for i in (0, 1)]
    at = [int(r * rng.uniform(margin, 1 - margin)) for r in room]
    canvas = np.zeros(size, np.float32)
    canvas[at[0] : at[0] + mask.shape[0], at[1] : at[1] + mask.shape[1]] = mask
    return canvas


def turned(rng, mask, degrees):
    """Turn a mask by up to some degrees; the canvas grows to hold it."""
    angle = rng.uniform(-degrees, degrees)
    pad = int(max(mask.shape) * 0.15) + 1
    mask = np.pad(mask, pad)
    centre = (mask.shape[1] / 2, mask.shape[0] / 2)
    matrix = cv2.getRotationMatrix2D(centre, angle, 1)
    mask = cv2.warpAffine(mask, matrix, mask.shape[::-1])
    rows, columns = np.flatnonzero(mask.max(1) > 0), np.flatnonzero(mask.max(0) > 0)
    return mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def smooth_field(rng, size, cells):
    """Return a smooth random field with unit range, (height, width)."""
    coarse = rng.random((cells, cells)).astype(np.float32)
    return cv2.resize(coarse, size[::-1], interpolation=cv2.INTER_CUBIC)


def grain(rng, size, blur):
    """Return noise of unit deviation, blurred to grains of some pixels."""
    noise = rng.standard_normal(size, np.float32)
    if blur:
        noise = cv2.GaussianBlur(noise, (0, 0), blur)
        noise /= noise.std()
    return noise


def uneven(rng, size, strength=1.0):
    """Return light that falls from one side, and fades toward the corners."""
    y, x = np.mgrid[-1 : 1 : size[0] * 1j, -1 : 1 : size[1] * 1j].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    field = 1 - strength * rng.uniform(0, 0.3) * (x * np.cos(angle) + y * np.sin(angle))
    return field * (1 - strength * rng.uniform(0, 0.25) * (x**2 + y**2) / 2)


def light(rng, size, strength=1.0):
    """Return uneven light: a slope, a vignette, and sometimes a shadow."""
    y, x = np.mgrid[-1 : 1 : size[0] * 1j, -1 : 1 : size[1] * 1j].astype(np.float32)
    field = uneven(rng, size, strength)
    if rng.random() < 0.5 * strength:
        angle, offset = rng.uniform(0, 2 * np.pi), rng.uniform(-0.6, 0.6)
        side = x * np.cos(angle) + y * np.sin(angle) - offset
        side += 0.15 * np.sin(rng.uniform(1, 5) * (x - y))
        if rng.random() < 0.4:  # a finger or a phone: a band, and not a half
            side = np.abs(side) - rng.uniform(0.15, 0.5)
        soft = rng.uniform(0.03, 0.3)
        field *= 1 - rng.uniform(0.15, 0.5) / (1 + np.exp(side / soft * 4))
    return field


def rule(rng, size, grid):
    """Return the coverage of ruled lines or a grid, slightly turned."""
    spacing = max(size) * rng.uniform(0.05, 0.2)
    width = max(1.0, spacing * rng.uniform(0.02, 0.05))
    turn = np.deg2rad(rng.uniform(-4, 4))
    y, x = np.mgrid[: size[0], : size[1]].astype(np.float32)
    bend = rng.uniform(-0.01, 0.01) * max(size) * (x / size[1]) ** 2
    lines = np.zeros(size, np.float32)
    for along in (
        y * np.cos(turn) + x * np.sin(turn) + bend,
        x * np.cos(turn) - y * np.sin(turn),
    ):
        from_line = np.abs((along + rng.uniform(0, spacing)) % spacing - spacing / 2)
        lines = np.maximum(lines, np.clip(width / 2 + 0.5 - from_line, 0, 1))
        if not grid:
            break
    return lines


def encode(rng, picture, kind="JPEG", **options):
    """Return the file of an array or a Pillow picture, a JPEG now and then turned."""
    if isinstance(picture, np.ndarray):
        picture = Image.fromarray(picture)
    stream = io.BytesIO()
    if kind == "JPEG" and rng is not None:
        orientation = int(rng.choice([1, 1, 1, 3, 6, 8]))
        turned_back = np.rot90(np.asarray(picture), EXIF_TURNS[orientation])
        picture = Image.fromarray(turned_back)
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        options = {"quality": int(rng.integers(55, 95)), "exif": exif} | options
    picture.save(stream, kind, **options)
    return stream.getvalue()


def encode_upright(picture, kind="PNG"):
    """Return the file of a uint8 array or a Pillow picture."""
    return encode(None, picture, kind)


def photograph(rng, ink, size, *, paper, pen, lines=None, strength=1.0):
    """Return a photo of ink on paper as a JPEG.

    Parameters
    ----------
    ink, lines : ndarray of shape `size`, float
        Coverage.
    paper, pen : (red, green, blue), 0 to 255
    strength : float
        Of light, blur and noise; a scanner has little.
    """
    scene = np.empty((*size, 3), np.float32)
    scene[:] = paper
    scene *= (
        1 + rng.uniform(0, 0.025) * grain(rng, size, rng.uniform(0.5, 3))[..., None]
    )
    if lines is not None:
        colour = np.array(
            [(120, 160, 210), (150, 150, 150), (210, 140, 140)][rng.integers(3)]
        )
        lines = (lines * rng.uniform(0.35, 1))[..., None]
        scene = scene * (1 - lines) + np.minimum(colour, scene) * lines
    scene = scene * (1 - ink[..., None]) + np.array(pen, np.float32) * ink[..., None]
    scene *= light(rng, size, strength)[..., None] * rng.uniform(0.6, 1.05)
    scene = finish(rng, scene, strength)
    return encode(rng, scene)


def finish(rng, scene, strength):
    """Blur a scene, add the camera's noise and round it."""
    blur = strength * rng.uniform(0, 0.002) * max(scene.shape[:2])
    if blur > 0.3:
        scene = cv2.GaussianBlur(scene, (0, 0), blur)
    noise = strength * rng.uniform(1, 7)
    scene = scene + noise * grain(rng, scene.shape, 0)
    return np.clip(scene, 0, 255).astype(np.uint8)


def photo_size(rng, low=320, high=1400):
    long = int(np.exp(rng.uniform(np.log(low), np.log(high))))
    short = int(long * rng.uniform(0.55, 1))
    return (long, short) if rng.random() < 0.5 else (short, long)


def white(rng):
    return np.array([245, 243, 238]) - rng.uniform(0, 40) * np.array([0.3, 0.4, 1])


def pen_mask(hand, size, thin=(0.02, 0.06), share=(0.15, 0.75)):
    """Draw with a pen: the stroke is a share of the digit's height."""
    rng = hand.rng
    height = int(min(size) * rng.uniform(*share))
    width = max(1.2, height * rng.uniform(*thin))
    label, mask = hand.draw(height, width if rng.random() < 0.6 else None)
    return label, place(rng, turned(rng, mask, 8), size, 0.08)


def mouse(hand):
    rng = hand.rng
    size = tuple(rng.integers(100, 800, 2))
    height = int(min(size) * rng.uniform(0.3, 0.85))
    label, mask = hand.draw(height, smooth=bool(rng.random() < 0.5))
    canvas = place(rng, mask, size)[..., None]
    colour = np.array(COLOURS[rng.integers(len(COLOURS))])
    picture = (255 * (1 - canvas) + colour * canvas).astype(np.uint8)
    kind = str(rng.choice(["PNG", "JPEG", "BMP", "WEBP", "GIF"]))
    return label, encode(rng, picture, kind)


def one_pixel(hand):
    rng = hand.rng
    size = tuple(rng.integers(60, 500, 2))
    label, mask = hand.draw(
        int(min(size) * rng.uniform(0.4, 0.9)), 1, bool(rng.random() < 0.5)
    )
    canvas = place(rng, mask, size)
    return label, encode(rng, (255 * (1 - canvas)).astype(np.uint8), "PNG")


def inverted(hand):
    rng = hand.rng
    size = tuple(rng.integers(28, 600, 2))
    label, mask = hand.draw(int(min(size) * rng.uniform(0.5, 0.85)))
    canvas = place(rng, mask, size)[..., None]
    ground, ink = rng.integers(0, 70, 3), rng.integers(170, 256, 3)
    picture = ground * (1 - canvas) + ink * canvas
    return label, encode(
        rng, picture.astype(np.uint8), str(rng.choice(["PNG", "JPEG"]))
    )


def transparent(hand):
    rng = hand.rng
    size = tuple(rng.integers(40, 500, 2))
    label, mask = hand.draw(int(min(size) * rng.uniform(0.4, 0.9)))
    canvas = place(rng, mask, size)
    colour = [*COLOURS, (255, 255, 255), (200, 230, 255)][rng.integers(8)]
    layers = np.empty((*size, 4), np.uint8)
    layers[..., :3], layers[..., 3] = colour, 255 * canvas
    return label, encode(rng, layers, str(rng.choice(["PNG", "WEBP"])))


def tiny(hand):
    rng = hand.rng
    side = int(rng.integers(16, 41))
    label, mask = hand.draw(int(side * rng.uniform(0.7, 0.95)), smooth=True)
    canvas = place(rng, mask, (side, side))
    picture = (255 * (1 - canvas)).astype(np.uint8)
    if rng.random() < 0.4:
        picture = 255 - picture
    return label, encode(rng, picture, str(rng.choice(["PNG", "GIF", "JPEG"])))


def scan(hand):
    rng = hand.rng
    size = photo_size(rng)
    label, ink = pen_mask(hand, size)
    pen = PENS[rng.integers(len(PENS))]
    return label, photograph(rng, ink, size, paper=white(rng), pen=pen, strength=0.25)


def pencil(hand):
    rng = hand.rng
    size = photo_size(rng)
    label, ink = pen_mask(hand, size, (0.02, 0.05), (0.25, 0.75))
    tooth = np.clip(0.75 + 0.25 * grain(rng, size, max(size) * 0.001), 0, 1)
    grey = rng.uniform(60, 130)
    return label, photograph(
        rng, ink * tooth, size, paper=white(rng), pen=(grey,) * 3, strength=0.7
    )


def marker(hand):
    rng = hand.rng
    size = photo_size(rng)
    height = int(min(size) * rng.uniform(0.4, 0.85))
    label, mask = hand.draw(height, height * rng.uniform(0.1, 0.2))
    ink = place(rng, turned(rng, mask, 8), size, 0.08)
    pen = PENS[rng.integers(len(PENS))]
    return label, photograph(rng, ink, size, paper=white(rng), pen=pen)


def plain_photo(hand):
    rng = hand.rng
    size = photo_size(rng)
    label, ink = pen_mask(hand, size)
    pen = PENS[rng.integers(len(PENS))]
    return label, photograph(rng, ink, size, paper=white(rng), pen=pen)


def _lined_photo(hand, grid):
    rng = hand.rng
    size = photo_size(rng)
    label, ink = pen_mask(hand, size, (0.04, 0.09), (0.25, 0.75))
    pen = PENS[rng.integers(len(PENS))]
    lines = rule(rng, size, grid)
    return label, photograph(rng, ink, size, paper=white(rng), pen=pen, lines=lines)


def ruled_photo(hand):
    return _lined_photo(hand, False)


def grid_photo(hand):
    return _lined_photo(hand, True)


def desk(hand):
    """Photograph a sheet that lies on a darker, grained desk."""
    rng = hand.rng
    size = photo_size(rng)
    label, ink = pen_mask(hand, size, (0.05, 0.1), (0.12, 0.3))
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    pad = (
        max(np.ptp(rows), np.ptp(columns))
        * rng.choice([0.4, 1.0, 2.5])
        * rng.uniform(0.7, 1.2)
        + 5
    )
    box = np.array([columns[0] - pad, rows[0] - pad, columns[-1] + pad, rows[-1] + pad])
    corners = box[[0, 1, 2, 1, 2, 3, 0, 3]].reshape(4, 2) + rng.uniform(
        -0.2, 0.2, (4, 2)
    ) * min(pad, 0.1 * min(size))
    sheet = np.zeros(size, np.uint8)
    cv2.fillConvexPoly(sheet, corners.astype(np.int32), 255, cv2.LINE_AA)
    sheet = sheet[..., None].astype(np.float32) / 255
    wood = np.array([110, 75, 50]) * rng.uniform(0.5, 1.4)
    streaks = cv2.GaussianBlur(
        grain(rng, size, 0), (0, 0), max(size) * 0.05, sigmaY=1.5
    )
    table = wood * (1 + 0.08 * streaks / streaks.std())[..., None]
    scene = table * (1 - sheet) + white(rng) * sheet
    pen = np.array(PENS[rng.integers(len(PENS))])
    scene = scene * (1 - ink[..., None]) + pen * ink[..., None]
    scene = scene * light(rng, size)[..., None] * rng.uniform(0.7, 1.05)
    return label, encode(rng, finish(rng, scene.astype(np.float32), 1))


def chalk(hand):
    """Photograph light chalk or pen on a dark, unevenly lit ground."""
    rng = hand.rng
    size = photo_size(rng)
    label, ink = pen_mask(hand, size, (0.05, 0.12), (0.25, 0.75))
    tooth = np.clip(0.85 + 0.15 * grain(rng, size, max(size) * 0.001), 0, 1)
    board = rng.choice([(35, 60, 50), (40, 40, 42), (30, 35, 60)])
    return label, photograph(
        rng, ink * tooth, size, paper=board, pen=(225, 225, 215), strength=0.8
    )


def camera(hand):
    """Photograph with a telephone: 3 to 12 megapixels, the digit often small."""
    rng = hand.rng
    size = [(2000, 1500), (3000, 2250), (4000, 3000)][rng.integers(3)]
    size = size if rng.random() < 0.5 else size[::-1]
    label, ink = pen_mask(hand, size, (0.04, 0.1), (0.1, 0.5))
    pen = PENS[rng.integers(len(PENS))]
    lines = rule(rng, size, bool(rng.random() < 0.5)) if rng.random() < 0.5 else None
    return label, photograph(rng, ink, size, paper=white(rng), pen=pen, lines=lines)


def dim(hand):
    """Photograph in poor light, with a sensor's noise for a tenth of the contrast."""
    rng = hand.rng
    size = photo_size(rng, high=800)
    label, ink = pen_mask(hand, size, (0.06, 0.12), (0.4, 0.75))
    scene = 190 * (1 - 0.8 * ink)[..., None] * light(rng, size)[..., None]
    scene = scene + rng.uniform(10, 30) * grain(rng, (*size, 3), 0)
    return label, encode(rng, np.clip(scene, 0, 255).astype(np.uint8))


def window(hand):
    """Copy a drawing program's window from the screen."""
    rng = hand.rng
    size = tuple(rng.integers(200, 800, 2))
    label, mask = hand.draw(int(min(size) * rng.uniform(0.3, 0.75)))
    bar, edge = int(rng.integers(20, 40)), int(rng.integers(1, 6))
    screen = np.full((size[0] + bar + edge, size[1] + 2 * edge), rng.integers(120, 225))
    screen[:bar] = rng.integers(40, 200)
    screen[bar:-edge, edge:-edge] = 255 * (1 - place(rng, mask, size, 0.1))
    return label, encode(rng, screen.astype(np.uint8), "PNG")


KINDS = {
    make.__name__: make
    for make in (
        mouse,
        one_pixel,
        inverted,
        transparent,
        tiny,
        scan,
        pencil,
        marker,
        plain_photo,
        ruled_photo,
        grid_photo,
        desk,
        chalk,
        camera,
        dim,
        window,
    )
}


def draw(kind, seed, images=None, labels=None):
    """Draw one picture of one digit.

    Parameters
    ----------
    kind : str
        A key of `KINDS`.
    seed : int
        The same picture for the same seed.
    images, labels : ndarray, optional
        MNIST's training digits to draw from, half of the time.

    Returns
    -------
    Drawn
    """
    rng = np.random.default_rng([seed, list(KINDS).index(kind)])
    label, content = KINDS[kind](Hand(rng, images, labels))
    return Drawn(content, [label], kind)


def draw_row(seed, images=None, labels=None, count=None):
    """Draw several digits beside each other, drawn or photographed."""
    rng = np.random.default_rng([seed, 1000])
    hand = Hand(rng, images, labels)
    count = count or int(rng.integers(2, 6))
    height = int(rng.integers(40, 200))
    width = height * rng.uniform(0.06, 0.14)
    drawn = [
        hand.draw(int(height * rng.uniform(0.85, 1.1)), width) for _ in range(count)
    ]
    gap = np.zeros((1, int(height * rng.uniform(0.2, 0.5))), np.float32)
    tallest = max(mask.shape[0] for _, mask in drawn)
    row = []
    for _, mask in drawn:
        spare = tallest - mask.shape[0]
        above = int(rng.integers(spare + 1))
        row += [np.pad(mask, ((above, spare - above), (0, 0))), gap.repeat(tallest, 0)]
    mask = turned(rng, np.concatenate(row[:-1], axis=1), 3)
    size = tuple(int(s * rng.uniform(1.3, 2.5)) for s in mask.shape)
    ink = place(rng, mask, size, 0.1)
    labels = [label for label, _ in drawn]
    if rng.random() < 0.5:
        content = encode(rng, (255 * (1 - ink)).astype(np.uint8), "PNG")
    else:
        pen = PENS[rng.integers(len(PENS))]
        content = photograph(rng, ink, size, paper=white(rng), pen=pen)
    return Drawn(content, labels, "row")
