"""A process that trains keeps its memory, and uses the kernels that are fast."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPT = """
import json, os, resource, sys
from ensembles.members import processor
if sys.argv[1] == "kept":
    processor.use_one_thread()
import numpy as np

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def step():
    return [np.ones(1 << 20) for _ in range(20)]

step(), step()
before = faults()
for _ in range(5):
    step()
print(json.dumps([faults() - before, dict(os.environ)]))
"""


def run(mode):
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT, mode], capture_output=True, check=True
    )
    return json.loads(ran.stdout)


def test_memory_that_was_taken_is_kept():
    (kept, _), (given_back, _) = run("kept"), run("given back")
    # Five times twenty arrays of 8 MiB are at most 200,000 pages, fewer if large.
    assert given_back > 10_000
    assert kept < 1000


def test_threads_and_kernels_are_set_for_tensorflow():
    _, environment = run("kept")
    assert environment["TF_ENABLE_ONEDNN_OPTS"] == "1"
    assert environment["TF_NUM_INTRAOP_THREADS"] == "1"


WORKER = """
import os, sys, time
from joblib import Parallel, delayed
from ensembles.members import processor

def work(number):
    if sys.argv[1] == "bound":
        processor.end_with_parent()
    os.write(1, f"{os.getpid()}\\n".encode())
    time.sleep(20)

Parallel(n_jobs=2)(delayed(work)(number) for number in range(2))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone can tell a worker")
@pytest.mark.parametrize(("mode", "left"), [("bound", 0), ("free", 2)])
def test_a_worker_ends_with_the_process_that_started_it(mode, left):
    command = [sys.executable, "-c", WORKER, mode]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as parent:
        workers = [int(parent.stdout.readline()) for _ in range(2)]
        parent.kill()
        parent.wait()
        deadline = time.monotonic() + 5
        while sum(map(runs, workers)) != left and time.monotonic() < deadline:
            time.sleep(0.05)
        assert sum(map(runs, workers)) == left
        for worker in filter(runs, workers):
            os.kill(worker, 9)


def runs(pid):
    """Tell whether a process is there and has not ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
