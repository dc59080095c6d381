"""What was freed goes back to the system, also from below what is still in use."""

import subprocess
import sys

import pytest

PROGRAM = """
from benchmarks.load import resident
from webapp import heap

heap.limit_arenas()
blocks = [b"x" * 100_000 for _ in range(1000)]
del blocks[:-1]
before, _ = resident("self")
heap.give_back()
after, _ = resident("self")
print(before - after)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for a process's memory")
def test_freed_memory_is_given_back():
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert float(done.stdout) >= 80
