"""Runs of the pipeline that are killed at random moments, and gone on with.

A moment is drawn within a stage: from its beginning to the next one's, so that what DVC
does between stages is hit as well, and before the first.
"""

import json
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass

import numpy as np
import pandas as pd
from clones import environment, is_alive

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

DISTANCE = 1e-5
"""By how much distances of neighbours may differ between runs: a product of matrices is
summed in an order of its own each time."""

START = "start"
"""What DVC does before the first stage begins."""

BEGUN = re.compile(r"Running stage '(\S+)':")
SECONDS = re.compile(
    r'"(training_)?seconds": [0-9.]+,?|"curve.jsonl": "\w+",?'  # which tells seconds
)
ON_THE_PAGE = re.compile(r'data-seconds="[^"]*"|<td>(< 1|[\d,]+)?</td>(?=\s*</tr>)')
RUN = re.compile(r"data/times\.jsonl|data/running/.*|.*\.(journal|pdf)")
"""What tells of runs, not of results."""


@dataclass(frozen=True)
class Kill:
    """A moment at which a run was killed.

    Attributes
    ----------
    stage : str
        In which, or `START`.
    seconds : float
        After its beginning.
    """

    stage: str
    seconds: float


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


def run_killed(folder, seconds, kills, rng, *targets):
    """Run until it is done, killed by the way.

    Parameters
    ----------
    folder : Path
    seconds : dict of str to float
        From `run_undisturbed`.
    kills : int
        At most how many; fewer where a stage was done before its moment.
    rng : numpy.random.Generator
    *targets : str
        Of `dvc repro`.

    Returns
    -------
    list of Kill
    """
    left = deal(kills, list(seconds), rng)
    done: list[Kill] = []
    finished: dict = {}
    while True:
        with begin(folder, *targets) as process:
            stage = wait_for_turn(folder, process, left, rng)
            if stage is not None:
                left[stage] -= 1
                done.append(Kill(stage, rng.uniform(0, seconds[stage])))
                wait(process, done[-1].seconds)
            kill(process)
        if stage is None:
            check_done(folder, process)
            check_kept(folder, finished)
            return done
        check_kept(folder, finished)
        finished = read_finished(folder)


def deal(kills, stages, rng):
    """Deal kills to stages, as evenly as can be."""
    most = np.full(len(stages), kills // len(stages))
    most[rng.permutation(len(stages))[: kills % len(stages)]] += 1
    return dict(zip(stages, most.tolist(), strict=True))


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
    """Sleep, or less if the process ends before."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.005)


def kill(process):
    """Kill a process group, and wait until none of it is left."""
    if is_alive(process.pid):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 60
    while is_alive(process.pid):
        assert time.monotonic() < deadline, "something outlived the kill"
        time.sleep(0.01)


def read_finished(folder):
    """Return what must not be trained again, each with the time that it took.

    Returns
    -------
    dict of Path to bytes
        Curves of finished members, cards of finished baselines, journals of trials.
    """
    models = folder / "models"
    members = [card.with_name("curve.jsonl") for card in models.glob("members/*/*/c*n")]
    places = [
        *members,
        *models.glob("baselines/*/card.json"),
        *models.glob("explore/*/*.journal"),
    ]
    return {path: path.read_bytes() for path in places}


def check_kept(folder, finished):
    """Assert that nothing that was finished was trained again: journals may grow."""
    for path, content in finished.items():
        found = path.read_bytes()
        assert found.startswith(content), f"{path.relative_to(folder)} was made anew"


def read_results(folder):
    """Return what a run left in its folder, but for how long it took.

    Returns
    -------
    dict of str to bytes or str
        By path; hidden files and drafts as well.
    """
    found = {}
    for name in ("data", "models", "reports"):
        for path in (folder / name).rglob("*"):
            place = path.relative_to(folder).as_posix()
            if path.is_file() and not RUN.fullmatch(place):
                found[place] = read_without_times(path)
    return found


def read_without_times(path):
    """Return a file's content without the seconds that it tells of."""
    if path.suffix in (".json", ".jsonl"):
        return SECONDS.sub("", path.read_text())
    if path.suffix == ".csv" and "seconds" in path.read_text():
        return pd.read_csv(path).drop(columns="seconds").to_csv()
    if path.suffix == ".html":
        return ON_THE_PAGE.sub("", path.read_text())
    if path.name == "explained.npz":
        with np.load(path) as archive:
            return {name: archive[name] for name in archive.files}
    return path.read_bytes()


def compare(found, expected):
    """Return the paths of what differs, or is on one side alone."""
    return sorted(
        place
        for place in found.keys() | expected.keys()
        if not are_same(found.get(place), expected.get(place))
    )


def are_same(found, expected):
    """Tell whether contents are the same; distances between digits, nearly."""
    if not isinstance(found, dict) or not isinstance(expected, dict):
        return found == expected
    np.testing.assert_equal(found.keys(), expected.keys())
    return all(
        np.allclose(found[name], expected[name], rtol=0, atol=DISTANCE)
        if name == "distances"
        else np.array_equal(found[name], expected[name])
        for name in expected
    )


def write(path, kills, seconds):
    """Write what was seen, for the documents."""
    told = [{"stage": k.stage, "seconds": round(k.seconds, 2)} for k in kills]
    stages = {name: sum(k.stage == name for k in kills) for name in seconds}
    figures = {
        "what": "kills of the whole process group at random moments, and runs gone on "
        "with to the results of an undisturbed one",
        "kills": len(kills),
        "stages": stages,
        "moments": told,
    }
    path.write_text(json.dumps(figures, indent=2) + "\n")
