"""The server as it is shipped, by hand and in the container, asked over sockets."""

import base64
import contextlib
import hashlib
import io
import json
import os
import re
import resource
import signal
import socket

import numpy as np
import onnx
import pytest
import requests
from conftest import CARD, make_ensemble
from faulty import FAULTY, SOUND, make_faulty_ensemble
from onnx import numpy_helper
from web import API, DIGIT, draw, encode

from benchmarks.server import COMMANDS, running
from webapp.server import SPARE_THREADS, allow_connections

IDLE, SLOW = 1000, 50
NAMES = {"script": "by_hand", "container": "in_the_container"}
SECRET = "private"
PIXELS = json.dumps({"pixels": SOUND}).encode()
HEAD = (
    f"POST {API} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    f"Content-Length: {len(PIXELS)}\r\n\r\n"
).encode()


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    path = tmp_path_factory.mktemp("faulty") / "ensemble.onnx"
    onnx.save(make_faulty_ensemble(), path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_name("card.json").write_text(json.dumps(CARD | {"sha256": digest}))
    return path


@pytest.fixture(scope="module", params=COMMANDS, ids=NAMES.get)
def server(request, faulty):
    """Start a server that may open few files, as long as it asks for no more."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (IDLE // 2, before[1]))
    with running(request.param, DIGITS_ENSEMBLE=faulty) as one:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
        yield one


def url_of(server, path=API):
    return f"http://127.0.0.1:{server.port}{path}"


def ask(server, pixels=SOUND):
    return requests.post(url_of(server), json={"pixels": pixels}, timeout=60)


def expected():
    """Return the tiny ensemble's probabilities by hand."""
    (weights,) = (
        numpy_helper.to_array(one)
        for one in make_ensemble().graph.initializer
        if one.name == "w"
    )
    scores = np.exp((np.array(SOUND).ravel() @ weights).reshape(-1, 10))
    return (scores / scores.sum(1, keepdims=True)).mean(0)


def check_right(answer):
    assert answer.status_code == 200
    (one,) = answer.json()["predictions"]
    np.testing.assert_allclose(one["probabilities"], expected(), atol=1e-5)


def counted(server, status):
    """Return how many answers of this status the figures tell."""
    text = requests.get(url_of(server, "/metrics"), timeout=60).text
    sample = rf'^digits_requests_total{{route="{API}",status="{status}"}} (\d+)'
    found = re.search(sample, text, re.M)
    return int(found[1]) if found else 0


def test_a_fault_in_a_prediction_is_answered_counted_and_over(server):
    before = counted(server, 500)
    answer = ask(server, FAULTY)
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    number = answer.headers["X-Request-ID"]
    assert number in answer.json()["detail"]
    check_right(ask(server))
    assert counted(server, 500) == before + 1
    assert "digits_in_flight 0.0" in requests.get(url_of(server, "/metrics")).text
    (told,) = (line for line in lines_of(server) if line["message"] == "failed")
    assert told["request_id"] == number
    assert "onnxruntime" in told["faults"][0]["type"]
    assert any("run_graph" in place for place in told["faults"][0]["at"])


@pytest.fixture
def connect(server):
    """Open connections that the test ends with."""
    allow_connections()
    with contextlib.ExitStack() as opened:

        def one():
            address = ("127.0.0.1", server.port)
            return opened.enter_context(socket.create_connection(address, timeout=60))

        yield one


def test_idle_connections_and_slow_clients_keep_nobody_out(server, connect):
    for _ in range(IDLE):
        connect()
    slow = [connect() for _ in range(SLOW)]
    for one in slow:
        one.sendall(HEAD)
    for place in range(3):
        for one in slow:
            one.sendall(PIXELS[place : place + 1])
        check_right(ask(server))
    slow[0].sendall(PIXELS[3:])
    assert b"200 OK" in slow[0].recv(100)


@contextlib.contextmanager
def unread(server, content):
    """Ask for an answer that the system does not hold, and read none of it yet.

    It holds as little as it can where packets and what the client takes are small.
    """
    with socket.socket() as one:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.settimeout(60)
        one.connect(("127.0.0.1", server.port))
        head = f"POST {API} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        kind = "Content-Type: application/octet-stream\r\n"
        one.sendall(f"{head}{kind}Content-Length: {len(content)}\r\n\r\n".encode())
        one.sendall(content)
        yield one


@pytest.mark.parametrize("kind", COMMANDS)
def test_clients_that_read_slowly_keep_nobody_out(kind, faulty, labelled_digits):
    """There are more of them than threads."""
    table = io.BytesIO()
    np.save(table, labelled_digits[0][:400])
    begun = b"HTTP/1.1 200 OK"
    with (
        running(kind, DIGITS_ENSEMBLE=faulty, DIGITS_IN_FLIGHT=2) as server,
        contextlib.ExitStack() as clients,
    ):
        for _ in range(2 + SPARE_THREADS + 1):
            one = clients.enter_context(unread(server, table.getvalue()))
            assert one.recv(1) == begun[:1]
        check_right(ask(server))
        assert one.recv(len(begun)) == begun[1:] + b"\r"


def test_a_process_that_dies_in_the_container_is_begun_anew(faulty):
    with running("container", DIGITS_ENSEMBLE=faulty) as server:
        check_right(ask(server))
        os.kill(server.pid, signal.SIGKILL)
        check_right(ask(server))


def test_addresses_behind_a_proxy_are_told_apart(ensemble):
    with running(
        DIGITS_ENSEMBLE=ensemble, DIGITS_PROXIES=1, DIGITS_RATE="1/hour"
    ) as server:
        statuses = [
            requests.post(
                url_of(server),
                json={"pixels": SOUND},
                headers={"X-Forwarded-For": address},
                timeout=60,
            ).status_code
            for address in ("1.1.1.1", "1.1.1.2") * 2
        ]
    assert statuses == [200, 200, 429, 429]


def pictures():
    """Return a sound picture, and some that decoders complain about."""
    broken_exif = b"Exif\0\0II*\0\x08\0\0\0\x05\0" + SECRET.encode()
    tiff = encode(draw(), "TIFF", compression="tiff_lzw", description=SECRET)
    lzw = bytearray(tiff)
    lzw[60:120] = b"\xff" * 60
    yield from (DIGIT, DIGIT[:-30], bytes(lzw), tiff[:200])
    yield encode(draw(), "JPEG", exif=broken_exif, comment=SECRET)


def test_logs_hold_nothing_of_a_picture(server):
    name = f"{SECRET} name.png"
    for content in pictures():
        file = {"file": (name, io.BytesIO(content))}
        for path in (API, "/", "/answers"):
            answer = requests.post(url_of(server, path), files=file, timeout=60)
            assert answer.status_code in (200, 400)
    ask(server, FAULTY)
    ask(server, SECRET)
    requests.post(url_of(server), json={"instances": [{"b64": SECRET}]}, timeout=60)
    requests.get(url_of(server, f"/{SECRET}?digit={SECRET}"), timeout=60)
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as garbled:
        garbled.sendall(f"{SECRET} {SECRET} {SECRET}\r\n\r\n".encode())
        assert garbled.recv(100)
    log = server.log.read_text()
    assert SECRET not in log.lower()
    assert base64.b64encode(DIGIT).decode()[:40] not in log
    assert "idx=255" not in log
    own = [line for line in lines_of(server) if line["logger"] == "webapp"]
    assert {line["message"] for line in own} == {"answered", "failed"}
    assert {key for line in own for key in line} == {
        *("time", "level", "logger", "message", "request_id", "method", "route"),
        *("status", "milliseconds", "bytes_in", "faults"),
    }


def lines_of(server):
    """Return what the server has logged; gunicorn's own lines begin with a bracket."""
    said = server.log.read_text().splitlines()
    return [
        json.loads(line)
        for line in said
        if not line.startswith(("[20", "serving on http://127.0.0.1:"))
    ]
