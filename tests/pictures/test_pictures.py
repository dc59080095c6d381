"""Pictures as people make them are read; files that are none are refused."""

import io
from collections import Counter
from pathlib import Path

import drawing
import heic
import numpy as np
import pytest
from marks import needs_mnist
from PIL import Image
from web import API

from benchmarks.drawn_large import draw_large
from ensembles.pictures import decoding, reading
from ensembles.serving.predictor import Predictor
from webapp.app import create_app

ENSEMBLE = Path(__file__).parents[2] / "record/ensemble.onnx"
EACH = 16
"""Pictures of each kind; those of a telephone take long to draw."""
FEW = {"camera": 5}


@pytest.fixture(scope="module")
def predictor():
    return Predictor(ENSEMBLE, threads=1)


@pytest.fixture(scope="module")
def client(predictor):
    return create_app(predictor).test_client()


def read(client, content):
    """Return the digits that the API finds; None for what it takes for no digit."""
    answer = client.post(API, data=content, content_type="image/png")
    return [one["digit"] for one in answer.get_json()["predictions"]]


@needs_mnist
def test_pictures_of_every_kind_are_read(client, labelled_digits):
    right, sent = Counter(), Counter()
    for kind in drawing.KINDS:
        for seed in range(FEW.get(kind, EACH)):
            drawn = drawing.draw(kind, seed, *labelled_digits)
            right[kind] += read(client, drawn.content) == drawn.labels
            sent[kind] += 1
    shares = {kind: right[kind] / sent[kind] for kind in sent}
    assert right.total() >= 0.97 * sent.total(), shares
    assert min(shares.values()) >= 0.93, shares


@needs_mnist
def test_rows_of_digits_are_read(client, labelled_digits):
    right = [
        read(client, drawn.content) == drawn.labels
        for drawn in (drawing.draw_row(seed, *labelled_digits) for seed in range(30))
    ]
    assert np.mean(right) >= 0.9


@pytest.mark.long
@needs_mnist
def test_digits_drawn_large_are_read_as_the_originals(predictor, labelled_digits):
    digits, labels = (part[:500] for part in labelled_digits)
    rng = np.random.default_rng(0)
    drawn = [reading.find_digits(draw_large(digit, rng)) for digit in digits]
    assert [len(found) for found in drawn].count(1) >= 0.998 * len(digits)
    got = predictor.predict(np.stack([found[0].digit for found in drawn])).digits
    originals = predictor.predict(digits).digits
    # So few digits cannot tell a loss of less than one of them.
    assert (got != labels).sum() <= (originals != labels).sum() + 1


@pytest.mark.parametrize("kind", drawing.KINDS)
def test_one_digit_is_found_where_it_was_drawn(kind):
    """Without MNIST and without an ensemble: strokes alone."""
    counts = [
        len(
            reading.find_digits(decoding.read_picture(drawing.draw(kind, seed).content))
        )
        for seed in range(1000, 1003 if kind == "camera" else 1006)
    ]
    assert np.mean(np.array(counts) == 1) >= 0.6, counts


def test_box_is_in_pixels_of_the_upright_picture():
    levels = np.full((1500, 3000), 255, np.uint8)
    levels[300:1200, 1200:1500] = 0
    (found,) = reading.find_digits(
        decoding.read_picture(drawing.encode_upright(levels))
    )
    np.testing.assert_allclose(found.box, (1200, 300, 300, 900), atol=3)
    exif = Image.Exif()
    exif[drawing.ORIENTATION] = 6
    lying = Image.fromarray(np.rot90(levels))
    stream = io.BytesIO()
    lying.save(stream, "JPEG", exif=exif)
    (found,) = reading.find_digits(decoding.read_picture(stream.getvalue()))
    np.testing.assert_allclose(found.box, (1200, 300, 300, 900), atol=3)


def mutate(rng, content):
    """Return a file with some of its bytes changed, cut, doubled or moved."""
    content = bytearray(content)
    for _ in range(rng.integers(1, 8)):
        at = int(rng.integers(len(content)))
        what = rng.integers(5)
        if what == 0:
            content[at] = int(rng.integers(256))
        elif what == 1:
            del content[at : at + int(rng.integers(1, 40))]
        elif what == 2:
            content[at:at] = rng.bytes(int(rng.integers(1, 40)))
        elif what == 3:
            content[at:at] = content[at : at + 30]
        else:
            content[at : at + 4] = rng.choice(
                [b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff"]
            )
        content = content or bytearray(b"\0")
    return bytes(content)


def every_format():
    drawn = drawing.draw("mouse", 5).content
    picture = decoding.read_picture(drawn).convert("RGB").resize((60, 50))
    for kind in decoding.FORMATS:
        if kind != "HEIF":
            yield drawing.encode_upright(picture, kind)
    yield heic.UPRIGHT
    yield drawing.encode_upright(picture.convert("CMYK"), "JPEG")
    yield drawing.encode_upright(picture.convert("P"), "PNG")
    yield drawing.encode_upright(picture.convert("1"), "PNG")
    yield drawing.encode_upright(picture.convert("RGBA"), "WEBP")
    yield drawing.draw("tiny", 3).content


@pytest.mark.filterwarnings("ignore")  # Pillow warns of what it repairs
def test_mutated_files_are_read_or_refused():
    rng = np.random.default_rng(0)
    seen = Counter()
    for content in every_format():
        for _ in range(100):
            try:
                found = reading.find_digits(decoding.read_picture(mutate(rng, content)))
            except decoding.ImageError:
                seen["refused"] += 1
            else:
                seen["read"] += 1
                assert len(found) <= 50
                for one in found:
                    assert one.digit.shape == (28, 28)
                    assert one.digit.max() == 255
    assert min(seen["refused"], seen["read"]) > 50


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
@pytest.mark.parametrize("size", [(1, 1), (1, 9), (2, 2), (7, 300), (5000, 1)])
def test_noise_of_any_mode_and_size_is_no_error(mode, size):
    rng = np.random.default_rng(0)
    n_bytes = {"1": 1, "L": 1, "LA": 2, "P": 1, "RGB": 3, "I;16": 2}.get(mode, 4)
    picture = Image.frombytes(mode, size, rng.bytes(size[0] * size[1] * n_bytes))
    for one in reading.find_digits(picture):
        left, top, width, height = one.box
        assert min(left, top) >= 0
        assert min(width, height) >= 1
        assert left + width <= size[0]
        assert top + height <= size[1]
