"""Damaged files of every format: each is read or refused, and nothing breaks."""

import io
import random
import tracemalloc

import heic
import numpy as np
import pytest
from PIL import Image
from web import API, draw

from ensembles.serving.predictor import Predictor
from webapp.app import create_app
from webapp.environment import Settings

UPLOADS = 10_000
OPTIONS = {
    "PNG": [{}, {"mode": "RGBA"}, {"mode": "P"}, {"mode": "1"}, {"mode": "I;16"}],
    "JPEG": [{}, {"mode": "RGB"}, {"mode": "CMYK"}, {"progressive": True}],
    "WEBP": [{"mode": "RGB"}, {"mode": "RGBA", "lossless": True}],
    "GIF": [{}, {"mode": "RGBA"}],
    "BMP": [{}, {"mode": "RGB"}, {"mode": "1"}],
    "TIFF": [{}, {"mode": "RGB", "compression": "jpeg"}, {"compression": "tiff_lzw"}],
    "AVIF": [{"mode": "RGB"}],
    "ICO": [{"mode": "RGBA"}],
}


@pytest.fixture(scope="module")
def client():
    """Of an application that serves the released ensemble."""
    return create_app(Predictor(Settings.ensemble, threads=1)).test_client()


def real_files():
    """Return a small picture in every format and mode."""
    for kind, options in OPTIONS.items():
        for option in options:
            stream = io.BytesIO()
            saved = {name: value for name, value in option.items() if name != "mode"}
            convert(draw(), option.get("mode", "L")).save(stream, kind, **saved)
            yield stream.getvalue()
    yield heic.UPRIGHT


def convert(picture, mode):
    if mode == "I;16":
        return Image.fromarray(np.asarray(picture).astype(np.uint16) * 257)
    return picture.convert(mode)


def mutate(content, other, rng):
    """Damage a file in one of the ways in which files get damaged, or are made to."""
    content = bytearray(content)
    at = rng.randrange(len(content))
    kind = rng.randrange(6)
    if kind == 0:
        return bytes(content[:at])
    if kind == 1:
        for _ in range(rng.randint(1, 20)):
            content[rng.randrange(len(content))] = rng.randrange(256)
    elif kind == 2:
        content[at:at] = rng.randbytes(rng.randint(1, 200))
    elif kind == 3:
        del content[at : at + rng.randint(1, 50)]
    elif kind == 4:
        # Sizes and lengths stand near the beginning.
        spot = rng.randrange(min(40, len(content)))
        content[spot : spot + 4] = rng.choice([b"\xff" * 4, b"\0" * 4, b"\x7f" * 4])
    else:
        content[at:] = other[rng.randrange(len(other)) :]
    return bytes(content)


@pytest.mark.filterwarnings("default")
def test_damaged_files_are_read_or_refused(client):
    rng = random.Random(20_260_401)
    files = list(real_files())
    statuses = set()
    for number in range(UPLOADS):
        body = mutate(rng.choice(files), rng.choice(files), rng)
        answer = client.post(API, data=body, content_type="image/png")
        statuses.add(answer.status_code)
        if answer.status_code != 200:
            assert answer.mimetype == "application/problem+json", number
        assert answer.status_code in {200, 400, 413}, (number, answer.text)
    assert {200, 400} <= statuses


def test_damaged_files_leave_nothing_behind(client):
    rng = random.Random(1)
    files = list(real_files())

    def send():
        for _ in range(60):
            body = mutate(rng.choice(files), rng.choice(files), rng)
            client.post(API, data=body, content_type="image/png")

    send()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        send()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 1 << 20


def test_a_bomb_is_refused_before_it_is_unpacked(client):
    stream = io.BytesIO()
    Image.new("1", (9000, 9000)).save(stream, "PNG")
    answer = client.post(API, data=stream.getvalue(), content_type="image/png")
    assert answer.status_code == 400
    assert "at most 64,000,000 pixels" in answer.get_json(force=True)["detail"]


@pytest.mark.parametrize("kind", ["PPM", "TGA", "PCX"])
def test_formats_are_told_by_content_and_not_by_name(client, kind):
    stream = io.BytesIO()
    draw().save(stream, kind)
    answer = client.post(API, data=stream.getvalue(), content_type="image/png")
    assert answer.status_code == 400
    assert "not an image that can be read" in answer.get_json(force=True)["detail"]
