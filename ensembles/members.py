"""Members on disk: train one atomically, skip it when it is finished, load it.

A member is a folder ``<architecture>/<seed>/`` with four files. Its card is
written last and the folder renamed into place, so a killed run leaves nothing
half-written, and a member with the card that it ought to have is not trained
again, wherever it was trained.

Keras is imported by the worker that trains, never here: a process that only reads
members, or hands them out, starts without it.
"""

import json
import os
import platform
import shutil
import tempfile
import time
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from ensembles.fingerprint import digest_arrays, digest_code
from ensembles.settings import Recipe

WEIGHTS, CURVE, PREDICTIONS, CARD = (
    "member.weights.h5",
    "curve.jsonl",
    "held_out.npy",
    "card.json",
)


@dataclass(frozen=True)
class Job:
    """What is needed to train one member, in any process.

    Attributes
    ----------
    folder : Path
        Where all members lie; this one in ``<architecture>/<seed>``.
    fold, epochs : int
        The fold left out, and how long the member trains on the others.
    digits : Path
        An ``.npz`` with ``images``, ``labels`` and ``fold`` of the training set.
    passes : tuple of Path
        ``.npy`` files, the deformed copies of ``images``.
    identity : dict
        The part of the card that decides whether a finished member is valid.
    """

    folder: Path
    architecture: str
    seed: int
    fold: int
    epochs: int
    recipe: Recipe
    digits: Path
    passes: tuple
    identity: dict

    @property
    def place(self):
        """The member's own folder."""
        return self.folder / self.architecture / str(self.seed)

    @property
    def progress(self):
        """The file that gains a line with each epoch while the member trains."""
        return self.folder / self.architecture / f".{self.seed}.progress"


def identify(architecture, seed, folds, recipe, augmentation, data_digest):
    """Return what makes a member the one that is asked for.

    The deformed passes enter by the parameters and the code that made them, not by
    their bytes, which may differ in the last bit between machines.

    Parameters
    ----------
    architecture : str
        Name of a function of `ensembles.networks`.
    seed, folds : int
        The member leaves out fold ``seed % folds``.
    recipe : Recipe
        How it is trained.
    augmentation : dict
        Parameters of the passes.
    data_digest : str
        Digest of images, labels and folds.
    """
    code = digest_code(
        "ensembles.training:train_network",
        f"ensembles.networks:{architecture}",
        "ensembles.augmentation:deform",
    )
    return {
        "architecture": architecture,
        "seed": seed,
        "held_out_fold": seed % folds,
        "recipe": asdict(recipe),
        "augmentation": augmentation,
        "data_digest": data_digest,
        "code_digest": code,
    }


def digest_digits(digits):
    """Digest the training set: a member's card carries it."""
    return digest_arrays(**{k: digits[k] for k in ("images", "labels", "fold")})


def is_finished(job):
    """Tell whether the member is there, whole, and the one that is asked for."""
    card = job.place / CARD
    if not card.is_file():
        return False
    return json.loads(card.read_text())["identity"] == job.identity


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
    """Remove what killed runs left behind; call before any member is trained."""
    for left in folder.glob("*/.*"):
        shutil.rmtree(left) if left.is_dir() else left.unlink()


def load_network(place):
    """Rebuild a trained network from its folder.

    Returns
    -------
    keras.Model
    """
    from ensembles.networks import ARCHITECTURES

    network = ARCHITECTURES[place.parent.name]()
    network.load_weights(place / WEIGHTS)
    return network


def load_held_out(place):
    """Return a member's probabilities on its held-out fold, (n_fold, 10) float32."""
    return np.load(place / PREDICTIONS)


def load_curve(place):
    """Return a member's learning curve, a list of one dict per epoch."""
    return [json.loads(line) for line in (place / CURVE).read_text().splitlines()]


def load_card(place):
    """Return a member's card."""
    return json.loads((place / CARD).read_text())


def _train_into(workshop, job):
    import keras

    from ensembles.networks import ARCHITECTURES
    from ensembles.training import train_network

    with np.load(job.digits) as archive:
        digits = {name: archive[name] for name in ("images", "labels", "fold")}
    passes = [np.load(path, mmap_mode="r") for path in job.passes]
    held_out = digits["fold"] == job.fold
    begun = time.perf_counter()
    network, probabilities = train_network(
        ARCHITECTURES[job.architecture],
        job.seed,
        job.recipe,
        digits,
        passes,
        held_out,
        on_epoch=lambda row: _append_line(job.progress, row),
    )
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


def use_one_thread():
    """Keep this process's arithmetic on one thread; call before Keras is imported.

    Members side by side on one thread each are faster than one after the other on
    all of them.
    """
    for name in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS"):
        os.environ[name] = "1"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
