"""A process that trains keeps its memory, and uses the kernels that are fast."""

import json
import subprocess
import sys

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
