"""Runs of the pipeline that are killed at random moments.

A moment is drawn within a stage: from its beginning to the next one's, so that what DVC
does between stages is hit as well, and before the first.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import clones
import numpy as np
from clones import environment, is_alive

from pipeline.commands.unlock import WRITTEN_IN_PLACE

SMOKE = {
    "data": {"folds": 2},
    "augment": {"passes": 2},
    "members": {
        "architectures": ["pooled"],
        "seeds": 2,
        "recipes": {"pooled": {"epochs": 3, "batch_size": 64, "min_steps": 20}},
    },
    "baselines": {"names": ["linear", "knn"]},
    "student": {"recipe": {"epochs": 1, "batch_size": 64, "min_steps": 20}},
    "explore": {
        "digits": 200,
        "watched_digits": 100,
        "round_size": 2,
        "patience": 1,
        "mlp": {"trials": 2, "epochs": 1, "final_epochs": 1},
        "cnn": {"trials": 2, "epochs": 1, "final_epochs": 1},
    },
    "evaluate": {"subsets": 2},
}
"""As little as makes every stage do its work."""

START = "start"
"""What DVC does before the first stage begins."""

BEGUN = re.compile(r"Running stage '(\S+)':")


@dataclass(frozen=True)
class Kill:
    """A moment at which a run was killed.

    Attributes
    ----------
    stage : str
        What ran, or `START`.
    after : str
        The stage within which the moment was drawn; it may have ended before.
    seconds : float
        From its beginning.
    """

    stage: str
    after: str
    seconds: float


def unlock(folder):
    """Do what `make repro` does before DVC, and return whether that was needed."""
    places = [folder / path for path in WRITTEN_IN_PLACE]
    torn = any(path.is_file() and not path.stat().st_size for path in places)
    if torn:
        clones.run(folder, sys.executable, "-m", "pipeline.commands.unlock")
    return torn


def begin(folder, *targets):
    """Start `dvc repro` as a process group of its own; it writes the file `log`."""
    with (folder / "log").open("w") as log:
        return subprocess.Popen(
            ["dvc", "repro", *targets],
            cwd=folder,
            env=environment(),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def run_undisturbed(folder, *targets):
    """Run to the end.

    Returns
    -------
    dict of str to float
        Seconds from each stage's beginning to the next one's, and of `START`.
    """
    begun = {START: time.monotonic()}
    with begin(folder, *targets) as process:
        while process.poll() is None:
            for stage in stages_begun(folder):
                begun.setdefault(stage, time.monotonic())
            time.sleep(0.02)
    check_done(folder, process)
    return dict(zip(begun, np.diff([*begun.values(), time.monotonic()]), strict=True))


def stages_begun(folder):
    return BEGUN.findall((folder / "log").read_text())


def check_done(folder, process):
    said = (folder / "log").read_text()
    assert process.returncode == 0, said[-5000:]


def run_on(folder, left, seconds, rng, *targets):
    """Go on with a run until it is done or killed.

    Parameters
    ----------
    folder : Path
    left : dict of str to int
        How many kills are wanted of each stage, and of `START`.
    seconds : dict of str to float
        From `run_undisturbed`.
    rng : numpy.random.Generator
    *targets : str
        Of `dvc repro`.

    Returns
    -------
    Kill or None
        None if the run is done.
    """
    with begin(folder, *targets) as process:
        stage = wait_for_turn(folder, process, left, rng)
        waited = 0 if stage is None else wait(process, rng.uniform(0, seconds[stage]))
        kill(process)
    if process.returncode == -signal.SIGKILL:
        return Kill([START, *stages_begun(folder)][-1], stage, round(waited, 2))
    check_done(folder, process)
    return None


def wait_for_turn(folder, process, left, rng):
    """Return the first stage that begins and is to be killed, None if the run ends.

    Whether it is before the first is drawn.
    """
    if rng.random() < left[START] / max(1, sum(left.values())):
        return START
    while process.poll() is None:
        turns = [stage for stage in stages_begun(folder) if left.get(stage)]
        if turns:
            return turns[0]
        time.sleep(0.02)
    return None


def wait(process, seconds):
    """Sleep, or less if the process ends before; return how long."""
    begun = time.monotonic()
    while time.monotonic() < begun + seconds and process.poll() is None:
        time.sleep(0.005)
    return time.monotonic() - begun


def kill(process):
    """Kill a process group, and wait until none of it is left."""
    if is_alive(process.pid):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 60
    while is_alive(process.pid):
        assert time.monotonic() < deadline, "something outlived the kill"
        time.sleep(0.01)


def kill_leftovers(folder):
    """Kill what runs in a folder since who had started it was killed."""
    killed = set()
    while found := set(find_running(folder.resolve())):
        killed |= found
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
    # To DVC a process that is dead, but whose end nobody has asked for, still runs.
    while any(Path(f"/proc/{pid}").exists() for pid in killed):
        time.sleep(0.05)


def find_running(folder):
    """Yield the processes that were started in a folder."""
    for place in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):  # it has ended, or is another user's
            if place.readlink() == folder:
                yield int(place.parent.name)
