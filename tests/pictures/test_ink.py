"""Ink apart from paper, light, lines and what lies around the page."""

import cv2
import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from ensembles.pictures import (
    background,
    creases,
    erasing,
    ink,
    noise,
    page,
    paper,
    ruling,
    tiles,
)


def ring(size=200, radius=50, width=12, at=(100, 100)):
    """Return a ring of ink, float in [0, 1]."""
    y, x = np.mgrid[:size, :size]
    off = np.abs(np.hypot(y - at[0], x - at[1]) - radius)
    return np.clip(width / 2 + 0.5 - off, 0, 1).astype(np.float32)


def overlap(density, truth):
    """Return the intersection over the union of what is visible."""
    one, other = density > 0.3, truth > 0.3
    return (one & other).sum() / (one | other).sum()


def colours_of(*args, mode=None):
    picture = Image.fromarray(*args)
    return paper.lay_on_paper(picture.convert(mode) if mode else picture)[0]


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (np.array([[0, 51, 255]], np.uint8), [0, 0.2, 1]),
        (np.array([[0, 13107, 65535]], np.uint16), [0, 0.2, 1]),
        (np.array([[[0, 255], [0, 51], [0, 0]]], np.uint8), [0, 0.8, 1]),
        (np.array([[[255, 0], [255, 51], [255, 255]]], np.uint8), [0, 0.2, 1]),
        (np.array([[[255, 255], [0, 255], [51, 255]]], np.uint8), [1, 0, 0.2]),
    ],
    ids=["8 bits", "16 bits", "black ink", "white ink", "opaque"],
)
def test_colours(levels, expected):
    got = colours_of(levels)
    assert got.shape == (1, 3, 3)
    np.testing.assert_allclose(got, np.repeat([expected], 3, 0).T[None], atol=1e-6)


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "I;16"])
def test_large_pictures_are_reduced_by_area(mode):
    rng = np.random.default_rng(0)
    levels = rng.integers(0, 256, (900, 3000)).astype(np.uint8)
    wide = levels.astype(np.uint16) * 257
    picture = Image.fromarray(wide if mode == "I;16" else levels)
    picture = picture if mode == "I;16" else picture.convert(mode)
    colours, scale = paper.lay_on_paper(picture)
    assert scale == 3
    expected = levels.reshape(300, 3, 1000, 3).mean((1, 3)) / 255
    np.testing.assert_allclose(colours[..., 0], expected, atol=1 / 255)


def test_paper_of_a_drawing():
    colours = np.full((60, 80, 3), (0.9, 1, 0.8), np.float32)
    colours[20:40, 30:50] = 0
    np.testing.assert_allclose(paper.flat_paper(colours), (0.9, 1, 0.8), atol=1e-6)
    colours[[0, -1]] = 0.2  # a frame covers the border, and is no paper
    colours[:, [0, -1]] = 0.2
    np.testing.assert_allclose(paper.flat_paper(colours), (0.9, 1, 0.8), atol=1e-6)
    slope = np.linspace(0.5, 0.9, 80, dtype=np.float32)[None, :, None]
    assert paper.flat_paper(slope.repeat(60, 0).repeat(3, 2)) is None


def test_coloured_ink_as_bright_as_its_paper_counts_in_full():
    truth = ring()
    ground, pen = np.array([200, 60, 60]), np.array([60, 130, 60])
    mixed = ground * (1 - truth[..., None]) + pen * truth[..., None]
    colours = (mixed / 255).astype(np.float32)
    np.testing.assert_allclose(ink.drawn_ink(colours, colours[0, 0]), truth, atol=0.01)


def test_background_follows_light_and_a_shadow_but_no_stroke():
    y, x = np.mgrid[:200, :200] / 200
    sheet = (0.9 - 0.3 * x - 0.1 * y).astype(np.float32)
    sheet[:, 130:] *= 0.6
    written = sheet * (1 - 0.7 * ring())
    got = background.background(written, 24)
    off = np.abs(got - sheet)
    # Nothing follows a step to the pixel after reduction; two elements' pixels do.
    off[:, 124:136] = 0
    assert off.max() < 0.05


@pytest.mark.parametrize("sign", [1, -1])
def test_ink_is_found_in_uneven_light(sign):
    rng = np.random.default_rng(1)
    truth = ring()
    _, x = np.mgrid[:200, :200] / 200
    light = 1 - 0.5 * x
    light[:70] *= 0.7
    ground, pen = (0.9, 0.2) if sign > 0 else (0.15, 0.8)
    scene = (ground * (1 - truth) + pen * truth) * light
    scene = scene[..., None].repeat(3, 2) + rng.normal(0, 0.01, (200, 200, 3))
    assert overlap(ink.photographed_ink(scene.astype(np.float32)), truth) > 0.8


def test_empty_paper_has_no_ink():
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:300, :400] / 400
    light = 0.8 - 0.3 * x * y
    scene = light[..., None] + rng.normal(0, 0.02, (300, 400, 3))
    assert not ink.photographed_ink(scene.astype(np.float32)).any()


def lines(size, spacing, thickness, degrees, grid):
    y, x = np.mgrid[: size[0], : size[1]]
    turn = np.deg2rad(degrees)
    across = y * np.cos(turn) + x * np.sin(turn)
    drawn = across % spacing < thickness
    if grid:
        drawn |= (x * np.cos(turn) - y * np.sin(turn)) % spacing < thickness
    return drawn


@pytest.mark.parametrize("degrees", [-3, 0, 2])
@pytest.mark.parametrize("grid", [False, True])
def test_lines_are_erased_and_the_digit_stays(degrees, grid):
    truth = ring(500, 120, 16, (250, 250))
    ruled = lines((500, 500), 61, 3, degrees, grid)
    density = np.maximum(truth, 0.7 * ruled).astype(np.float32)
    got = ruling.remove_lines(density)
    away = ndimage.distance_transform_edt(truth < 0.5) > 6
    assert (got[away] > 0).mean() < 0.1 * (density[away] > 0).mean()
    assert (got > 0)[truth > 0.5].mean() > 0.97


def test_a_digit_without_lines_is_left_alone():
    truth = ring(500, 120, 16, (250, 250))
    truth[100:400, 60:70] = 1  # a 1
    truth[100:110, 380:480] = 1  # the bar of a 5
    np.testing.assert_array_equal(ruling.remove_lines(truth), truth)


def test_a_one_that_fills_its_picture_is_no_line():
    one = np.zeros((300, 200), np.float32)
    one[:, 98:101] = 1
    np.testing.assert_array_equal(ruling.remove_lines(one), one)


@pytest.mark.parametrize("thickness", [1, 2, 5])
def test_line_thickness(thickness):
    drawn = lines((300, 300), 50, thickness, 0, False)
    near = ndimage.binary_dilation(drawn, iterations=3)
    assert erasing.line_thickness(drawn, near) == thickness


def in_colours(grey, colour=(1.0, 1.0, 1.0)):
    return grey[..., None] * np.array(colour, np.float32)


def sheet_on_desk(written=True):
    scene = np.full((400, 500), 0.25, np.float32)
    corners = np.array([[120, 60], [400, 80], [390, 330], [130, 320]], np.int32)
    sheet = cv2.fillConvexPoly(np.zeros((400, 500), np.uint8), corners, 1) > 0
    scene[sheet] = 0.85
    if written:
        scene *= 1 - 0.8 * np.pad(ring(160, 50, 10, (80, 80)), ((120, 120), (180, 160)))
    return scene, sheet


def test_the_page_is_found_and_its_edge_left_out():
    scene, sheet = sheet_on_desk()
    found = page.find_page(in_colours(scene))
    assert not (found & ~sheet).any()
    assert found.sum() > 0.8 * sheet.sum()


def test_what_is_no_page_is_none():
    blank, _ = sheet_on_desk(written=False)
    assert page.find_page(in_colours(blank)) is None  # such as a thick light stroke
    x = np.mgrid[:400, :500][1] / 500
    shadow = (0.9 - 0.45 / (1 + np.exp((x - 0.5) * 30))).astype(np.float32)
    shadow *= 1 - 0.7 * np.pad(ring(), ((100, 100), (20, 280)))
    assert page.find_page(in_colours(shadow)) is None


def test_light_on_a_page_is_no_page_unless_it_has_a_colour_of_its_own():
    scene, sheet = sheet_on_desk()
    scene *= 1 - 0.8 * np.pad(ring(110, 40, 10, (60, 60)), ((0, 290), (0, 390)))
    assert page.find_page(in_colours(scene)) is None
    desk = np.where(sheet[..., None], 1, np.array([1.0, 0.8, 0.6], np.float32))
    assert page.find_page(in_colours(scene) * desk) is not None


def creased(angle, density):
    """Return the ink of a ring with a crease across it, and without."""
    truth = np.pad(ring(), ((100, 100), (150, 150))).astype(np.float32)
    y, x = np.indices(truth.shape)
    turn = np.deg2rad(angle)
    off = (x - 250) * np.sin(turn) - (y - 200) * np.cos(turn)
    line = density * np.clip(1.5 - np.abs(off), 0, 1)
    return np.maximum(truth, line).astype(np.float32), truth


@pytest.mark.parametrize("angle", [-70, -30, 3, 20, 45, 85])
def test_a_crease_is_erased_and_what_it_crosses_is_not(angle):
    ink, truth = creased(angle, 0.4)
    got = creases.remove_creases(ink)
    assert (got[truth > 0.8] > 0.8).all()
    assert got[truth == 0].sum() < 0.05 * (ink - truth).sum()


def test_a_line_as_dark_as_ink_and_a_row_of_digits_are_no_creases():
    dark, _ = creased(20, 1.0)
    np.testing.assert_array_equal(creases.remove_creases(dark), dark)
    row = np.tile(ring(), (1, 4)).astype(np.float32) * 0.5
    np.testing.assert_array_equal(creases.remove_creases(row), row)


@pytest.mark.parametrize("bar", [5, 30])
def test_the_copy_of_a_window_shows_its_drawing_alone(bar):
    grey = np.full((200, 200), 200, np.uint8)
    grey[:bar] = 90
    grey[bar:-3, 3:-3] = 255 * (1 - ring()[bar:-3, 3:-3])
    colours = colours_of(grey)
    assert paper.flat_paper(colours) is not None
    got = ink.find_ink(Image.fromarray(grey)).density
    assert got[:bar].max() == got[:, :3].max() == 0
    assert overlap(got, ring()) > 0.95


def test_a_digit_that_fills_its_picture_is_no_window():
    seven = np.full((200, 120, 3), 1.0, np.float32)
    seven[:20] = 0
    for row in range(20, 200):
        left = 100 - row // 2
        seven[row, left : left + 20] = 0
    covered = paper.cover_surroundings(seven, np.ones(3))
    np.testing.assert_array_equal(covered, seven)


@pytest.mark.parametrize("deviation", [0, 5, 20, 40])
def test_a_photograph_in_poor_light_is_read(deviation):
    noise = np.random.default_rng(0).normal(0, deviation, (200, 200))
    levels = 190 * (1 - 0.8 * ring()) + noise
    colours = colours_of(levels.clip(0, 255).astype(np.uint8))
    assert overlap(ink.photographed_ink(colours), ring()) > 0.8


def test_a_quiet_photograph_is_not_blurred():
    colours = np.random.default_rng(0).normal(0.7, 0.015, (200, 200, 3))
    colours = colours.astype(np.float32)
    assert noise.quieten(colours) is colours
    noisy = (0.7 + 8 * (colours - 0.7)).astype(np.float32)
    assert noise.quieten(noisy).std() == pytest.approx(noise.QUIET, rel=0.25)


def test_a_thick_nought_is_no_tile():
    nought = cv2.ellipse(
        np.full((200, 200), 255, np.uint8), (100, 100), (45, 70), 0, 0, 360, 0, 44
    )
    colours = colours_of(nought, mode="RGB")
    assert tiles.find_tiles(colours, np.ones(3)) == []
    bar = cv2.rectangle(np.full((200, 200), 255, np.uint8), (0, 0), (200, 25), 0, -1)
    colours = colours_of(cv2.circle(bar, (9, 9), 4, 255, -1), mode="RGB")
    assert tiles.find_tiles(colours, np.ones(3)) == []


def test_a_thick_one_with_soft_edges_is_no_tile():
    one = np.full((200, 200), 255, np.uint8)
    one[30:170, 85:121] = 110
    one[30:170, 91:115] = 0
    colours = colours_of(one, mode="RGB")
    assert tiles.find_tiles(colours, np.ones(3)) == []
    one[90:110, 99:106] = 255  # on which something is written
    assert len(tiles.find_tiles(colours_of(one, mode="RGB"), np.ones(3))) == 1
