"""Killed at any moment, a run ends with what it would have ended with undisturbed.

`make faults` kills all stages, a hundred times, and writes what it saw for the
documents; otherwise some kills in the first stages are enough.
"""

import os
from pathlib import Path

import clones
import killing
import numpy as np
import pytest

from pipeline.frame import files

SEED = 20
KILLS = int(os.environ.get("FAULTS_KILLS", "100"))


def kill_often(tmp_path, kills, *targets):
    """Return what was killed, and how long stages take, after comparing the results.

    Where stages are done before their moments, another clone takes the other kills.
    """
    undisturbed = clones.make(tmp_path / "undisturbed", killing.SMOKE)
    seconds = killing.run_undisturbed(undisturbed, *targets)
    expected = killing.read_results(undisturbed)
    rng = np.random.default_rng(SEED)
    done: list[killing.Kill] = []
    while len(done) < kills:
        clone = clones.make(tmp_path / f"killed-{len(done)}", killing.SMOKE)
        left = kills - len(done)
        done += killing.run_killed(clone, seconds, left, rng, *targets)
        assert killing.compare(killing.read_results(clone), expected) == []
        assert_nothing_is_left(clone)
    return done, seconds


def assert_nothing_is_left(clone):
    """Nothing in the folder where what is temporary is kept."""
    assert list((clone / files.TEMPORARY).iterdir()) == []


def test_a_run_that_is_killed_ends_as_one_that_is_not(tmp_path):
    kills, _ = kill_often(tmp_path, 5, "augment")
    assert len(kills) == 5


@pytest.mark.long
@pytest.mark.skipif("FAULTS_KILLS" not in os.environ, reason="`make faults` runs it")
def test_every_stage_may_be_killed(tmp_path):
    kills, seconds = kill_often(tmp_path, KILLS)
    assert len(kills) == KILLS
    killing.write(Path(__file__).parents[2] / "reports/faults.json", kills, seconds)
