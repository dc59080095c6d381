"""Many kills, compared with an undisturbed run, and told in a file as they happen.

Who is killed itself, or asked for more kills later, goes on from that file, unless the
project is another by then.
"""

import hashlib
import shutil
from collections import Counter
from dataclasses import asdict

import clones
import killing
import numpy as np
import outcome

from pipeline.frame import files

SEED = 20
WHAT = (
    "kills of the whole process group at random moments of a run at smoke scale, which "
    "was gone on with to its end and compared with an undisturbed one"
)


def run(folder, report, kills, *targets):
    """Kill runs until so many kills were made, and all runs have ended.

    Parameters
    ----------
    folder : Path
        Where the runs are.
    report : Path
        Written after each kill and each comparison.
    kills : int
    *targets : str
        Of `dvc repro`.

    Returns
    -------
    dict
        What `report` tells. ``kills`` are all, ``compared`` those of the ``runs`` that
        have ended; ``stages`` and ``moments`` tell where they hit; ``trained_twice``,
        ``drafts_left`` and ``differences`` are paths; ``torn_locks`` counts how often
        a file of DVC's own was left empty, and deleted.
    """
    told = _take_up(folder, report, targets)
    expected = outcome.read_results(folder / "undisturbed")
    while told["compared"] < kills:
        clone = _copy(folder / "project", folder / f"killed-{told['runs']}")
        for kill in _killed(clone, told, kills, targets):
            _count(told, kill)
            files.write_json(report, told)
        told["differences"] += outcome.compare(outcome.read_results(clone), expected)
        told["drafts_left"] += outcome.find_drafts(clone)
        told |= {"compared": told["kills"], "runs": told["runs"] + 1}
        files.write_json(report, told)
        shutil.rmtree(clone)
    return told


def _take_up(folder, report, targets):
    """Return what was told of this project, or begin with an undisturbed run."""
    for path in folder.glob("*"):
        killing.kill_leftovers(path)
    shutil.rmtree(folder / "now", ignore_errors=True)
    now = clones.make(folder / "now", killing.SMOKE)
    code = _digest(now, targets)
    told = files.read_json(report) if report.is_file() else {}
    if told.get("code") != code or not (folder / "undisturbed").is_dir():
        told = _begin(folder, code, targets)
        files.write_json(report, told)
    return told


def _begin(folder, code, targets):
    for path in folder.iterdir():
        if path.name != "now":
            shutil.rmtree(path)
    (folder / "now").rename(folder / "project")
    undisturbed = _copy(folder / "project", folder / "undisturbed")
    seconds = killing.run_undisturbed(undisturbed, *targets)
    return {
        "what": WHAT,
        "code": code,
        "kills": 0,
        "compared": 0,
        "runs": 0,
        "trained_twice": [],
        "drafts_left": [],
        "differences": [],
        "torn_locks": 0,
        "stages": dict.fromkeys(seconds, 0),
        "undisturbed_seconds": {name: round(s, 2) for name, s in seconds.items()},
        "moments": [],
    }


def _digest(project, targets):
    """Return a digest of all that a run reads."""
    digest = hashlib.sha256(repr(targets).encode())
    for path in sorted(project.rglob("*")):
        if path.is_file() and ".git" not in path.parts:
            digest.update(str(path.relative_to(project)).encode() + path.read_bytes())
    return digest.hexdigest()


def _copy(source, target):
    """Copy a folder whole or not at all, if the copy is not there."""
    if not target.is_dir():
        draft = target.with_name(f"{target.name}-draft")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(source, draft, symlinks=True).rename(target)
    return target


def _killed(clone, told, kills, targets):
    """Go on with a run to its end, and yield each kill by the way."""
    rng = np.random.default_rng([SEED, told["kills"]])
    while True:
        told["torn_locks"] += killing.unlock(clone)
        finished = outcome.read_finished(clone)
        left = _left(told, kills)
        seconds = told["undisturbed_seconds"]
        kill = killing.run_on(clone, left, seconds, rng, *targets)
        told["trained_twice"] += outcome.find_made_anew(clone, finished)
        if kill is None:
            return
        yield kill


def _left(told, kills):
    """Return how many kills each stage is still to have, of as many as can be for all.

    None, if there were enough already where others were meant.
    """
    stages = list(told["stages"])
    wanted = Counter(_deal(kills, stages))
    wanted.subtract(one["after"] for one in told["moments"])
    some = told["kills"] < kills
    return {stage: max(0, wanted[stage]) * some for stage in stages}


def _deal(kills, stages):
    """Deal kills to stages, as evenly as can be."""
    most = np.full(len(stages), kills // len(stages))
    rng = np.random.default_rng(SEED)
    most[rng.permutation(len(stages))[: kills % len(stages)]] += 1
    return dict(zip(stages, most.tolist(), strict=True))


def _count(told, kill):
    told["kills"] += 1
    told["stages"][kill.stage] += 1
    told["moments"].append(asdict(kill))
