"""Pages of several digits, with what stands between and around them, from a seed.

Each kind returns what is to be read, digits and characters of separators, and a
picture. Upstrokes of ones are left out: that is the ensemble's matter, not the page's.
"""

import io

import cv2
import drawing
import numpy as np
import papers
from hands import Hand
from PIL import Image, ImageOps

DARK = [(20, 20, 25), (25, 40, 130), (15, 60, 160), (150, 25, 30)]
LIGHT = [(120, 190, 250), (180, 180, 205), (250, 170, 120), (150, 210, 150)]


def digits(rng, count, height, thick=(0.06, 0.12)):
    """Return labels and masks of digits by one hand, and the width of its pen."""
    hand, width = Hand(rng), max(2.0, height * rng.uniform(*thick))
    drawn = []
    while len(drawn) < count:
        label, mask = hand.draw(int(height * rng.uniform(0.9, 1.08)), width)
        if label != 1 or mask.shape[1] < 0.35 * height:
            drawn.append((label, mask))
    return drawn, width


def stroke(size, width, *points):
    """Return a mask of (height, width) with a stroke through points (x, y)."""
    canvas = np.zeros(size, np.uint8)
    corners = [np.array(points).round().astype(np.int32)]
    cv2.polylines(canvas, corners, False, 255, max(1, round(width)), cv2.LINE_AA)
    return canvas.astype(np.float32) / 255


def write(rng, marks, height, gap=(0.22, 0.42)):
    """Put masks beside each other, their middles in line; return where each begins."""
    tallest = max(mask.shape[0] for _, mask in marks)
    pieces, starts = [], []
    for _, mask in marks:
        spare = tallest - mask.shape[0]
        starts.append(sum(piece.shape[1] for piece in pieces))
        pieces.append(np.pad(mask, ((spare // 2, spare - spare // 2), (0, 0))))
        pieces.append(np.zeros((tallest, int(height * rng.uniform(*gap))), np.float32))
    return np.concatenate(pieces[:-1], axis=1), starts


def around(rng, mask, height, low=0.4, high=1.2):
    """Leave paper around a mask."""
    top, bottom, left, right = (height * rng.uniform(low, high, 4)).astype(int)
    return np.pad(mask, ((top, bottom), (left, right)))


def paint(rng, mask, pen=None, paper=(255, 255, 255)):
    """Return a drawing in one ink, or of an ink for each pixel."""
    pen = DARK[rng.integers(len(DARK))] if pen is None else pen
    mask = mask[..., None]
    mixed = np.array(paper) * (1 - mask) + np.array(pen) * mask
    return Image.fromarray(mixed.astype(np.uint8))


def photograph(rng, mask):
    """Return a photograph of a mask on white paper, upright."""
    pen = DARK[rng.integers(len(DARK))]
    paper = drawing.white(rng)
    content = drawing.photograph(rng, mask, mask.shape, paper=paper, pen=pen)
    return ImageOps.exif_transpose(Image.open(io.BytesIO(content)))


def row(rng, low=40, high=140, most=7):
    """Return labels, the mask of a row, its height, pen, and where digits begin."""
    height = int(rng.integers(low, high))
    drawn, width = digits(rng, int(rng.integers(2, most + 1)), height)
    mask, starts = write(rng, drawn, height)
    return [label for label, _ in drawn], mask, height, width, starts


def slope(rng):
    labels, mask, height, *_ = row(rng, 30, 70, 10)
    mask = np.pad(mask, int(len(labels) * height * 0.2))
    centre = (mask.shape[1] / 2, mask.shape[0] / 2)
    turn = cv2.getRotationMatrix2D(centre, rng.uniform(-10, 10), 1)
    mask = cv2.warpAffine(mask, turn, mask.shape[::-1])
    return labels, (paint if rng.random() < 0.5 else photograph)(rng, mask)


def two_inks(rng):
    labels, mask, height, _, starts = row(rng)
    change = starts[int(rng.integers(1, len(starts)))] - 2
    page = around(rng, np.pad(mask, 1), height)
    change += int(np.flatnonzero(page.any(0))[0])
    pens = [DARK[rng.integers(2)], LIGHT[rng.integers(len(LIGHT))]]
    first, second = pens if rng.random() < 0.7 else pens[::-1]
    left = (np.arange(page.shape[1]) < change)[None, :, None]
    return labels, paint(rng, page, np.where(left, first, second))


def dark_room(rng):
    labels, mask, height, *_ = row(rng, 90, 250, 4)
    page = around(rng, mask, height)
    fall = np.linspace(1, rng.uniform(0.5, 0.9), page.shape[1])
    light = rng.uniform(40, 90) * fall * (1 - rng.uniform(0.45, 0.75) * page)
    noise = rng.normal(0, rng.uniform(3, 9), (*page.shape, 3))
    return labels, Image.fromarray((light[..., None] + noise).clip(0, 255).astype("u1"))


def faint_pencil(rng):
    labels, mask, height, *_ = row(rng, 90, 250, 4)
    page = around(rng, mask, height)
    light = rng.uniform(200, 245) * (1 - rng.uniform(0.12, 0.25) * page)
    noise = rng.normal(0, rng.uniform(1, 3), (*page.shape, 3))
    return labels, Image.fromarray((light[..., None] + noise).clip(0, 255).astype("u1"))


def cells(rng, rows, columns, open_top=False):
    """Return labels and masks of digits in cells, of the lines, and the height."""
    height = int(rng.integers(30, 110))
    drawn, _ = digits(rng, rows * columns, height)
    wide, high = (height * rng.uniform((1.2, 1.35), (1.7, 1.9))).astype(int)
    line = max(1, round(rng.uniform(0.02, 0.05) * height))
    ink = np.zeros((high * rows + line, wide * columns + line), np.float32)
    lines = np.zeros_like(ink)
    for number, (_, mask) in enumerate(drawn):
        down, along = divmod(number, columns)
        top = down * high + (high - mask.shape[0]) // 2
        left = along * wide + (wide - mask.shape[1]) // 2
        ink[top : top + mask.shape[0], left : left + mask.shape[1]] = mask
    for down in range(1 if open_top else 0, rows + 1):
        lines[down * high : down * high + line] = 1
    for along in range(columns + 1):
        lines[:, along * wide : along * wide + line] = 1
    return [label for label, _ in drawn], ink, lines, height


def comb(rng):
    labels, ink, lines, height = cells(
        rng, 1, int(rng.integers(2, 8)), rng.random() < 0.3
    )
    grey = 1 if rng.random() < 0.6 else rng.uniform(0.2, 0.6)
    return labels, paint(rng, around(rng, np.maximum(ink, grey * lines), height))


def comb_in_a_photograph(rng):
    labels, ink, lines, height = cells(rng, 1, int(rng.integers(2, 8)))
    return labels, photograph(rng, around(rng, np.maximum(ink, lines), height))


def table(rng):
    rows, columns = (int(n) for n in rng.integers(2, 5, 2))
    labels, ink, lines, height = cells(rng, rows, columns)
    return labels, paint(rng, around(rng, np.maximum(ink, lines), height))


def cut_box(rng):
    labels, ink, lines, height = cells(rng, 1, 1)
    page = np.pad(np.maximum(ink, lines), height // 3)
    cut = height // 3 + max(2, height // 15)
    sides = [page[cut:], page[:-cut], page[:, cut:], page[:, :-cut]]
    return labels, paint(rng, sides[rng.integers(4)])


def side_of_a_cell(rng):
    height = int(rng.integers(50, 160))
    ((label, mask),), width = digits(rng, 1, height)
    line = max(1, round(width * rng.uniform(0.15, 0.45)))
    side = np.full((int(height * rng.uniform(0.9, 1.6)), line), rng.uniform(0.4, 1))
    marks = [(None, side.astype(np.float32)), (label, mask)]
    page, _ = write(rng, marks[:: rng.choice([1, -1])], height, (0.15, 0.5))
    picture = paint(rng, around(rng, page, height), (0, 0, 0))
    return [label], picture if rng.random() < 0.5 else ImageOps.invert(picture)


def underlined(rng):
    """Return labels, and the mask of a row with a line under it, at any distance."""
    labels, mask, height, width, _ = row(rng)
    over = int(height * rng.uniform(0, 0.3))
    gap = np.zeros((int(height * rng.uniform(0.03, 0.6)), mask.shape[1] + 2 * over))
    line = np.ones((max(1, round(width * rng.uniform(0.4, 1))), gap.shape[1]))
    mask = np.concatenate([np.pad(mask, ((0, 0), (over, over))), gap, line])
    return labels, around(rng, mask.astype(np.float32), height)


def underline(rng):
    labels, mask = underlined(rng)
    return labels, paint(rng, mask)


def underline_in_a_photograph(rng):
    labels, mask = underlined(rng)
    return labels, photograph(rng, mask)


def touching_underline(rng):
    labels, mask, height, width, _ = row(rng)
    foot = np.ones((max(1, round(width / 2)), mask.shape[1]), np.float32)
    lowest = max(np.flatnonzero(mask.any(1))) + 1
    return labels, paint(
        rng, around(rng, np.concatenate([mask[:lowest], foot]), height)
    )


def ring(rng):
    height = int(rng.integers(40, 140))
    ((label, mask),), width = digits(rng, 1, height)
    radius = int(
        max(np.hypot(*mask.shape) / 2 + width, height * rng.uniform(0.65, 0.95))
    )
    side = 2 * radius + int(width) + 4
    page = np.zeros((side, side), np.uint8)
    cv2.circle(
        page, (side // 2,) * 2, radius, 255, max(1, round(width / 2)), cv2.LINE_AA
    )
    top, left = ((side - size) // 2 for size in mask.shape)
    page = page.astype(np.float32) / 255
    page[top : top + mask.shape[0], left : left + mask.shape[1]] += mask
    return [label], paint(rng, around(rng, page.clip(0, 1), height))


def punch_holes(rng):
    labels, mask, height, *_ = row(rng, 60, 140, 5)
    page = np.pad(around(rng, mask, height, 0.8, 1.5), ((0, 0), (height * 4 // 3, 0)))
    holes = np.zeros(page.shape, np.uint8)
    for share in (0.25, 0.75):
        middle = (int(0.7 * height), int(share * page.shape[0]))
        cv2.circle(holes, middle, int(height * rng.uniform(0.2, 0.4)), 255, -1)
    return labels, paint(rng, np.maximum(page, holes / 255).astype(np.float32))


def slash(rng, height, width, lean):
    high = int(height * 1.1)
    wide = int(high * (lean + rng.uniform(-0.05, 0.05)))
    size = (high, wide + int(width) + 2)
    return stroke(size, width, (width / 2, high - 1 - width / 2), (wide, width / 2))


def hyphen(rng, height, width, lean):
    wide, level = height * rng.uniform(0.25, 0.5), height * rng.uniform(0.45, 0.6)
    size = (height, int(wide + width) + 2)
    return stroke(size, width, (width / 2, level), (wide, level))


def dot(rng, height, width, lean):
    page = np.zeros((height, int(2 * width) + 2), np.uint8)
    middle = (int(width), height - 1 - int(width))
    cv2.circle(page, middle, max(1, round(width * 0.75)), 255, -1, cv2.LINE_AA)
    return page.astype(np.float32) / 255


def comma(rng, height, width, lean):
    page = (int(1.5 * height), max(3, int(0.25 * height)))
    ends = [(0.13 * height, 1.15 * height), (0.07 * height, 1.38 * height)]
    return stroke(page, width, *ends)


SEPARATORS = {"/": slash, "-": hyphen, ".": dot, ",": comma}


def separated(rng, character, counts):
    """Write groups of so many digits with a separator between each two."""
    height, lean = int(rng.integers(40, 140)), rng.uniform(0.3, 0.6)
    drawn, width = digits(rng, sum(counts), height, (0.05, 0.1))
    marks = []
    for number, count in enumerate(counts):
        if number:
            mark = SEPARATORS[character](rng, height, width, lean)
            marks.append((character, mark))
        marks += [drawn.pop() for _ in range(count)]
    page, _ = write(rng, marks, height, (0.15, 0.3))
    return [label for label, _ in marks], paint(rng, around(rng, page, height))


def date_with_slashes(rng):
    return separated(rng, "/", [(2, 2, 2), (1, 2, 4)][rng.integers(2)])


def date_with_hyphens(rng):
    return separated(rng, "-", [(2, 2, 2), (4, 2, 2), (3, 4)][rng.integers(3)])


def date_with_dots(rng):
    return separated(rng, ".", [(2, 2, 2), (3, 2)][rng.integers(2)])


def decimal_comma(rng):
    return separated(rng, ",", [(2, 2), (3, 1), (1, 2)][rng.integers(3)])


def brackets(rng):
    height = int(rng.integers(50, 140))
    drawn, width = digits(rng, int(rng.integers(1, 4)), height, (0.05, 0.1))
    high = int(height * rng.uniform(1.05, 1.4))
    wide = high * rng.uniform(0.14, 0.24)
    t = np.linspace(-1, 1, 40)
    down = (t + 1) / 2 * (high - 2 * width) + width
    size = (high, int(wide + 2 * width) + 2)
    opening, closing = (
        stroke(size, width, *zip(across + width, down, strict=True))
        for across in (wide * t**2, wide * (1 - t**2))
    )
    marks = [("(", opening), *drawn]
    marks += [(")", closing)] if rng.random() < 0.6 else []
    page, _ = write(rng, marks, height, (0.15, 0.3))
    return [label for label, _ in marks], paint(rng, around(rng, page, height))


TILES = [(0, 0, 0), (250, 228, 120), (40, 120, 60), (200, 40, 40), (60, 60, 200)]


def on_tile(rng, disc=False):
    """Return label, coverage of a tile and of the digit on it, paper left around."""
    height = int(rng.integers(50, 160))
    ((label, mask),), _ = digits(rng, 1, height)
    mask = around(rng, mask, height, 0.15, 0.5)
    tile = np.ones(mask.shape, np.float32)
    if disc:
        radius = int(np.hypot(*mask.shape) / 2)
        spare = [2 * radius + 1 - side for side in mask.shape]
        mask = np.pad(mask, [(one // 2, one - one // 2) for one in spare])
        round_ = np.zeros(mask.shape, np.uint8)
        cv2.circle(round_, (radius, radius), radius, 255, -1, cv2.LINE_AA)
        tile = round_.astype(np.float32) / 255
    border = int(height * rng.uniform(0.3, 1))
    return label, np.pad(tile, border)[..., None], np.pad(mask, border)[..., None]


def lay_tile(rng, disc):
    """Return a digit on a coloured tile on a page of another colour."""
    label, tile, mask = on_tile(rng, disc)
    colour = np.array(TILES[rng.integers(len(TILES))])
    ink = np.array((255,) * 3 if colour.mean() < 140 else (0,) * 3)
    paper = np.array((30,) * 3 if colour.mean() > 140 else (255, 255, 255))
    painted = colour * (1 - mask) + ink * mask
    page = paper * (1 - tile) + painted * tile
    return [label], Image.fromarray(page.round().astype(np.uint8))


def tile(rng):
    return lay_tile(rng, False)


def disc(rng):
    return lay_tile(rng, True)


def card_on_transparency(rng):
    label, tile, mask = on_tile(rng)
    colour = np.array([(255, 255, 255), *TILES][rng.integers(len(TILES) + 1)])
    ink = np.array((255,) * 3 if colour.mean() < 140 else (0,) * 3)
    layers = np.concatenate([colour * (1 - mask) + ink * mask, 255 * tile], axis=2)
    return [label], Image.fromarray(layers.round().astype(np.uint8))


def saved_plot(rng):
    """Enlarge a coarse digit, light on black, as plotting libraries save it."""
    ((label, mask),), _ = digits(rng, 1, 200, (0.1, 0.13))
    mask = cv2.resize(
        mask, (max(3, mask.shape[1] // 10), 20), interpolation=cv2.INTER_AREA
    )
    spare = 28 - np.array(mask.shape)
    coarse = np.pad(mask, [(one // 2, one - one // 2) for one in spare])
    times = int(rng.integers(5, 12))
    large = (255 * np.kron(coarse, np.ones((times, times)))).astype(np.uint8)
    margins = [(int(rng.integers(20, 90)),) * 2 for _ in range(2)]
    return [label], Image.fromarray(np.pad(large, margins, constant_values=255))


def two_grounds(rng):
    labels, mask, height, _, starts = row(rng, 50, 110, 4)
    page = around(rng, np.pad(mask, 1), height, 0.5, 1.5)
    left = int(np.flatnonzero(page.any(0))[0])
    change = left + starts[int(rng.integers(1, len(starts)))] - int(0.1 * height)
    grounds = [((255, 255, 255), (255, 230, 130)), ((60, 60, 60), (240, 240, 240))]
    one, other = grounds[rng.integers(2)]
    first = (np.arange(page.shape[1]) < change)[None, :, None]
    ink = np.where(first & (one[0] < 100), 255, 20)
    return labels, paint(rng, page, ink, np.where(first, one, other))


def touching(rng):
    """Write two digits so near that they touch, neither of them a 1."""
    height = int(rng.integers(60, 160))
    drawn, _ = digits(rng, 12, height, (0.05, 0.1))
    (one, first), (other, second) = [pair for pair in drawn if pair[0] != 1][:2]
    tall = max(first.shape[0], second.shape[0])
    first, second = (
        np.pad(mask, ((tall - mask.shape[0], 0), (0, 0))) for mask in (first, second)
    )
    for shared in range(height // 2):
        wide = first.shape[1] + second.shape[1] - shared
        page = np.pad(first, ((0, 0), (0, wide - first.shape[1])))
        page[:, -second.shape[1] :] = np.maximum(page[:, -second.shape[1] :], second)
        if cv2.connectedComponents((page > 0.3).astype(np.uint8))[0] == 2:
            break
    return [one, other], paint(rng, around(rng, page, height))


def lines_seen_aslant(rng):
    """Write in a drawing on ruled, squared or boxed paper, of lines with soft edges."""
    height = int(rng.integers(50, 110))
    drawn, _ = digits(rng, int(rng.integers(3, 9)), height)
    paper = (papers.ruled, papers.squared, papers.boxed)[rng.integers(3)]
    ink, lines = papers.seen_aslant(rng, *paper(rng, drawn, height))
    mask = np.maximum(ink, lines * rng.uniform(0.15, 0.6)).clip(0, 1)
    return [label for label, _ in drawn], paint(rng, mask)


KINDS = {
    make.__name__: make
    for make in (
        slope,
        two_inks,
        dark_room,
        faint_pencil,
        comb,
        comb_in_a_photograph,
        table,
        cut_box,
        side_of_a_cell,
        underline,
        underline_in_a_photograph,
        touching_underline,
        ring,
        punch_holes,
        date_with_slashes,
        date_with_hyphens,
        date_with_dots,
        decimal_comma,
        brackets,
        tile,
        disc,
        card_on_transparency,
        saved_plot,
        two_grounds,
        touching,
        lines_seen_aslant,
    )
}


def draw(kind, seed):
    """Draw one page; the same for the same seed.

    Returns
    -------
    labels : list of int or str
    picture : PIL.Image.Image
    """
    rng = np.random.default_rng([seed, 2000, list(KINDS).index(kind)])
    return KINDS[kind](rng)
