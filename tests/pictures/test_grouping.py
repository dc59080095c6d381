"""Strokes of one digit are one group; digits beside each other are several."""

import cv2
import numpy as np
import pytest
from scipy import ndimage

from ensembles.pictures import grouping, judging


def draw(*strokes, size=(200, 300), width=10):
    """Return lines, each given by its corners, as ink."""
    canvas = np.zeros(size, np.uint8)
    for corners in strokes:
        cv2.polylines(canvas, [np.array(corners, np.int32)], False, 255, width)
    return canvas.astype(np.float32) / 255


def find_groups(ink, photographed=False):
    return grouping.find_marks(ink, photographed).groups


def shifted(strokes, right=0, down=0):
    return [[(x + right, y + down) for x, y in stroke] for stroke in strokes]


FIVE = [
    [(60, 40), (120, 38)],  # the bar, apart from the body
    [(48, 42), (45, 100), (100, 95), (118, 130), (90, 165), (45, 160)],
]
FOUR = [[(60, 30), (40, 100), (88, 100)], [(106, 60), (104, 170)]]
ONE = [[(80, 30), (75, 170)]]
SEVEN = [[(40, 30), (110, 30), (70, 170)]]


@pytest.mark.parametrize("strokes", [FOUR, ONE, SEVEN])
def test_one_digit(strokes):
    ink = draw(*strokes)
    (group,) = find_groups(ink)
    assert_is_drawn(group, ink)
    assert group.ink.sum() <= 1.05 * ink.sum()


def assert_is_drawn(group, ink):
    """Compare with ink, to which a bridge between parts may have been added."""
    left, top, width, height = group.box
    drawn = ink[top : top + height, left : left + width]
    assert drawn.sum() == ink.sum()
    np.testing.assert_array_equal(group.ink[drawn > 0], drawn[drawn > 0])


def test_torn_strokes_are_bridged_and_others_are_not():
    (five,) = find_groups(draw(*FIVE))
    assert ndimage.label(five.ink > 0, np.ones((3, 3)))[1] == 1
    far = [FIVE[0], [(x, y + 22) for x, y in FIVE[1]]]
    (five,) = find_groups(draw(*far))
    assert ndimage.label(five.ink > 0, np.ones((3, 3)))[1] == 2


def test_a_ring_of_three_pieces_is_one_and_read_as_a_ring():
    turns = [np.linspace(start, start + 1.85, 30) for start in (0, 2.1, 4.2)]
    ring = [
        [(100 + 45 * np.cos(a), 100 + 70 * np.sin(a)) for a in turn] for turn in turns
    ]
    (zero,) = find_groups(draw(*ring))
    assert ndimage.label(np.pad(zero.ink, 1) == 0)[1] == 2


@pytest.mark.parametrize(
    ("first", "second", "right"),
    [(ONE, ONE, 40), (SEVEN, FIVE, 95), (FOUR, SEVEN, 95), (FIVE, ONE, 75)],
)
def test_digits_beside_each_other_are_two(first, second, right):
    ink = draw(*first, *shifted(second, right))
    one, other = find_groups(ink)
    assert one.box[0] < other.box[0]
    assert_is_drawn(one, draw(*first))
    assert_is_drawn(other, draw(*shifted(second, right)))


def test_rows_are_read_one_after_another():
    digits = [(ONE, 0, 5), (SEVEN, 100, 0), (SEVEN, 0, 190), (ONE, 100, 195)]
    strokes = [s for shape, right, down in digits for s in shifted(shape, right, down)]
    groups = find_groups(draw(*strokes, size=(400, 300)))
    widths = [group.box[2] for group in groups]
    assert [width > 40 for width in widths] == [False, True, True, False]


def test_dust_is_no_digit():
    ink = draw(*SEVEN)
    rng = np.random.default_rng(0)
    for y, x in rng.integers(0, (196, 296), (60, 2)):
        if not ink[max(y - 5, 0) : y + 9, max(x - 5, 0) : x + 9].any():
            ink[y : y + 3, x : x + 3] = 0.8
    (group,) = find_groups(ink)
    assert group.box == find_groups(draw(*SEVEN))[0].box


def test_a_smudge_and_a_dash_are_no_digits():
    ink = draw(*SEVEN)
    ink += 0.2 * draw(*shifted(SEVEN, 120))
    ink += draw([(150, 190), (280, 190)], width=6)
    (group,) = find_groups(ink)
    assert group.box[0] < 50


def test_what_leaves_a_photograph_is_no_digit_beside_one_that_does_not():
    ink = draw(*SEVEN, *shifted(ONE, 215, -60), *shifted(ONE, 215, 60))
    assert len(find_groups(ink, photographed=True)) == 1
    assert len(find_groups(ink, photographed=False)) == 2


def test_a_digit_that_a_photograph_cuts_is_found():
    up = shifted(FIVE, 0, 35)
    ink = draw(*up)[:, :160]  # the body runs out below, the bar does not
    (group,) = find_groups(ink, photographed=True)
    assert group.box[3] > 120


def test_a_frame_is_no_digit():
    frame = [(20, 10), (180, 12), (178, 190), (22, 188), (20, 10)]
    (group,) = find_groups(draw(frame, *SEVEN, width=6))
    assert group.box == find_groups(draw(*SEVEN, width=6))[0].box


def test_nothing():
    assert find_groups(np.zeros((20, 30), np.float32)) == []


def test_no_more_than_the_limit_is_read(monkeypatch):
    ink = np.zeros((400, 400), np.float32)
    for row in range(10, 390, 40):
        for column in range(10, 390, 40):
            ink[row : row + 25, column : column + 5] = 1
    monkeypatch.setattr(judging, "MAX_DIGITS", 50)
    marks = grouping.find_marks(ink)
    assert len(marks.groups) == len(marks.left_out) == 50
    assert {one.why for one in marks.left_out} == {"one of too many"}


def test_a_two_with_a_tail_stands_on_no_line():
    two = [[(40, 60), (60, 40), (80, 60), (45, 130)], [(45, 130), (130, 130)]]
    (group,) = find_groups(draw(*two))
    assert_is_drawn(group, draw(*two))


def test_a_six_with_a_level_bottom_stands_on_no_line():
    six = [
        [(60, 30), (45, 130), (50, 160), (100, 160), (120, 140), (115, 110)],
        [(115, 110), (95, 100), (85, 120), (88, 160)],
    ]
    (group,) = find_groups(draw(*six))
    assert_is_drawn(group, draw(*six))


def test_specks_beside_a_thick_one_do_not_make_it_a_line():
    one = draw([(80, 30), (80, 170)], width=35)
    both = np.maximum(one, draw([(150, 60), (170, 64), (158, 90)], width=6))
    thickest = max(find_groups(both), key=lambda group: group.ink.sum())
    assert_is_drawn(thickest, one)


def test_what_is_struck_through_is_doubted():
    struck = draw(*FIVE, [(25, 95), (140, 90)])
    (group,) = find_groups(struck)
    assert group.mark.doubt == "struck"
    (group,) = find_groups(draw(*FIVE))
    assert group.mark.doubt is None
