"""Damaged files of every format: each is read or refused, and nothing breaks."""

import io
import os
import random
import tracemalloc

import pytest
import requests
from damaged_files import FORMATS, damaged_files
from PIL import Image
from web import API, draw

from benchmarks.load import resident
from benchmarks.server import COMMANDS, running
from ensembles.serving.predictor import Predictor
from webapp.app import create_app
from webapp.environment import Settings

FEW = 60
MANY = int(os.environ.get("FUZZ_UPLOADS", "700"))
"""Uploads of a format; `make fuzz` sends 10,000 of each."""

MEGABYTES = 500
FILE = {"Content-Type": "application/octet-stream"}
REFUSED = "application/problem+json"

# The decoders' set-up, which pytest's own filters would come before.
pytestmark = pytest.mark.filterwarnings(r"ignore::UserWarning:PIL\.")


@pytest.fixture(scope="module")
def client():
    """Of an application that serves the released ensemble."""
    return create_app(Predictor(Settings.ensemble, threads=1)).test_client()


def check(status, kind, body):
    """Check that a file was read, or refused in the words of the API."""
    assert status in {200, 400, 413}, (status, len(body), body[:80])
    assert kind == ("application/json" if status == 200 else REFUSED)


@pytest.mark.parametrize("kind", FORMATS)
def test_damaged_files_are_read_or_refused(client, kind):
    statuses = set()
    for body in damaged_files(kind, FEW, random.Random(kind)):
        answer = client.post(API, data=body, headers=FILE)
        check(answer.status_code, answer.mimetype, body)
        statuses.add(answer.status_code)
    assert 400 in statuses


@pytest.fixture(scope="module", params=COMMANDS)
def server(request):
    """Serve the released ensemble; in the end nothing may have gone wrong within."""
    with running(request.param, DIGITS_ENSEMBLE=Settings.ensemble) as one:
        yield one
        log = one.log.read_text()
    assert "Traceback" not in log
    assert '"failed"' not in log


@pytest.mark.long
@pytest.mark.parametrize("kind", FORMATS)
def test_many_damaged_files_bring_no_server_down(server, kind):
    pid, statuses = server.pid, set()
    url = f"http://127.0.0.1:{server.port}{API}"
    with requests.Session() as session:
        for body in damaged_files(kind, MANY, random.Random(f"many {kind}")):
            answer = session.post(url, body, headers=FILE, timeout=60)
            check(answer.status_code, answer.headers["Content-Type"], body)
            statuses.add(answer.status_code)
    assert {200, 400} <= statuses
    assert server.pid == pid
    assert resident(pid)[0] < MEGABYTES


def test_damaged_files_leave_nothing_behind(client):
    rng = random.Random(1)

    def send():
        for kind in FORMATS:
            for body in damaged_files(kind, 3, rng):
                client.post(API, data=body, headers=FILE)

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
