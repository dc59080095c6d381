"""Train the members of one architecture, several at once."""

import pickle
import subprocess
import sys
import threading
import warnings
from importlib.util import find_spec
from multiprocessing import parent_process

from joblib import Parallel, delayed, parallel_config
from tqdm import tqdm

from ensembles.members import on_disk, processor, worker
from pipeline.frame import files, program
from pipeline.roster import make_jobs


def main(parameters, architecture):
    """Train those members that are not there; go on with those that were begun."""
    known = parameters.members.recipes
    if architecture not in known:
        raise ValueError(
            f"`members.recipes` of params.yaml has {', '.join(known)}; got "
            f"{architecture!r}"
        )
    files.MEMBERS.joinpath(architecture).mkdir(parents=True, exist_ok=True)
    jobs = make_jobs(parameters, architecture)
    todo = [job for job in jobs if not on_disk.is_finished(job)]
    worker.sweep(files.MEMBERS / architecture, todo)
    print(f"{architecture}: {len(jobs) - len(todo)} finished, {len(todo)} to train")
    if todo:
        _train(todo, parameters.machine)


def _train(jobs, machine):
    """Train side by side, and show how far they are."""
    stop = threading.Event()
    watcher = threading.Thread(target=_show_progress, args=(jobs, stop))
    watcher.start()
    # A worker that has grown by a member's memory is replaced, of which joblib warns.
    warnings.filterwarnings("ignore", "A worker stopped while some jobs")
    try:
        with parallel_config(**_backend(machine)):
            train = _train_one if machine.scheduler is None else _train_apart
            Parallel(n_jobs=machine.jobs)(delayed(train)(job) for job in jobs)
    finally:
        stop.set()
        watcher.join()


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


def _train_one(job):
    processor.use_one_thread()
    if parent_process() is not None:
        processor.end_with_parent()
    return worker.train_member(job)


def _train_apart(job):
    """Train in a process of its own: a Dask worker's threads share its random state."""
    script = (
        "import pickle, sys; from ensembles.members import worker; "
        "worker.train_member(pickle.load(sys.stdin.buffer))"
    )
    processor.use_one_thread()
    content = pickle.dumps(job)
    command = [sys.executable, "-c", script]
    subprocess.run(command, input=content, check=True)  # noqa: S603 (our own program)


def _show_progress(jobs, stop):
    """Draw a bar over all epochs until `stop` is set; nothing without a terminal."""
    total = sum(job.epochs for job in jobs)
    with tqdm(total=total, unit="epoch", disable=None) as bar:
        while not stop.wait(1):
            epochs = [_epochs_done(job) for job in jobs]
            finished = sum(on_disk.is_finished(job) for job in jobs)
            bar.set_description(f"members {finished}/{len(jobs)}")
            bar.update(sum(epochs) - bar.n)


def _epochs_done(job):
    if on_disk.is_finished(job):
        return job.epochs
    try:
        return len(job.progress.read_text().splitlines())
    except FileNotFoundError:
        return 0


if __name__ == "__main__":
    program.run(main)
