"""A stage runs once at a time, and what killed runs left is removed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.frame import alone, files

ROOT = Path(__file__).parents[2]
HOLD = """
import sys, time
from pipeline.frame.alone import alone
with alone(sys.argv[1]):
    print("holds", flush=True)
    time.sleep(600)
"""
LEFT = (
    "data/.train-123.npz",
    "data/raw/.t10k-images-idx3-ubyte-123.gz",
    "data/augmented/elastic/.pass-00-123.npy",
    "models/.card-123.json",
    "models/baselines/knn/.model-123.joblib",
    "models/explore/mlp/.weights-123.npz",
    "reports/plots/.reliability-123.csv",
    "reports/.draft-ab_c1d2e/errors/test-1.png",
    "data/running/temporary/joblib_memmapping_folder_1/1.pkl",
)
KEPT = (
    "data/.gitignore",
    "data/feedback/.3-123.png",
    "models/members/pooled/.0-ab12cd34ef56.npz",
    "models/members/pooled/.0-123.npz",
    "reports/errors.csv",
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in (*LEFT, *KEPT):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    # What a stage sets for its own process is set back.
    monkeypatch.setenv("TMPDIR", os.environ.get("TMPDIR", "/tmp"))
    monkeypatch.setattr("tempfile.tempdir", None)
    return tmp_path


@pytest.fixture
def hold(folder):
    """Start a process that runs as a stage until it is killed."""
    started = []

    def start(words):
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, words],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout.readline() == "holds\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def there(names):
    return [name for name in names if Path(name).exists()]


def test_drafts_of_killed_runs_are_swept_and_nothing_else(folder):
    with alone.alone("train pooled"):
        assert there(LEFT) == []
        assert there(KEPT) == list(KEPT)


def test_a_stage_is_refused_while_it_runs_and_after_a_kill_is_not(hold):
    process = hold("train pooled")
    expected = rf"`train pooled` runs already .* process {process.pid}: wait"
    with pytest.raises(ValueError, match=expected), alone.alone("train pooled"):
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()
    with alone.alone("train pooled"):
        assert there(LEFT) == []


def test_beside_another_stage_drafts_are_left_alone(hold):
    hold("train pooled")
    Path(LEFT[0]).touch()
    with alone.alone("baseline knn"):
        assert there(LEFT) == [LEFT[0]]
        assert Path(files.RUNNING / "baseline-knn").read_text() == str(os.getpid())


def test_temporary_files_of_a_stage_lie_where_they_are_swept(folder):
    command = [sys.executable, "-c", "import tempfile; print(tempfile.mkdtemp())"]
    with alone.alone("export"):
        made = subprocess.check_output(command, text=True).strip()
    assert Path(made).parent == (folder / files.TEMPORARY)
    with alone.alone("export"):
        assert not Path(made).exists()
