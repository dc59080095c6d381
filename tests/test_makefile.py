"""What make's targets do that is no command of the pipeline."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import release_card

ROOT = Path(__file__).parents[1]
MAKEFILE = ROOT / "Makefile"
FAILING = '#!/bin/sh\ncase "$*" in *{}*) exit 1;; esac\n'


def test_clean_keeps_what_users_corrected(tmp_path):
    corrected = tmp_path / "data/feedback/7.png"
    for path in (corrected, tmp_path / "data/train.npz", tmp_path / "models/one"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    command = ["make", "--file", MAKEFILE, "clean"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=60)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [corrected]


@pytest.mark.parametrize(
    ("target", "program", "failing"),
    [
        ("audit", "uvx", "requirements.txt"),
        ("lock", "uv", "requirements.in"),
        ("benchmarks", "python", "benchmarks.cost"),
        ("readings", "python", "drawn_large"),
    ],
)
def test_a_target_fails_with_the_first_of_its_commands(
    tmp_path, target, program, failing
):
    install(tmp_path)
    place = tmp_path / ".venv/bin" / program
    place.write_text(FAILING.format(failing))
    place.chmod(0o755)
    assert make(tmp_path, target).returncode != 0
    place.write_text(FAILING.format("nothing"))
    assert make(tmp_path, target).returncode == 0


def install(folder):
    """Let make take the environment in which tests run for installed."""
    (folder / ".venv/bin").mkdir(parents=True)
    for name in ("requirements", "requirements-dev", "requirements-benchmarks"):
        (folder / f"{name}.txt").touch()
    (folder / ".venv-benchmarks").mkdir()
    for name in (
        ".venv/installed",
        ".venv/installed-dev",
        ".venv-benchmarks/installed",
    ):
        (folder / name).touch()


def make(folder, target):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["make", "--file", MAKEFILE, target],
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def commit(folder, rescale):
    """Commit a project whose differences in scale are put in by this program."""
    place = folder / "pipeline/commands/rescale.py"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(rescale)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run([*git, "add", "pipeline", "record", ".dvc"], cwd=folder, check=True)
    subprocess.run([*git, "commit", "-qm", "one"], cwd=folder, check=True)


def test_a_clone_is_whole_and_of_this_commit_or_not_run(tmp_path, monkeypatch):
    install(tmp_path)
    for name in ("record/baselines/knn/card.json", "record/members/x", ".dvc/config"):
        (tmp_path / name).parent.mkdir(parents=True)
        shutil.copy(ROOT / ".dvc/config", tmp_path / name)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    commit(tmp_path, "raise SystemExit(1)")
    assert make(tmp_path, "record").returncode != 0
    assert not (tmp_path / "runs/record").exists()
    commit(tmp_path, "")
    assert make(tmp_path, "runs/record").returncode == 0
    assert (tmp_path / "runs/record/models/baselines/knn/card.json").is_file()
    monkeypatch.chdir(tmp_path / "runs/record")
    before = release_card.commit()
    commit(tmp_path, "pass")
    for target in ("record", "release"):
        assert "runs/record is at another commit" in make(tmp_path, target).stdout
    assert release_card.commit() == before
    subprocess.run(["git", "pull", "-q", "--autostash"], check=True)
    assert release_card.commit() != before
