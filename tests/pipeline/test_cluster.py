"""A Dask cluster trains what this machine trains, and what it loses is not lost.

A real scheduler and three real workers on loopback, each in a folder of its own.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import clones
import numpy as np
import pytest
from distributed import Client
from ruamel.yaml import YAML

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
PASSES = 2


def environment(**more):
    kept = {k: v for k, v in os.environ.items() if not k.startswith("DASK")}
    return kept | {"PYTHONPATH": str(ROOT)} | more


def make_run(folder, digits):
    """Write what the train stage needs: three members on 900 digits."""
    images, labels = digits
    parameters = YAML(typ="safe").load(ROOT / "params.yaml")
    parameters["data"]["folds"] = parameters["members"]["seeds"] = 3
    parameters["augment"]["passes"] = PASSES
    recipe = parameters["members"]["recipes"]["pooled"]
    recipe |= {"epochs": 3, "min_steps": 1}
    clones.write_passes(folder, images, PASSES)
    YAML().dump(parameters, folder / "params.yaml")
    np.savez(
        folder / "data/train.npz",
        images=images,
        labels=labels,
        fold=np.arange(len(labels)) % 3,
    )


def train(folder, **more):
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline.train", "pooled"],
        cwd=folder,
        env=environment(**more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def trained(folder, **more):
    with train(folder, **more) as process:
        _, said = process.communicate(timeout=600)
        assert process.returncode == 0, said
    return members_of(folder)


def members_of(folder):
    """Return the weights and predictions of each finished member, as bytes."""
    members = folder / "models/members/pooled"
    return {
        path.relative_to(members).as_posix(): path.read_bytes()
        for name in ("member.weights.h5", "held_out.npy")
        for path in members.glob(f"[0-9]/{name}")
    }


@pytest.fixture(scope="module")
def alone(tmp_path_factory, labelled_digits):
    """Return what this machine trains without a cluster."""
    folder = tmp_path_factory.mktemp("alone")
    make_run(folder, labelled_digits)
    return trained(folder)


@pytest.fixture
def run(tmp_path, labelled_digits):
    (tmp_path / "run").mkdir()
    make_run(tmp_path / "run", labelled_digits)
    return tmp_path / "run"


class Cluster:
    """A scheduler and three workers, each in a folder of its own.

    Parameters
    ----------
    folder : Path
        Where these folders are made.
    hidden : Path, optional
        A folder that the workers see empty, as another machine's.
    project : Path, optional
        The copy of the project that they run.
    """

    def __init__(self, folder, hidden=None, project=ROOT):
        self.folder, self.hidden, self.project = folder, hidden, project
        place = folder / "scheduler.json"
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0")
        self.workers = []
        wait_for(place.is_file, self.scheduler)
        self.address = json.loads(place.read_text())["address"]
        for _ in range(3):
            self.workers.append(self._start("worker", "--nthreads", "1"))
        with Client(self.address) as client:
            client.wait_for_workers(3)

    def _start(self, kind, *arguments):
        own = self.folder / f"{kind}-{time.monotonic_ns()}"
        own.mkdir()
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments]
        command += ["--scheduler-file", f"{self.folder}/scheduler.json"]
        if self.hidden:
            empty = f'mount -t tmpfs none "{self.hidden}" && exec "$@"'
            apart = ["unshare", "--user", "--map-root-user", "--mount"]
            command = [*apart, "sh", "-c", empty, "sh", *command]
        return subprocess.Popen(
            [*command, "--no-dashboard"],
            cwd=own,
            env=environment(PYTHONPATH=str(self.project)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self, process):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self):
        for process in (*self.workers, self.scheduler):
            if process.poll() is None:
                self.kill(process)


def trains(worker):
    """Tell whether a worker has begun to train a member, in a process of its own."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            group = int(stat.read_text().rpartition(")")[2].split()[2])
            if group == worker.pid and b"function(job)" in (
                stat.with_name("cmdline").read_bytes()
            ):
                return True
        except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            continue
    return False


def wait_for(happened, process):
    while not happened():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


@pytest.mark.parametrize("share_folder", [True, False])
def test_a_worker_that_is_killed_is_replaced(run, alone, tmp_path, share_folder):
    cluster = Cluster(tmp_path, hidden=None if share_folder else run)
    try:
        with train(run, DASK_SCHEDULER_ADDRESS=cluster.address) as process:
            killed = cluster.workers[0]
            wait_for(lambda: trains(killed), process)
            if share_folder:
                states = run / "models/members/pooled"
                wait_for(lambda: len(list(states.glob(".*-*.npz"))) == 3, process)
            cluster.kill(killed)
            _, said = process.communicate(timeout=600)
            assert process.returncode == 0, said
    finally:
        cluster.stop()
    assert members_of(run) == alone
    assert not list((run / "models/members/pooled").glob(".*"))


def test_a_lost_scheduler_is_told_and_the_next_run_goes_on(run, alone, tmp_path):
    cluster = Cluster(tmp_path)
    try:
        with train(run, DASK_SCHEDULER_ADDRESS=cluster.address) as process:
            members = run / "models/members/pooled"
            wait_for(lambda: list(members.glob(".*-*.npz")), process)
            cluster.kill(cluster.scheduler)
            _, said = process.communicate(timeout=600)
    finally:
        cluster.stop()
    assert process.returncode == 3, said
    assert f"error: the Dask scheduler at {cluster.address} was lost" in said
    assert "Traceback" not in said
    assert members_of(run).items() <= alone.items()
    assert trained(run) == alone


def test_a_worker_with_another_network_is_refused(run, tmp_path):
    project = tmp_path / "project"
    for room in ("ensembles", "pipeline"):
        shutil.copytree(ROOT / room, project / room)
    with (project / "ensembles/members/networks.py").open("a") as networks:
        networks.write("OURS = OURS[::-1]\n")
    cluster = Cluster(tmp_path, project=project)
    try:
        with train(run, DASK_SCHEDULER_ADDRESS=cluster.address) as process:
            _, said = process.communicate(timeout=120)
    finally:
        cluster.stop()
    assert process.returncode == 3
    assert "has another version of the project" in said


def test_a_scheduler_that_does_not_answer_is_named(run):
    with train(run, DASK_SCHEDULER_ADDRESS="tcp://127.0.0.1:9") as process:
        _, said = process.communicate(timeout=120)
    assert process.returncode == 3
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in said
