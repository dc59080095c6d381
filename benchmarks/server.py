"""A real server in a process of its own, for benchmarks and tests to ask."""

import contextlib
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
RECIPE = (ROOT / "Dockerfile").read_text()
IN_CONTAINER = json.loads(re.findall(r"^CMD (\[.*\])", RECIPE, flags=re.MULTILINE)[0])
COMMANDS = {
    "script": ["script.py", "--port=0"],
    "container": [
        "-m",
        *("--bind=127.0.0.1:0" if "--bind" in part else part for part in IN_CONTAINER),
    ],
}
"""How the server is started: by hand, and in the container."""

PLACE = r"(?:serving on|Listening at:) http://127.0.0.1:(\d+)"
PATIENCE = 60


@dataclass(frozen=True)
class Running:
    """A server that runs.

    Attributes
    ----------
    port : int
        That it listens on.
    process : subprocess.Popen
        Which was started.
    log : Path
        What it has written.
    """

    port: int
    process: subprocess.Popen
    log: Path

    @property
    def pid(self):
        """Number of the process that reads pictures: gunicorn's is a child."""
        number = self.process.pid
        children = Path(f"/proc/{number}/task/{number}/children").read_text().split()
        return int(children[0]) if children else number


@contextlib.contextmanager
def running(kind="script", **settings):
    """Serve the released ensemble, or that of `DIGITS_ENSEMBLE`, for a while.

    Parameters
    ----------
    kind : str
        One of `COMMANDS`.
    **settings
        Variables of the environment.

    Yields
    ------
    Running
    """
    with started([sys.executable, *COMMANDS[kind]], PLACE, **settings) as server:
        wait_until_ready(server.port)
        yield server


@contextlib.contextmanager
def started(command, pattern, **settings):
    """Run any server for a while.

    Parameters
    ----------
    command : list
    pattern : str
        What it says of its port, which is the first group.
    **settings
        Variables of the environment.

    Yields
    ------
    Running
    """
    environment = os.environ | {name: str(one) for name, one in settings.items()}
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        with log.open("w") as stream:
            server = subprocess.Popen(  # noqa: S603 (our own program)
                command, cwd=ROOT, env=environment, stdout=stream, stderr=stream
            )
        try:
            yield Running(wait_for_port(server, log, pattern), server, log)
        finally:
            server.terminate()
            try:
                server.wait(PATIENCE)
            finally:
                server.kill()


def wait_until_ready(port):
    """Wait for a first answer: gunicorn listens before its process is there."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.request("GET", "/healthz")
        connection.getresponse().read()


def wait_for_port(server, log, pattern):
    """Return the port that a server says it listens on.

    Raises
    ------
    RuntimeError
        If it ends, or says nothing within a minute.
    """
    end = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < end:
        if found := re.search(pattern, log.read_text()):
            return int(found[1])
        time.sleep(0.02)
    raise RuntimeError(f"the server did not start: {log.read_text()}")
