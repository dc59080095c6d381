"""Training of small networks side by side: in processes here, or on a cluster."""

import pickle
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from multiprocessing import parent_process
from pathlib import Path

import joblib
from joblib import Parallel, delayed, parallel_config

from ensembles.members import processor
from pipeline import cluster
from pipeline.frame import files


def side_by_side(function, jobs, machine):
    """Call a function with each job, on one thread each.

    A cluster is used where its workers see this folder; else what is trained here is
    too small to be sent around, and processes of this machine do it.

    Parameters
    ----------
    function : callable
        At the top level of a module that does not import Keras; the function may.
    jobs : list
    machine : pipeline.frame.sections.Machine
        How many processes, and where.

    Returns
    -------
    list
        What the function returned of each, in order.
    """
    with ExitStack() as stack:
        client = stack.enter_context(cluster.workers(machine))
        call = call_apart
        if client is None or not cluster.share_folder(client, files.EXPLORED):
            stack.enter_context(parallel_config("loky"))
            call = call_here
        return Parallel(n_jobs=machine.jobs)(
            delayed(call)(function, job) for job in jobs
        )


def call_here(function, job):
    """Call on one thread, in one of joblib's processes or in this one."""
    processor.use_one_thread()
    if parent_process() is not None:
        processor.end_with_parent()
    return function(job)


def call_apart(function, job):
    """Call in a process of its own: a Dask worker's threads share its random state."""
    script = (
        "import pickle, sys, joblib; from ensembles.members import processor; "
        "processor.use_one_thread(); function, job = pickle.load(sys.stdin.buffer); "
        "joblib.dump(function(job), sys.argv[1])"
    )
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "returned"
        command = [sys.executable, "-c", script, str(place)]
        content = pickle.dumps((function, job))
        subprocess.run(command, input=content, check=True)  # noqa: S603 (our program)
        return joblib.load(place)
