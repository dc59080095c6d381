"""What make's targets do that is no command of the pipeline."""

import subprocess
from pathlib import Path

MAKEFILE = Path(__file__).parents[1] / "Makefile"


def test_clean_keeps_what_users_corrected(tmp_path):
    corrected = tmp_path / "data/feedback/7.png"
    for path in (corrected, tmp_path / "data/train.npz", tmp_path / "models/one"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    command = ["make", "--file", MAKEFILE, "clean"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=60)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [corrected]
