"""Train one member atomically, in a process of its own.

What it has reached is kept after each epoch; a finished member is written into a
temporary folder, its card last, and the folder renamed into place, so that a killed
run leaves nothing half-written and loses one epoch.
"""

import contextlib
import json
import platform
import shutil
import tempfile
import zipfile
import zlib
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np

from ensembles.drafts import draft, draft_folder
from ensembles.members.on_disk import (
    CARD,
    CURVE,
    DIGESTS,
    PREDICTIONS,
    WEIGHTS,
    digest_files,
    is_finished,
    load_curve,
)

DIGITS = ("images", "labels", "fold")
"""What is used of the training set's archive."""


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
    with _workshop(job) as workshop:
        _train_into(workshop, job)
    job.state.unlink()
    job.progress.unlink()
    return True


def load_training_set(job):
    """Load what a member is trained on, to be sent to where its files are not.

    Returns
    -------
    list of ndarray
        Images, labels and folds of the training set, and its deformed copies,
        (passes, n, 28, 28): the last arguments of `unpacked`.
    """
    with np.load(job.digits) as archive:
        digits = [archive[name] for name in DIGITS]
    return [*digits, np.stack([np.load(path) for path in job.passes])]


@contextlib.contextmanager
def unpacked(job, *training_set):
    """Yield a job whose files lie in a temporary folder of this machine.

    Parameters
    ----------
    job : Job
        One whose own folders need not be here.
    *training_set
        From `load_training_set`.
    """
    *digits, passes = training_set
    with tempfile.TemporaryDirectory(prefix="member-") as name:
        folder = Path(name)
        np.savez(folder / "train.npz", **dict(zip(DIGITS, digits, strict=True)))
        paths = [folder / f"pass-{number}.npy" for number in range(len(passes))]
        for path, one in zip(paths, passes, strict=True):
            np.save(path, one)
        yield replace(
            job,
            folder=folder / "members",
            digits=folder / "train.npz",
            passes=tuple(paths),
        )


def pack_member(job):
    """Return a finished member's files, by name."""
    return {path.name: path.read_bytes() for path in job.place.iterdir()}


def store_member(job, contents):
    """Write a member that was trained elsewhere, all of it or nothing.

    Parameters
    ----------
    job : Job
    contents : dict of str to bytes
        From `pack_member`.
    """
    with _workshop(job) as workshop:
        for name, content in contents.items():
            (workshop / name).write_bytes(content)


def sweep(folder, jobs):
    """Remove what killed runs left of an architecture, but for what can go on.

    Parameters
    ----------
    folder : Path
        Where the architecture's members lie; call before they are trained.
    jobs : list of Job
        The members that are to be trained.
    """
    # A disk that lost power may have kept half of a state.
    going_on = [job for job in jobs if _is_whole(job.state)]
    kept = {path.name for job in going_on for path in (job.state, job.progress)}
    for left in folder.glob(".*"):
        if left.name not in kept:
            shutil.rmtree(left) if left.is_dir() else left.unlink()


def _is_whole(state):
    """Tell whether a state is there, and each array as its checksum says."""
    try:
        with zipfile.ZipFile(state) as archive:
            return archive.testzip() is None
    except (FileNotFoundError, zipfile.BadZipFile, zlib.error):
        return False


@contextlib.contextmanager
def _workshop(job):
    """Yield a folder that becomes the member's if the block succeeds."""
    with draft_folder(job.progress.parent, prefix=f".{job.seed}-") as folder:
        workshop = folder / "member"
        workshop.mkdir()
        yield workshop
        shutil.rmtree(job.place, ignore_errors=True)
        workshop.rename(job.place)


def _train_into(workshop, job):
    import keras

    from ensembles.members.networks import find
    from ensembles.members.training import train_network
    from ensembles.members.weights_file import save_weights

    with np.load(job.digits) as archive:
        digits = {name: archive[name] for name in DIGITS}
    passes = [np.load(path, mmap_mode="r") for path in job.passes]
    held_out = digits["fold"] == job.fold
    if not job.state.is_file():
        job.progress.write_text("")
    # Numbers in the names of layers begin anew, so equal members have equal files.
    keras.utils.clear_session()
    network, probabilities = train_network(
        find(job.architecture),
        job.seed,
        job.recipe,
        digits,
        passes,
        held_out,
        on_epoch=lambda row: _write_epoch(job.progress, row),
        state=job.state,
    )
    # A finished member needs no optimizer, whose state is as large as the weights.
    network.optimizer = None
    save_weights(network, workshop / WEIGHTS)
    np.save(workshop / PREDICTIONS, probabilities.astype(np.float32))
    shutil.copy(job.progress, workshop / CURVE)
    wrong = probabilities.argmax(1) != digits["labels"][held_out]
    card = {
        "identity": job.identity,
        "held_out_errors": int(wrong.sum()),
        "held_out_digits": len(wrong),
        "parameters": network.count_params(),
        "seconds": round(sum(row["seconds"] for row in load_curve(workshop)), 1),
        DIGESTS: digest_files(workshop),
        "versions": {
            "python": platform.python_version(),
            "keras": keras.__version__,
            keras.backend.backend(): version(keras.backend.backend()),
        },
    }
    (workshop / CARD).write_text(json.dumps(card, indent=2) + "\n")


def _write_epoch(path, row):
    """Add an epoch's line, which a run that was killed may have written before."""
    lines = path.read_text().splitlines()[: row["epoch"] - 1]
    with draft(path) as temporary:
        temporary.write_text("".join(f"{x}\n" for x in [*lines, json.dumps(row)]))
