"""Romanuke's convolutional net 784-50-100-500-1000-10-10, on deformed digits."""

from dataclasses import dataclass
from functools import partial

from ensembles.baselines.base import DigitClassifier
from ensembles.digits.strengths import Deformation
from ensembles.settings import SEEDS, check_range


@dataclass(eq=False, repr=False)
class Romanuke(DigitClassifier):
    """One convolutional net, trained on a deformed copy of the digits in each epoch.

    Published are the sizes of the layers and that the training set was expanded;
    the kernels, the pooling, the normalisation, the expansion and the schedule
    here are an interpretation. See `fixed_networks.build_romanuke`.

    Parameters
    ----------
    epochs, batch_size : int
        Length of the fixed schedule, and digits per step.
    passes : int
        Deformed copies, taken in turn.
    learning_rate, weight_decay : float
        Peak rate, which falls along a cosine to zero, and decay of the weights.
    dropout : float
        Share of the thousand features dropped in training.
    deformation : Deformation
        How strongly the copies are deformed.
    seed : int
        Seed of weights, dropout, order and deformations.

    Attributes
    ----------
    weights_ : list of ndarray
        The network's, in Keras's order.

    References
    ----------
    Romanuke (2016), "Training data expansion and boosting of convolutional neural
    networks for reducing the MNIST dataset error rate", Research Bulletin of NTUU
    "Kyiv Polytechnic Institute", 6.
    """

    name = "cnn_romanuke"
    published_percent = 0.27
    cheap = False

    epochs: int
    batch_size: int
    passes: int
    learning_rate: float
    weight_decay: float
    dropout: float
    deformation: Deformation
    seed: int

    def __post_init__(self):
        check_range(self, 1, 10_000, "epochs", "batch_size", "passes")
        check_range(self, 1e-8, 10, "learning_rate")
        check_range(self, 0, 1, "weight_decay")
        check_range(self, 0, 0.99, "dropout")
        check_range(self, *SEEDS, "seed")

    def _fit(self, images, labels):
        from ensembles.baselines.deformed_copies import make_passes
        from ensembles.baselines.fixed_networks import build_romanuke
        from ensembles.baselines.plain_weights import train_on_passes

        passes = make_passes(images, self.deformation, self.seed, self.passes)
        build = partial(build_romanuke, self.dropout)
        self.weights_ = train_on_passes(build, passes, labels, self)

    def _predict(self, images):
        from ensembles.baselines.fixed_networks import build_romanuke
        from ensembles.baselines.plain_weights import predict_with

        return predict_with(build_romanuke(self.dropout), self.weights_, images)
