"""Train one member atomically, in a process of its own.

A member is trained in a temporary folder, its card is written last and the folder
renamed into place, so that a killed run leaves nothing half-written.
"""

import json
import platform
import shutil
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

from ensembles.members import CARD, CURVE, PREDICTIONS, WEIGHTS, is_finished


def train_member(job):
    """Train one member unless it is finished.

    Nothing of a member is seen under its final name before all of it is there.

    Returns
    -------
    bool
        Whether it was trained.
    """
    if is_finished(job):
        return False
    job.progress.parent.mkdir(parents=True, exist_ok=True)
    job.progress.write_text("")
    workshop = Path(tempfile.mkdtemp(prefix=f".{job.seed}-", dir=job.progress.parent))
    try:
        _train_into(workshop, job)
        shutil.rmtree(job.place, ignore_errors=True)
        workshop.rename(job.place)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
        job.progress.unlink(missing_ok=True)
    return True


def sweep(folder):
    """Remove what killed runs left of an architecture; call before training."""
    for left in folder.glob(".*"):
        shutil.rmtree(left) if left.is_dir() else left.unlink()


def _train_into(workshop, job):
    import keras

    from ensembles.networks import ARCHITECTURES
    from ensembles.training import train_network

    with np.load(job.digits) as archive:
        digits = {name: archive[name] for name in ("images", "labels", "fold")}
    passes = [np.load(path, mmap_mode="r") for path in job.passes]
    held_out = digits["fold"] == job.fold
    begun = time.perf_counter()
    # Numbers in the names of layers begin anew, so equal members have equal files.
    keras.utils.clear_session()
    network, probabilities = train_network(
        ARCHITECTURES[job.architecture],
        job.seed,
        job.recipe,
        digits,
        passes,
        held_out,
        on_epoch=lambda row: _append_line(job.progress, row),
    )
    # A finished member needs no optimizer, whose state is as large as the weights.
    network.optimizer = None
    network.save_weights(workshop / WEIGHTS)
    np.save(workshop / PREDICTIONS, probabilities.astype(np.float32))
    shutil.copy(job.progress, workshop / CURVE)
    wrong = probabilities.argmax(1) != digits["labels"][held_out]
    card = {
        "identity": job.identity,
        "held_out_errors": int(wrong.sum()),
        "held_out_digits": len(wrong),
        "parameters": network.count_params(),
        "seconds": round(time.perf_counter() - begun, 1),
        "versions": {
            "python": platform.python_version(),
            "keras": keras.__version__,
            keras.backend.backend(): version(keras.backend.backend()),
        },
    }
    (workshop / CARD).write_text(json.dumps(card, indent=2) + "\n")


def _append_line(path, row):
    with path.open("a") as stream:
        stream.write(json.dumps(row) + "\n")
