"""Large answers that nobody reads."""

import contextlib
import socket
import threading

import pytest
import requests
from conftest import CARD

from webapp.app import create_app
from webapp.environment import Settings
from webapp.server import SPARE_THREADS, listen, port_of, serve

LARGE = 17 << 20
"""Bytes, as of some 25,000 digits; waitress by itself waits beyond 16 MB."""

TWICE = 2 * b"GET /large HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


class Nothing:
    """Reads no digits."""

    card = CARD


@pytest.fixture(scope="module")
def port():
    """Serve a large answer on a port of its own."""
    app, watched, ending = create_app(Nothing(), Settings(in_flight=1)), {}, []
    app.add_url_rule("/large", view_func=lambda: bytes(LARGE))
    server = listen(app, watched=watched)
    run = (server, watched, lambda: ending, 1)
    thread = threading.Thread(target=serve, args=run)
    thread.start()
    yield port_of(server)
    ending.append("now")
    thread.join()


def test_what_is_asked_behind_a_large_answer_holds_no_thread(port):
    """There are as many of them as threads."""
    with contextlib.ExitStack() as clients:
        for _ in range(1 + SPARE_THREADS):
            one = socket.create_connection(("127.0.0.1", port), timeout=60)
            clients.enter_context(one).sendall(TWICE)
            assert one.recv(1) == b"H"
        small = requests.get(f"http://127.0.0.1:{port}/healthz", timeout=60)
    assert small.status_code == 200
