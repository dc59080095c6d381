"""The fully connected net 784-800-10."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import softmax

from ensembles.baselines.base import DigitClassifier
from ensembles.digits.strengths import Deformation
from ensembles.settings import SEEDS, check_range


@dataclass(eq=False, repr=False)
class Perceptron(DigitClassifier):
    """One hidden layer of ReLU units, trained on cross-entropy.

    Parameters
    ----------
    hidden : int
        Units of the hidden layer.
    epochs, batch_size : int
        Length of the fixed schedule, and digits per step.
    learning_rate, weight_decay : float
        Peak rate, which falls along a cosine to zero, and decay of the weights.
    dropout : float
        Share of the hidden units dropped in training.
    label_smoothing : float
        Probability taken from the true class and spread over all ten.
    seed : int
        Seed of weights, dropout, order and deformations.

    Attributes
    ----------
    weights_ : list of ndarray
        Matrix and bias of the hidden, then of the output layer.

    References
    ----------
    Simard, Steinkraus and Platt (2003), ICDAR: 800 hidden units, cross-entropy.
    """

    name = "mlp_800"
    published_percent = 1.6

    hidden: int
    epochs: int
    batch_size: int
    learning_rate: float
    weight_decay: float
    dropout: float
    label_smoothing: float
    seed: int

    def __post_init__(self):
        check_range(self, 1, 100_000, "hidden", "epochs", "batch_size")
        check_range(self, 1e-8, 10, "learning_rate")
        check_range(self, 0, 1, "weight_decay")
        check_range(self, 0, 0.99, "dropout")
        check_range(self, 0, 0.9, "label_smoothing")
        check_range(self, *SEEDS, "seed")

    def _fit(self, images, labels):
        from ensembles.baselines.fixed_networks import build_perceptron
        from ensembles.baselines.plain_weights import train_on_passes

        build = partial(build_perceptron, self.hidden, self.dropout)
        passes = self._passes(images)
        self.weights_ = train_on_passes(
            build, passes, labels, self, self.label_smoothing
        )

    def _passes(self, images):
        return [images]

    def _predict(self, images):
        matrix, bias, output_matrix, output_bias = self.weights_
        pixels = images.reshape(len(images), -1).astype(np.float32) / 255
        hidden = np.maximum(pixels @ matrix + bias, 0)
        logits = hidden @ output_matrix + output_bias
        return softmax(logits.astype(np.float64), axis=1)


@dataclass(eq=False, repr=False)
class ElasticPerceptron(Perceptron):
    """The same net, trained on a deformed copy of the digits in each epoch.

    Parameters
    ----------
    passes : int
        Deformed copies, taken in turn.
    deformation : Deformation
        How strongly the copies are deformed.
    **others
        As those of `Perceptron`.

    References
    ----------
    Simard, Steinkraus and Platt (2003), ICDAR: elastic distortions.
    """

    name = "mlp_800_elastic"
    published_percent = 0.7
    cheap = False

    passes: int
    deformation: Deformation

    def __post_init__(self):
        super().__post_init__()
        check_range(self, 1, 1000, "passes")

    def _passes(self, images):
        from ensembles.baselines.deformed_copies import make_passes

        return make_passes(images, self.deformation, self.seed, self.passes)
