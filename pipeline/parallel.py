"""Training side by side: in processes here, or on a cluster's workers."""

import pickle
import subprocess
import sys
import tempfile
import warnings
from importlib.util import find_spec
from pathlib import Path

import joblib
from joblib import Parallel, delayed, parallel_config

from ensembles.members import processor


def side_by_side(function, jobs, machine):
    """Call a function with each job, on one thread each.

    Parameters
    ----------
    function : callable
        At the top level of a module that does not import Keras; the function may.
    jobs : list
    machine : pipeline.frame.params.Machine
        How many processes, and where.

    Returns
    -------
    list
        What the function returned of each, in order.
    """
    # A worker that has grown by a member's memory is replaced, of which joblib warns.
    warnings.filterwarnings("ignore", "A worker stopped while some jobs")
    with parallel_config(**_backend(machine)):
        call = _call_here if machine.scheduler is None else _call_apart
        return Parallel(n_jobs=machine.jobs)(
            delayed(call)(function, job) for job in jobs
        )


def _backend(machine):
    """Return joblib's backend: processes here, or a cluster's workers."""
    if machine.scheduler is None:
        return {"backend": "loky"}
    from distributed import Client

    _check_cluster(Client(machine.scheduler, timeout=30))
    return {"backend": "dask"}


def _check_cluster(client):
    """Refuse a cluster on which training would hang, or not be reproducible."""
    answers = [
        client.run_on_scheduler(_has_project),
        *client.run(_has_project).values(),
    ]
    if not all(answers):
        raise ValueError(
            "the Dask scheduler and its workers must find the project: start them "
            "with its folder on PYTHONPATH"
        )
    per_worker = list(client.nthreads().values())
    if set(per_worker) != {1}:
        # Keras's random state is the process's: threads would share it.
        raise ValueError(
            f"`machine.scheduler` needs workers of one thread each, started with "
            f"`dask worker --nthreads 1`; got {per_worker or 'no worker'}"
        )


def _has_project():
    return all(find_spec(room) for room in ("ensembles", "pipeline"))


def _call_here(function, job):
    processor.use_one_thread()
    return function(job)


def _call_apart(function, job):
    """Call in a process of its own: a Dask worker's threads share its random state."""
    script = (
        "import pickle, sys, joblib; function, job = pickle.load(sys.stdin.buffer); "
        "joblib.dump(function(job), sys.argv[1])"
    )
    processor.use_one_thread()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "returned"
        command = [sys.executable, "-c", script, str(place)]
        content = pickle.dumps((function, job))
        subprocess.run(command, input=content, check=True)  # noqa: S603 (our program)
        return joblib.load(place)
