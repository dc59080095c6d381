"""Killed at any moment, a run ends with what it would have ended with undisturbed.

`make faults` kills all stages, a hundred times, and writes what it saw for the
documents; otherwise some kills in the first stages are enough.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import campaign
import pytest

from pipeline.frame import files

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("FAULTS_KILLS", "100"))
HARNESS = """
import sys
from pathlib import Path
*places, folder, report = sys.argv[1:]
sys.path += places
import campaign

campaign.run(Path(folder), Path(report), 5, "augment")
"""


def assert_nothing_was_lost(told):
    assert told["compared"] == told["kills"] == sum(told["stages"].values())
    for name in ("trained_twice", "drafts_left", "differences"):
        assert told[name] == []


def kill_the_harness(folder, report, kills):
    """Run the harness as a process of its own, until it has made so many kills."""
    places = ROOT, ROOT / "tests", ROOT / "tests/faults", folder, report
    command = [sys.executable, "-c", HARNESS, *map(str, places)]
    with subprocess.Popen(command) as harness:
        while not report.is_file() or files.read_json(report)["kills"] < kills:
            assert harness.poll() is None
            time.sleep(0.05)
        harness.send_signal(signal.SIGKILL)


def test_a_run_that_is_killed_ends_as_one_that_is_not(tmp_path):
    """Whoever kills it may be killed as well, and goes on from where that was."""
    folder, report = tmp_path / "runs", tmp_path / "faults.json"
    kill_the_harness(folder, report, 2)
    before = files.read_json(report)
    told = campaign.run(folder, report, 5, "augment")
    assert told == files.read_json(report)
    assert told["moments"][:2] == before["moments"]
    assert told["kills"] == 5
    assert_nothing_was_lost(told)


@pytest.mark.long
@pytest.mark.skipif("FAULTS_KILLS" not in os.environ, reason="`make faults` runs it")
def test_every_stage_may_be_killed():
    told = campaign.run(ROOT / "runs/faults", ROOT / "reports/faults.json", KILLS)
    assert told["kills"] >= KILLS
    assert_nothing_was_lost(told)
