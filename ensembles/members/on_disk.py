"""Members on disk: what is asked of them, whether they are finished, what they hold.

A member is a folder ``<architecture>/<seed>/`` with four files: weights, learning
curve, probabilities on the fold that it did not see, and a card. A member whose card
is the one asked for is finished, wherever it was trained.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ensembles.members.fingerprint import digest_file, digest_json
from ensembles.settings import Recipe

WEIGHTS, CURVE, PREDICTIONS, CARD = (
    "member.weights.h5",
    "curve.jsonl",
    "held_out.npy",
    "card.json",
)


DIGESTS = "sha256"
"""In the card: digests of the other files."""


class DamagedMemberError(ValueError):
    """A file of a member is not what was written."""


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

    @property
    def state(self):
        """The file that holds all that the member's training has reached."""
        return self.folder / self.architecture / f".{self.seed}-{self.token}.npz"

    @property
    def token(self):
        """A short name of the identity: a state of another is not gone on from."""
        return digest_json(self.identity)[:12]


def is_finished(job):
    """Tell whether the member is there, whole, and the one that is asked for."""
    return is_there(job) and not any(
        _is_damaged(job.place, name) for name in load_card(job.place).get(DIGESTS, {})
    )


def is_there(job):
    """Tell whether a card is there, and of the member that is asked for."""
    try:
        return load_card(job.place)["identity"] == job.identity
    except (FileNotFoundError, DamagedMemberError):
        return False


def digest_files(place):
    """Return the SHA-256 of a member's files, by name, for its card."""
    return {n: digest_file(place / n) for n in (WEIGHTS, CURVE, PREDICTIONS)}


def check(place, name):
    """Refuse a file of a member that is not what its card says.

    Cards that were written before digests were kept say nothing.

    Raises
    ------
    DamagedMemberError
        Naming the file.
    """
    if _is_damaged(place, name):
        raise DamagedMemberError(
            f"{place / name} is not the file that {CARD} beside it tells of; run "
            f"`dvc repro`, which trains it anew"
        )


def _is_damaged(place, name):
    expected = load_card(place).get(DIGESTS, {}).get(name)
    path = place / name
    return expected and not (path.is_file() and digest_file(path) == expected)


def load_held_out(place):
    """Return a member's probabilities on its held-out fold, (n_fold, 10) float32."""
    check(place, PREDICTIONS)
    return np.load(place / PREDICTIONS)


def load_curve(place):
    """Return a member's learning curve, a list of one dict per epoch."""
    return [json.loads(line) for line in (place / CURVE).read_text().splitlines()]


def load_card(place):
    """Return a member's card."""
    path = place / CARD
    try:
        return json.loads(path.read_text())
    except ValueError as error:
        raise DamagedMemberError(
            f"{path} is damaged ({error}); run `dvc repro`, which trains it anew"
        ) from error
