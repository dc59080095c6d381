"""Image files: every usual format, pages, animations, and sizes."""

import io

import heic
import numpy as np
import pytest
from PIL import Image
from web import draw, encode

from ensembles.pictures import decoding
from ensembles.pictures.reading import find_digits, to_mnist


def of_grey(picture):
    return np.asarray(picture.convert("L"), float)


@pytest.mark.parametrize("kind", ["TIFF", "AVIF", "ICO", "WEBP", "PNG"])
def test_formats(kind):
    drawn = draw().resize((48, 48))
    read = decoding.read_picture(encode(drawn.convert("RGB"), kind))
    assert read.size == (48, 48)
    assert np.abs(of_grey(read) - of_grey(drawn)).mean() < 4


def test_heic_is_read_and_turned_once():
    drawn = draw()
    upright = decoding.read_picture(heic.UPRIGHT)
    assert np.abs(of_grey(upright) - of_grey(drawn)).mean() < 4
    turned = decoding.read_picture(heic.LYING)
    expected = drawn.transpose(Image.Transpose.ROTATE_270)
    assert turned.size == turned.info["full_size"] == (50, 40)
    assert np.abs(of_grey(turned) - of_grey(expected)).mean() < 4


def frames(*pictures, kind="GIF", **options):
    stream = io.BytesIO()
    first, *others = pictures
    saved = {"save_all": True, "append_images": others}
    first.save(stream, kind, **saved, **options)
    return stream.getvalue()


EMPTY = Image.new("L", draw().size, 255)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_the_fullest_frame_of_an_animation_that_begins_empty(kind):
    part = draw(((5, 20), (10, 14)))
    content = frames(EMPTY, part, draw(), kind=kind, duration=40)
    expected = to_mnist(draw())
    found = to_mnist(decoding.read_picture(content)).astype(int)
    assert np.abs(found - expected).mean() < 3


def test_an_animation_that_begins_with_a_digit_is_its_first_frame():
    content = frames(draw(((5, 20), (10, 14))), draw(), duration=40)
    (found,) = find_digits(decoding.read_picture(content))
    assert found.box[3] == 15


def test_an_animation_in_which_nothing_is_drawn():
    content = frames(EMPTY, Image.new("L", EMPTY.size, 250), duration=40)
    assert find_digits(decoding.read_picture(content)) == []


def test_pages_of_a_tiff():
    other = draw(((20, 24), (3, 30)))
    content = frames(draw(), other, kind="TIFF")
    pages = list(decoding.read_pages(content))
    assert len(pages) == 2
    for page, drawn in zip(pages, (draw(), other), strict=True):
        np.testing.assert_array_equal(of_grey(page), of_grey(drawn))
    assert len(list(decoding.read_pages(content, 1))) == 1
    assert len(list(decoding.read_pages(encode(draw())))) == 1


@pytest.mark.parametrize("mode", ["F", "I;16", "I"])
@pytest.mark.parametrize("full", [1, 255, 65535])
def test_levels_of_other_ranges(mode, full):
    if mode != "F" and full == 1:
        pytest.skip("whole numbers of 0 to 1 are a bitmap's")
    kind = {"F": np.float32, "I;16": np.uint16, "I": np.int32}[mode]
    levels = (np.asarray(draw(), float) / 255 * full).astype(kind)
    stream = io.BytesIO()
    Image.fromarray(levels).save(stream, "TIFF")
    found = to_mnist(decoding.read_picture(stream.getvalue())).astype(int)
    assert np.abs(found - to_mnist(draw())).mean() < 3


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "AVIF"])
def test_a_telephones_picture_is_reduced_and_keeps_its_size(kind):
    large = draw().resize((3000, 4000)).convert("RGB")
    exif = Image.Exif()
    exif[0x112] = 6
    read = decoding.read_picture(encode(large, kind, exif=exif, quality=60))
    assert read.info["full_size"] == (4000, 3000)
    assert 1000 <= max(read.size) <= 1500
    (found,) = find_digits(read)
    # A quarter clockwise: what was 75 to 700 down lies from the right.
    left, top, width, height = found.box
    assert np.abs(np.array([top, height]) - [750, 975]).max() < 80
    assert np.abs(np.array([left + width, width]) - [3600, 2800]).max() < 80


def test_large_pictures_of_16_bits_are_reduced_as_others_are():
    levels = np.asarray(draw().resize((2400, 3000)), np.uint16) * 257
    stream = io.BytesIO()
    Image.fromarray(levels).save(stream, "TIFF")
    read = decoding.read_picture(stream.getvalue())
    assert read.size == (800, 1000)
    assert read.info["full_size"] == (2400, 3000)
    wide, plain = (
        to_mnist(one).astype(int)
        for one in (read, decoding.read_picture(encode(draw().resize((2400, 3000)))))
    )
    assert np.abs(wide - plain).max() <= 1


def test_pages_are_decoded_one_by_one():
    too_wide = Image.new("L", (decoding.MAX_PICTURE_SIDE + 1, 1))
    pages = decoding.read_pages(frames(draw(), too_wide, kind="TIFF"))
    np.testing.assert_array_equal(of_grey(next(pages)), of_grey(draw()))
    with pytest.raises(decoding.ImageError, match="20,000 on a side; got 20001 × 1"):
        next(pages)
