"""What coordinating many members costs: a thousand that do nothing for 50 ms.

They go the way of real ones, from the list of what is to be trained to a folder with
card, on processes of this machine and on a Dask cluster on loopback that sees no
folder of ours.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.machine import record, seconds
from ensembles.members import on_disk, worker
from pipeline import cluster, train
from pipeline.frame import params, sections

MEMBERS = 1000
PRETENDED_SECONDS = 0.05
WORKERS = 4
DIGITS = 1000
BYTES = 100_000
"""Of a member's weights."""


def main():
    """Train a thousand members that are none, in both ways."""
    project = Path.cwd()
    asked = params.load()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        ways = {"processes": on_processes(asked), "dask": on_a_cluster(asked, project)}
    record(
        "coordination",
        {
            "what": "milliseconds of each worker's time that a thousand members of 50 "
            "ms take beyond these 50 ms, each",
            "members": MEMBERS,
            "workers": WORKERS,
            "ways": ways,
            "target_ms": 50,
        },
    )


def on_processes(asked):
    """Measure the processes of one machine."""
    jobs = make_jobs(asked, "processes")
    with cluster.workers(sections.Machine(workers=WORKERS, scheduler=None)):
        return overhead(jobs, lambda todo: train._train_here(pretend, todo, WORKERS))


def on_a_cluster(asked, project):
    """Measure a Dask cluster whose workers send members back."""
    jobs = make_jobs(asked, "dask")
    with running_cluster(project) as address:
        machine = sections.Machine(workers=WORKERS, scheduler=address)
        with cluster.workers(machine):
            return overhead(
                jobs, lambda todo: train._train_afar(pretend_elsewhere, todo, WORKERS)
            )


def make_jobs(asked, name):
    """List members of a small training set."""
    folder, rng = Path(name).absolute(), np.random.default_rng(0)
    folder.mkdir()
    images = rng.integers(0, 256, (DIGITS, 28, 28), np.uint8)
    np.savez(
        folder / "train.npz",
        images=images,
        labels=images[:, 0, 0],
        fold=images[:, 0, 0],
    )
    np.save(folder / "pass.npy", images)
    recipe = asked.members.recipes["pooled"]
    return [
        on_disk.Job(
            folder=folder / "members",
            architecture="pooled",
            seed=seed,
            fold=0,
            epochs=1,
            recipe=recipe,
            digits=folder / "train.npz",
            passes=(folder / "pass.npy",),
            identity={"seed": seed},
        )
        for seed in range(MEMBERS + WORKERS)
    ]


def overhead(jobs, train_all):
    """Return milliseconds per member, after workers have started.

    Of a worker's time, beyond the member's own, and of this process's processor, which
    other programs do not change.
    """
    train_all(jobs[:WORKERS])
    todo = jobs[WORKERS:]
    begun = time.process_time()
    took = seconds(lambda: train_all(todo))
    processor_seconds = time.process_time() - begun
    if not all(on_disk.is_finished(job) for job in todo):
        raise RuntimeError("a member that was to be there is not")
    return {
        "overhead_ms": _milli(took * WORKERS / len(todo) - PRETENDED_SECONDS),
        "processor_ms": _milli(processor_seconds / len(todo)),
    }


def _milli(number):
    return round(1000 * number, 1)


def pretend(job):
    """Take a while, and keep a member of which no byte is learned."""
    worker.store_member(job, pretend_elsewhere(0, job)[1])


def pretend_elsewhere(number, job, *sent):
    """Take a while, and return such a member."""
    time.sleep(PRETENDED_SECONDS)
    card = json.dumps({"identity": job.identity}).encode()
    return number, {on_disk.WEIGHTS: bytes(BYTES), on_disk.CARD: card}


@contextlib.contextmanager
def running_cluster(project):
    """Start a scheduler and its workers on this machine, and yield its address."""
    with contextlib.ExitStack() as stack:
        place = Path("scheduler.json").absolute()
        own = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
        stack.enter_context(started(project, "scheduler", place, *own))
        while not place.is_file():
            time.sleep(0.05)
        for _ in range(WORKERS):
            stack.enter_context(
                started(project, "worker", place, "--nthreads", "1", "--no-dashboard")
            )
        yield json.loads(place.read_text())["address"]


@contextlib.contextmanager
def started(project, kind, place, *arguments):
    """Run one of Dask's programs while the block lasts."""
    command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments]
    with subprocess.Popen(  # noqa: S603 (Dask's own program)
        [*command, "--scheduler-file", str(place)],
        env=os.environ | {"PYTHONPATH": str(project)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
