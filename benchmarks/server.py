"""A real server in a process of its own, for benchmarks to ask."""

import contextlib
import subprocess
import sys


@contextlib.contextmanager
def running():
    """Serve the last run's ensemble, or that of `DIGITS_ENSEMBLE`, for a while.

    Yields
    ------
    int
        The port that it listens on.
    int
        The number of its process.
    """
    command = [sys.executable, "script.py", "--port", "0"]
    with subprocess.Popen(  # noqa: S603 (our own program)
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            yield int(server.stdout.readline().rsplit(":", 1)[1]), server.pid
        finally:
            server.terminate()
