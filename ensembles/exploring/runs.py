"""One network of an exploration: what it takes to train it, and what comes out."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Run:
    """What is needed to train one network of a family, in any process.

    Attributes
    ----------
    family : str
        A key of `ensembles.exploring.families.FAMILIES`.
    setting : dict
        Of its ``space``.
    digits : Path
        An ``.npz`` with ``images`` and ``labels`` of the training set.
    passes : tuple of Path
        ``.npy`` files, the deformed copies of ``images``.
    train, watched : ndarray of int
        The digits to learn from, and those, of other writers, that are looked at after
        each epoch.
    epochs : int
        Most epochs.
    patience : int or None
        Epochs without a lower loss on the watched digits after which training ends,
        and the weights of the best are taken; None: it goes on to the end.
    seed : int
        Seed of weights, dropout and order.
    rivals : tuple of tuple of float
        Losses on the watched digits, by epoch, of networks that were trained before;
        one that is worse than half of them is given up.
    scored : ndarray of int, optional
        Digits of still other writers, which are predicted at the end.
    """

    family: str
    setting: dict
    digits: Path
    passes: tuple
    train: np.ndarray
    watched: np.ndarray
    epochs: int
    patience: int | None
    seed: int
    rivals: tuple = ()
    scored: np.ndarray | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of a run.

    Attributes
    ----------
    curve : list of dict
        ``epoch, loss, held_out_loss, held_out_error_percent`` of each epoch; losses
        are mean log losses in nats, without penalties on weights.
    pruned : bool
        Whether it was given up.
    parameters : int
        How many the network has.
    seconds : float
        What its epochs took.
    weights : list of ndarray
        Of the best epoch where training may end early, else of the last.
    scored_errors : int or None
        How many of ``scored`` were misread.
    """

    curve: list
    pruned: bool
    parameters: int
    seconds: float
    weights: list
    scored_errors: int | None

    @property
    def best(self):
        """The epoch of the lowest loss on the watched digits, a row of the curve."""
        return min(self.curve, key=lambda row: row["held_out_loss"])


def train_run(run):
    """Train a network, and give it up or end it early as the run says.

    Parameters
    ----------
    run : Run

    Returns
    -------
    Outcome
    """
    # Whoever calls this has set the process's threads before Keras is imported.
    from ensembles.exploring.fitting import fit

    with np.load(run.digits) as archive:
        images, labels = archive["images"], archive["labels"]
    passes = [images]
    if run.setting["deformed"]:
        passes = [np.load(path, mmap_mode="r") for path in run.passes]
    return fit(run, images, labels, passes)


def stopping_epoch(losses, patience):
    """Return the epoch, from 1, after which early stopping would end a whole curve.

    Parameters
    ----------
    losses : sequence of float
        Loss on the watched digits after each epoch.
    patience : int
        Epochs without a lower one that are borne.
    """
    best, since = float("inf"), 0
    for epoch, loss in enumerate(losses, start=1):
        best, since = (loss, 0) if loss < best else (best, since + 1)
        if since >= patience:
            return epoch
    return len(losses)
