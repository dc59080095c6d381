"""A disk that is full, a folder that is read-only: told in one line, and nothing lost.

Once the machine is mended, the next run ends with the right files.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import clones
import few_digits
import pytest

ROOT = Path(__file__).parents[2]
FULL = "No space left on device|is the disk full"
LONG = partial(pytest.param, marks=pytest.mark.long)
FOLDERS = ("data", "models", "reports")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, labelled_digits):
    """Return a folder in which few digits were prepared and deformed."""
    folder = tmp_path_factory.mktemp("prepared")
    few_digits.ask_for(folder, *labelled_digits)
    for name in ("fetch", "prepare", "augment"):
        assert attempt(folder, name).returncode == 0
    return folder


@pytest.fixture
def folder(tmp_path, prepared):
    return shutil.copytree(prepared, tmp_path / "copy")


def attempt(folder, name, *arguments):
    command = [sys.executable, "-m", f"pipeline.{name}", *arguments]
    return clones.execute(folder, *command, PYTHONPATH=str(ROOT))


@contextlib.contextmanager
def mounted(place, size):
    """Put what lies in a folder on a disk of its own, of some size."""
    kept = place.with_name(f"{place.name}-kept")
    place.rename(kept)
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a small disk needs the right to mount; run as root")
    try:
        shutil.copytree(kept, place, dirs_exist_ok=True)
        yield
        shutil.rmtree(kept)
        shutil.copytree(place, kept)
    finally:
        subprocess.run(["umount", str(place)], check=True)
    place.rmdir()
    kept.rename(place)


def remount(place, option):
    command = ["mount", "-o", f"remount,{option}", str(place)]
    subprocess.run(command, check=True, capture_output=True)


def files_of(folder):
    """Return the content of what stages wrote, by path; drafts as well."""
    return {
        path.relative_to(folder): path.read_bytes()
        for name in FOLDERS
        for path in (folder / name).rglob("*")
        if path.is_file() and not {"running", "times.jsonl"} & set(path.parts)
    }


def fill(place, left):
    """Write a file that leaves so many bytes of a disk."""
    free = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
    (place / "filling").write_bytes(bytes(max(0, free - left)))
    return place / "filling"


def assert_told(done, message):
    """It is one line, and an error of the data or the machine."""
    assert done.returncode == 3, done.stderr
    *_, last = done.stderr.splitlines()
    assert last.startswith("error: ")
    assert re.search(message, last), last
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("left", [LONG(0), 100_000])
def test_a_full_disk_is_told_and_leaves_nothing_half_written(folder, left):
    before = files_of(folder)
    with mounted(folder / "data", "10m"):
        filling = fill(folder / "data", left)
        assert_told(attempt(folder, "augment"), FULL)
        filling.unlink()
        after = files_of(folder)
        assert {path: after.get(path) for path in before} == before
        assert len(after) == len(before)
        assert attempt(folder, "augment").returncode == 0
    assert files_of(folder) == before


@pytest.mark.long
@pytest.mark.parametrize("left", [100_000, 2_000_000])
def test_a_full_disk_in_training_costs_what_is_in_flight_alone(folder, left):
    undisturbed = shutil.copytree(folder, folder.with_name("undisturbed"))
    assert attempt(undisturbed, "train", "pooled").returncode == 0
    (folder / "models").mkdir()
    with mounted(folder / "models", "20m"):
        filling = fill(folder / "models", left)
        assert_told(attempt(folder, "train", "pooled"), FULL)
        filling.unlink()
        assert attempt(folder, "train", "pooled").returncode == 0
    names = {f"{n}/{f}" for n in "01" for f in ("member.weights.h5", "held_out.npy")}
    for name in names:
        place = Path("models/members/pooled") / name
        assert (folder / place).read_bytes() == (undisturbed / place).read_bytes()
    members = (folder / "models/members/pooled").iterdir()
    assert [path for path in members if path.name not in "01"] == []


@pytest.mark.parametrize("name", [LONG("data"), "reports"])
def test_a_folder_that_is_read_only_is_named(folder, name):
    before = files_of(folder)
    with mounted(folder / name, "20m"):
        remount(folder / name, "ro")
        assert_told(attempt(folder, "augment"), "Read-only file system")
        remount(folder / name, "rw")
        assert attempt(folder, "augment").returncode == 0
    assert files_of(folder) == before
