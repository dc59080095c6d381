"""A downloaded zip, which is no repository of Git's, runs as a clone does."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def execute(folder, *command):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PATH": path, "GIT_CEILING_DIRECTORIES": str(folder.parent)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_dvc_runs_without_git_once_it_is_told(tmp_path):
    for name in ("Makefile", "requirements.txt", ".dvc/config"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    stage = "stages:\n  one:\n    cmd: echo made > one\n    outs: [one]\n"
    (tmp_path / "dvc.yaml").write_text(stage)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "installed").touch()
    assert "not a git repository" in execute(tmp_path, "dvc", "repro").stderr
    assert execute(tmp_path, "make", "without-git").returncode == 0
    assert execute(tmp_path, "dvc", "repro").returncode == 0
    assert (tmp_path / "one").read_text() == "made\n"
    refused = execute(tmp_path, "make", "runs/record")
    assert "get it with git clone" in refused.stdout
