"""Random multimodel deep learning: networks drawn at random, majority vote."""

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from ensembles.baselines.base import DigitClassifier
from ensembles.baselines.finished import keep, load_kept
from ensembles.members.fingerprint import digest_arrays, digest_code
from ensembles.settings import SEEDS, check_range

KINDS = ("dense", "recurrent", "convolutional")


@dataclass(eq=False, repr=False)
class RandomMultimodel(DigitClassifier):
    """Networks drawn at random, each with one vote, and no deformation.

    Every draw follows from `seed`, and nothing is chosen after it. A digit's
    probabilities are the shares of the votes; of equal shares the lower digit wins.

    Parameters
    ----------
    dense, recurrent, convolutional : int
        Number of networks of each kind.
    dense_width, recurrent_width, convolutional_width : float
        Factor of the units drawn for each kind; 1 is the paper's range.
    epochs, batch_size : int
        Length of each network's fixed schedule, and digits per step.
    rmsprop_rate, adagrad_rate, adam_rate : float
        Rate from which each optimizer falls along a cosine to zero.
    dropout : float
        Share dropped in training after each dense layer and convolutional block.
    seed : int
        Seed of the draws and, through them, of all else.
    folder : str, Path or None
        Where finished networks are kept, so that a run that was interrupted goes
        on with the next; None keeps none.

    Attributes
    ----------
    networks_ : list of Drawn
        What was drawn.
    weights_ : list of list of ndarray
        Each network's weights, in Keras's order.
    seen_ : ndarray of int
        The classes that have votes.

    Raises
    ------
    ValueError
        By `fit`, if no network is asked for.

    References
    ----------
    Kowsari, Heidarysafa, Brown, Jafari Meimandi and Barnes (2018), "RMDL: random
    multimodel deep learning for classification", ICISDM.
    """

    name = "rmdl"
    published_percent = 0.18
    cheap = False

    dense: int
    recurrent: int
    convolutional: int
    dense_width: float
    recurrent_width: float
    convolutional_width: float
    epochs: int
    batch_size: int
    rmsprop_rate: float
    adagrad_rate: float
    adam_rate: float
    dropout: float
    seed: int
    folder: str | None

    def __post_init__(self):
        check_range(self, 0, 1000, *KINDS)
        check_range(self, 0.001, 10, *(f"{kind}_width" for kind in KINDS))
        check_range(self, 1, 10_000, "epochs", "batch_size")
        check_range(self, 1e-8, 10, "rmsprop_rate", "adagrad_rate", "adam_rate")
        check_range(self, 0, 0.99, "dropout")
        check_range(self, *SEEDS, "seed")

    def draw(self):
        """Draw all networks, the dense ones first; nothing is trained.

        Returns
        -------
        list of Drawn
        """
        from ensembles.baselines.random_networks import draw_network

        return [
            draw_network(kind, getattr(self, f"{kind}_width"), self.seed, number)
            for kind in KINDS
            for number in range(getattr(self, kind))
        ]

    def _fit(self, images, labels):
        self.networks_ = self.draw()
        if not self.networks_:
            raise ValueError(
                "`dense`, `recurrent` and `convolutional` must ask for at least one "
                "network; got 0 of each"
            )
        digest = digest_arrays(images=images, labels=labels)
        self.seen_ = np.unique(labels)
        self.weights_ = [
            self._obtain(drawn, images, labels, digest) for drawn in self.networks_
        ]

    def _obtain(self, drawn, images, labels, digest):
        """Return a network's weights, trained now unless they are kept."""
        from ensembles.baselines.random_networks import train_network

        schedule = {
            "epochs": self.epochs,
            "batch_size": self.batch_size,
            "rate": getattr(self, f"{drawn.optimizer.lower()}_rate"),
            "dropout": self.dropout,
        }
        if self.folder is None:
            return train_network(drawn, images, labels, **schedule)
        code = digest_code("ensembles.baselines.random_networks:train_network")
        identity = {
            "network": asdict(drawn),
            **schedule,
            "data_digest": digest,
            "code_digest": code,
        }
        # The seed names the file, for it is what no two networks share.
        place = Path(self.folder) / f"{drawn.kind}-{drawn.seed}"
        weights = load_kept(place, identity)
        if weights is None:
            weights = train_network(drawn, images, labels, **schedule)
            keep(place, identity, weights)
        return weights

    def _predict(self, images):
        from ensembles.baselines.plain_weights import predict_with
        from ensembles.baselines.random_networks import build_network

        return count_votes(
            [
                predict_with(build_network(drawn), weights, images)
                for drawn, weights in zip(self.networks_, self.weights_, strict=True)
            ],
            self.seen_,
        )


def count_votes(probabilities, seen):
    """Return the share of the votes that each digit has.

    Parameters
    ----------
    probabilities : list of ndarray of shape (n, 10)
        One for each network.
    seen : ndarray of int
        The classes that may be voted for.

    Returns
    -------
    ndarray of shape (n, 10), float64
    """
    votes = [seen[found[:, seen].argmax(1)] for found in probabilities]
    return np.mean([np.eye(10)[vote] for vote in votes], axis=0)
