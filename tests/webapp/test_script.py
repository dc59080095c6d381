"""The command that serves: what it prints, and how it refuses."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

import webapp.app
from ensembles.serving.predictor import Prediction
from webapp.server import listen, port_of, serve

ROOT = Path(__file__).parents[2]


def run_script(*arguments):
    return subprocess.run(
        [sys.executable, "script.py", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("host", "shown"), [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")]
)
def test_server(ensemble, host, shown):
    options = ["--ensemble", str(ensemble), "--port", "0", "--host", host]
    command = [sys.executable, "script.py", *options]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True
    ) as server:
        try:
            address = re.fullmatch(
                rf"serving on (http://{re.escape(shown)}:\d+)\n",
                server.stdout.readline(),
            )[1]
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(address, timeout=10) as page:
                assert b"Read a handwritten digit" in page.read()
            maps = Path(f"/proc/{server.pid}/maps")
            loaded = maps.read_text() if maps.exists() else ""
            assert "tensorflow" not in loaded
            assert "onnxruntime" in loaded or not loaded
        finally:
            server.terminate()
            try:
                assert server.wait(10) == 0
            finally:
                server.kill()
            assert "Traceback" not in server.stderr.read()


def test_script_imports_no_training_library():
    code = (
        "import sys, script; heavy = {'tensorflow', 'keras', 'jax', 'sklearn', "
        "'albumentations', 'pipeline'}; print(*heavy & set(sys.modules))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.stdout, ran.stderr) == ("\n", "")


def test_missing_ensemble(tmp_path):
    ran = run_script("--ensemble", tmp_path / "absent.onnx")
    assert ran.returncode == 1
    assert ran.stderr.startswith(f"error: no ensemble at {tmp_path / 'absent.onnx'}")
    assert "make repro" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("port", ["eighty", "-1", "65536", "80.5"])
def test_bad_port(port):
    ran = run_script(f"--port={port}")
    assert ran.returncode == 2
    assert f"must be from 0 to 65535; got '{port}'" in ran.stderr


def test_port_in_use(ensemble):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = run_script("--ensemble", ensemble, "--port", port)
    assert ran.returncode == 1
    assert f"error: cannot listen on 127.0.0.1:{port}: Address already" in ran.stderr
    assert "--port" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_host_that_does_not_exist(ensemble):
    ran = run_script("--ensemble", ensemble, "--host", "256.1.1.1", "--port", "0")
    assert ran.returncode == 1
    assert "error: cannot listen on 256.1.1.1:0" in ran.stderr
    assert "Traceback" not in ran.stderr


class Slow:
    """Takes its time, and says when it has begun."""

    card: ClassVar = {}

    def __init__(self):
        self.begun = threading.Event()

    def predict(self, images):
        self.begun.set()
        time.sleep(0.3)
        members = np.full((1, len(images), 10), 0.1, np.float32)
        return Prediction(members[0], members)


def test_what_has_come_is_answered_before_the_end():
    slow, sockets, ending = Slow(), {}, threading.Event()
    server = listen(webapp.app.create_app(slow), "127.0.0.1", 0, sockets)
    port = port_of(server)
    with ThreadPoolExecutor(2) as pool:
        serving = pool.submit(serve, server, sockets, ending.is_set, 5)
        asking = pool.submit(ask_for_pixels, port)
        assert slow.begun.wait(10)
        ending.set()
        assert asking.result(10) == 200
        serving.result(10)
    with pytest.raises(OSError):
        ask_for_pixels(port)


def ask_for_pixels(port):
    """Ask for an answer to a digit; return the status."""
    body = json.dumps({"pixels": [[200] * 28] * 28})
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        kind = {"Content-Type": "application/json"}
        connection.request("POST", "/api/v1/predict", body, kind)
        return connection.getresponse().status
    finally:
        connection.close()


def test_settings_of_the_environment_are_checked(monkeypatch):
    monkeypatch.setenv("DIGITS_WORKERS", "none")
    ran = run_script()
    assert ran.returncode == 1
    assert "error: DIGITS_WORKERS must be a whole number from 1" in ran.stderr
    assert "Traceback" not in ran.stderr
