"""The command that serves: what it prints, and how it refuses."""

import os
import re
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run_script(*arguments):
    return subprocess.run(
        [sys.executable, "script.py", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_server(ensemble):
    command = [sys.executable, "script.py", "--ensemble", str(ensemble), "--port", "0"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True
    ) as server:
        try:
            address = re.fullmatch(
                r"serving on (http://127.0.0.1:\d+)\n", server.stdout.readline()
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
