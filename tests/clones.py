"""Copies of the project, in which tests run its pipeline: scikit-learn's digits."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
from ruamel.yaml import YAML

from pipeline.frame import files

ROOT = Path(__file__).parents[1]
# A proxy that nobody serves: no mirror can be reached, wherever the tests run.
NOWHERE = "http://127.0.0.1:9"
KEPT = ("baselines", "benchmarks")
"""What in `reports` is no run's."""

NOT_RUN = ("dvc.lock", "tests/", "record/members/", "record/next/", "record/trials/")


def make(folder, changes):
    """Copy what Git tracks, or would track, and is needed for a run.

    Parameters
    ----------
    folder : Path
    changes : dict
        Of params.yaml.

    Returns
    -------
    Path
        The folder.
    """
    listed = run(ROOT, "git", "ls-files", "-co", "--exclude-standard")
    for name in listed.splitlines():
        if not (ROOT / name).is_file() or name.startswith(NOT_RUN):
            continue
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    for path in (folder / "reports").iterdir():
        if path.name not in KEPT:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    run(folder, "git", "init", "--quiet")
    change_params(folder, changes)
    return folder


def change_params(folder, changes):
    yaml, path = YAML(), folder / "params.yaml"
    parameters = yaml.load(path)
    _merge(parameters, changes)
    yaml.dump(parameters, path)


def _merge(target, changes):
    for key, value in changes.items():
        if isinstance(value, dict):
            _merge(target[key], value)
        else:
            target[key] = value


def environment():
    kept = {k: v for k, v in os.environ.items() if k != "DIGITS_DATA_DIR"}
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTPS_PROXY"), NOWHERE)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return kept | proxies | {"PATH": path, "no_proxy": "", "NO_PROXY": ""}


def write_passes(folder, images, count):
    """Write what `augment` would, the images moved aside by some pixels."""
    place = folder / files.AUGMENTED / "elastic"
    place.mkdir(parents=True)
    digests = {}
    for number in range(count):
        name = f"pass-{number:02d}.npy"
        moved = np.roll(images, number, axis=2)
        digests[f"elastic/{name}"] = files.write_array(place / name, moved)
    files.write_json(folder / files.PASSES_CARD, digests)


def attempt(folder, name, *arguments):
    return execute(folder, sys.executable, "-m", f"pipeline.{name}", *arguments)


def execute(folder, *command, **more):
    return subprocess.run(
        command,
        cwd=folder,
        env=environment() | more,
        capture_output=True,
        text=True,
        check=False,
    )


def run(folder, *command):
    done = execute(folder, *command)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout + done.stderr


def stage(folder, name, *arguments):
    return run(folder, sys.executable, "-m", f"pipeline.{name}", *arguments)


def is_alive(group):
    """Tell whether a process of this group runs, the workers of one that ended too."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
