"""DVC's runs: changed files, stale locks, two at once, a clock that was set back.

Each ends with the files of an undisturbed run, or says why not.
"""

import json
import os
import re
import shutil
import subprocess
import time

import clones
import few_digits
import killing
import outcome
import pytest

pytestmark = pytest.mark.long
TARGET = "augment"
PASS = "data/augmented/elastic/pass-01.npy"
CLOCK = """
import time
real, back = time.time, 400 * 86400
time.time = lambda: real() - back
"""
"""Read by each Python at its start."""


@pytest.fixture(scope="module")
def made(tmp_path_factory, labelled_digits):
    """Return a clone in which the first stages were run, and what they made."""
    folder = clones.make(tmp_path_factory.mktemp("made"), {})
    few_digits.ask_for(folder, *labelled_digits)
    repro(folder)
    return folder, outcome.read_results(folder)


@pytest.fixture
def clone(made, tmp_path):
    """Return a copy of it."""
    return shutil.copytree(made[0], tmp_path / "clone", symlinks=True)


@pytest.fixture
def expected(made):
    return made[1]


def repro(folder, **more):
    done = clones.execute(folder, "dvc", "repro", TARGET, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def rerun(said):
    return re.findall(r"Running stage '(\S+)'", said)


def forget(clone):
    """Let all stages run again."""
    for name in ("data", "dvc.lock", ".dvc/tmp", ".dvc/cache"):
        path = clone / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.mark.parametrize("how", ["cut", "changed"])
@pytest.mark.parametrize(
    "name", ["data/train.npz", "data/augmented/elastic/pass-01.npy"]
)
def test_what_was_harmed_between_stages_is_made_again(clone, expected, name, how):
    place = clone / name
    content = place.read_bytes()
    middle = len(content) // 2
    place.unlink()  # it may be a link to the cache
    place.write_bytes(content[:middle] + b"x" * (how == "changed") * middle)
    repro(clone)
    assert outcome.compare(outcome.read_results(clone), expected) == []


def test_locks_that_a_killed_run_left_are_not_waited_for(clone, expected):
    dead = {"pid": 2**31 - 1, "cmd": "dvc repro"}
    held = {"write": {str(clone / "data/train.npz"): dead}}
    forget(clone)
    (clone / ".dvc/tmp").mkdir()
    (clone / ".dvc/tmp/rwlock").write_text(json.dumps(held))
    (clone / ".dvc/tmp/lock").write_text(f"{dead['pid']}\n")
    repro(clone)
    assert outcome.compare(outcome.read_results(clone), expected) == []


def test_a_list_of_locks_that_a_kill_left_empty_is_deleted(clone, expected):
    forget(clone)
    (clone / ".dvc/tmp").mkdir()
    (clone / ".dvc/tmp/rwlock").touch()
    with killing.begin(clone, TARGET) as process:
        assert process.wait(timeout=300) != 0
    assert "Unable to read RWLock-file" in (clone / "log").read_text()
    assert killing.unlock(clone)
    assert not killing.unlock(clone)
    repro(clone)
    assert outcome.compare(outcome.read_results(clone), expected) == []


def test_a_lock_file_that_a_kill_left_empty_is_deleted(clone, expected):
    (clone / "dvc.lock").write_text("")
    with killing.begin(clone, TARGET) as process:
        assert process.wait(timeout=300) != 0
    assert "'./dvc.lock' validation failed" in (clone / "log").read_text()
    assert killing.unlock(clone)
    repro(clone)
    assert outcome.compare(outcome.read_results(clone), expected) == []


def test_two_runs_at_once_end_as_one(clone, expected):
    forget(clone)
    logs = [clone.with_name(f"log-{number}") for number in range(2)]
    runs = []
    for log in logs:
        with log.open("w") as file:
            command = ["dvc", "repro", TARGET]
            both = {"stdout": file, "stderr": subprocess.STDOUT}
            environment = clones.environment()
            runs.append(subprocess.Popen(command, cwd=clone, env=environment, **both))
    codes = [run.wait(timeout=300) for run in runs]
    said = [log.read_text() for log in logs]
    assert 0 in codes, said
    for code, text in zip(codes, said, strict=True):
        assert code == 0 or "lock" in text, text
    assert outcome.compare(outcome.read_results(clone), expected) == []


def test_a_clock_that_is_set_back_changes_nothing(clone, expected, tmp_path):
    """Half of a run is by one clock, half by another, and files are of the future."""
    (tmp_path / "sitecustomize.py").write_text(CLOCK)
    back = {"PYTHONPATH": str(tmp_path)}
    shutil.rmtree(clone / "data/augmented")
    assert rerun(repro(clone, **back)) in ([], ["augment"])
    assert outcome.compare(outcome.read_results(clone), expected) == []
    for path in (clone / "data").rglob("*"):
        os.utime(path, (time.time() + 4e7, time.time() + 4e7))
    assert rerun(repro(clone, **back)) == []
    clones.change_params(clone, {"augment": {"seed": 1}})
    assert rerun(repro(clone, **back)) == ["augment"]
    changed = outcome.compare(outcome.read_results(clone), expected)
    assert PASS in changed
    assert "data/train.npz" not in changed
    clones.change_params(clone, {"augment": {"seed": 0}})
    repro(clone)
    assert outcome.compare(outcome.read_results(clone), expected) == []
