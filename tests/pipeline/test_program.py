"""Stages and commands tell what they take, and end with the code that says how."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from multiprocessing.pool import ThreadPool
from pathlib import Path

import clones
import numpy as np
import pytest

from pipeline.commands.show import times_text
from pipeline.frame import files, program

ROOT = Path(__file__).parents[2]
STAGES = sorted(path.stem for path in (ROOT / "pipeline").glob("[!_]*.py"))
COMMANDS = sorted(path.stem for path in (ROOT / "pipeline/commands").glob("[!_]*.py"))
PROGRAMS = [
    name
    for name in (*STAGES, *(f"commands.{name}" for name in COMMANDS))
    if "__main__" in (ROOT / "pipeline" / f"{name.replace('.', '/')}.py").read_text()
]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}


def call(*words, folder=ROOT):
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_package_lists_every_program():
    listed = re.findall(r"^  (\S+)  +\S", call("pipeline").stdout, re.MULTILINE)
    assert sorted(listed) == sorted(PROGRAMS)
    assert call("pipeline", "x").returncode != 0


@pytest.mark.parametrize("name", PROGRAMS)
def test_help_does_nothing_else(name, tmp_path):
    helped = call(f"pipeline.{name}", "--help", folder=tmp_path)
    assert helped.returncode == 0
    assert helped.stdout.startswith(f"usage: python -m pipeline.{name} [-h]")
    assert helped.stderr == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["prepare", "x"], 2, "error: unrecognized arguments: x"),
        (["prepare", "--qui"], 2, "error: unrecognized arguments: --qui"),
        (["train"], 2, "error: the following arguments are required: architecture"),
        (["prepare"], 3, "error: no params.yaml here; run from the project's folder"),
    ],
)
def test_wrong_use_is_told_from_bad_data(words, code, message, tmp_path):
    name, *arguments = words
    ran = call(f"pipeline.{name}", *arguments, folder=tmp_path)
    assert ran.returncode == code
    assert ran.stderr.splitlines()[-1].endswith(message)
    assert "Traceback" not in ran.stderr


PROGRAM = """
import sys
from tqdm import tqdm
from pipeline.frame import program

def main(parameters, *numbers):
    for text in tqdm(numbers, disable=None):
        print(int(text) if text != "none" else {number}, flush=True)

def refuse(text):
    raise OSError(text)

program.run(main)
"""

COMMAND = """
import subprocess, sys
from pathlib import Path
from pipeline.frame import program

def main(parameters):
    draft = Path("reports/.tried-1.csv")
    draft.parent.mkdir()
    draft.touch()
    subprocess.run([sys.executable, "-m", "own", "4"], check=True)
    print(draft.exists())

program.run(main)
"""


WORKERS = """
from joblib import Parallel, delayed
from pipeline.frame import program

def main(parameters, mebibytes):
    text = f"len(b'x' * ({mebibytes} << 20))"
    print(Parallel(n_jobs=2)(delayed(eval)(text) for _ in range(2)))

program.run(main)
"""


def run_own(tmp_path, number, *words):
    script = tmp_path / "own.py"
    script.write_text(PROGRAM.replace("{number}", number))
    return call("own", *words, folder=prepare(tmp_path))


def prepare(tmp_path):
    (tmp_path / "params.yaml").write_text((ROOT / "params.yaml").read_text())
    (tmp_path / "data").mkdir(exist_ok=True)
    return tmp_path


@pytest.mark.parametrize(
    ("fault", "name"), [("1 / 0", "ZeroDivisionError"), ("min([])", "ValueError")]
)
def test_a_fault_in_the_program_shows_where_it_is(tmp_path, fault, name):
    ran = run_own(tmp_path, fault, "none")
    assert ran.returncode == 1
    assert name in ran.stderr
    assert "own.py" in ran.stderr


def test_an_error_is_one_line_whatever_its_text_holds(tmp_path):
    ran = run_own(tmp_path, r"refuse('first\r\n second\n\nthird\n')", "none")
    assert ran.returncode == 3
    assert ran.stderr == "error: first second third\n"


def test_quiet_says_errors_alone(tmp_path):
    assert run_own(tmp_path, "0", "4", "5").stdout == "4\n5\n"
    quiet = run_own(tmp_path, "0", "4", "5", "--quiet")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    failed = run_own(tmp_path, "refuse('of no use')", "4", "none", "--quiet")
    assert failed.returncode == 3
    assert failed.stderr == "error: of no use\n"


def test_a_stage_leaves_alone_what_a_command_writes(tmp_path):
    run_own(tmp_path, "0", "4")
    place = tmp_path / "commands" / "one.py"
    place.parent.mkdir()
    place.write_text(COMMAND)
    assert call("commands.one", folder=tmp_path).stdout == "4\nTrue\n"


def test_the_last_run_of_each_stage_is_shown(tmp_path, monkeypatch):
    run_own(tmp_path, "0", "4")
    run_own(tmp_path, "0", "5")
    run_own(tmp_path, "0", "4")
    monkeypatch.chdir(tmp_path)
    notes = files.TIMES.read_text().splitlines()
    _, *rows = times_text(notes).splitlines()
    assert [row.split()[:2] for row in rows] == [["own", "4"], ["own", "5"]]
    assert all(0 <= float(row.split()[2]) < 60 for row in rows)
    assert all(5 < int(row.split()[3]) < 2000 for row in rows)


def test_stages_that_end_together_are_all_noted(tmp_path, monkeypatch):
    monkeypatch.chdir(prepare(tmp_path))
    stages = [f"train {number}" for number in range(40)]
    with ThreadPool(8) as pool:
        pool.starmap(program._note, [(stage, 1.0) for stage in stages], chunksize=1)
    notes = map(json.loads, files.TIMES.read_text().splitlines())
    assert sorted(note["stage"] for note in notes) == sorted(stages)


def most_memory(folder):
    return json.loads((folder / files.TIMES).read_text().splitlines()[-1])["mebibytes"]


def test_memory_is_not_that_of_who_started_the_program(tmp_path):
    """Linux's count of a process begins with what it was forked from."""
    ballast = b"x" * (600 << 20)
    assert run_own(tmp_path, "0", "4").returncode == 0
    assert most_memory(tmp_path) < len(ballast) >> 20


def test_memory_is_that_of_workers_as_well(tmp_path):
    (tmp_path / "own.py").write_text(WORKERS)
    assert call("own", "600", folder=prepare(tmp_path)).returncode == 0
    assert 600 < most_memory(tmp_path) < 1000


def start(*words, folder):
    """Start a program, in a process group that can be interrupted as a terminal's."""
    return subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )


def interrupt_once(program, ready):
    """Interrupt a program once it is ready, and return what it said of that."""
    try:
        while not ready():
            assert program.poll() is None, program.communicate()
            time.sleep(0.05)
        os.killpg(program.pid, signal.SIGINT)
        _, said = program.communicate(timeout=30)
    finally:
        program.kill()
    assert program.returncode == 4
    return said


WAITING = """
import time
from pathlib import Path
from pipeline.frame import program

def main(parameters):
    try:
        Path("begun").touch()
        time.sleep(600)
    finally:
        time.sleep(600)

program.run(main)
"""


def test_an_interrupt_ends_a_program_that_cannot_tidy_up(tmp_path):
    (tmp_path / "own.py").write_text(WAITING)
    program = start("own", folder=prepare(tmp_path))
    said = interrupt_once(program, (tmp_path / "begun").is_file)
    assert said == "own: interrupted; what is finished is kept\n"


def test_an_interrupt_ends_training_soon_and_keeps_what_is_there(
    tmp_path, labelled_digits
):
    folder = prepare(tmp_path)
    images, labels = labelled_digits
    fold = np.arange(len(labels)) % 6
    np.savez(folder / "data/train.npz", images=images, labels=labels, fold=fold)
    clones.write_passes(folder, images, 18)
    training = start("pipeline.train", "pooled", folder=folder)
    members = folder / "models/members/pooled"
    said = interrupt_once(training, lambda: list(members.glob(".*.npz")))
    assert said == "train: interrupted; what is finished is kept\n"
    assert list(members.glob(".*.npz"))
