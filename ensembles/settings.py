"""Settings of training, checked where they are made.

Apart from the code that uses them, so that reading parameters does not import Keras.
"""

import math
import typing
from dataclasses import dataclass

SEEDS = (0, 2**32 - 1)
"""The least and the greatest number that scikit-learn takes for a seed."""

Architecture = typing.Literal[
    "pooled",
    "strided",
    "deep",
    "deskewed_strided",
    "deskewed_deep",
    "deskewed_m5",
    "m3",
    "m5",
    "m7",
    "squeeze_excite",
    "doucet",
]
"""Those of `ensembles.members.networks`."""


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Attributes
    ----------
    optimizer : {"muon", "adam"}
        Muon on kernels and AdamW on the rest, or Adam on everything.
    schedule : {"cosine", "exponential"}
        A warm-up of half an epoch and a cosine to zero, or an exponential fall to a
        tenth and a last epoch along a cosine to nearly zero.
    epochs, batch_size : int
        Length of the schedule, and digits per step.
    min_steps : int
        Fewest steps: a small training set is gone through more often.
    learning_rate, weight_decay : float
        Peak of the schedule, and decay of the weights.
    label_smoothing : float
        Probability taken from the true class and spread over all ten.
    precision : {"float32", "mixed_bfloat16"}
        Keras's policy: products of single precision, or of half that keep its range;
        weights are of single precision in both.
    deformation : str
        Name of the deformation of the digits that are learned from.

    Raises
    ------
    ValueError
        If a number is outside its range.
    """

    optimizer: typing.Literal["muon", "adam"]
    schedule: typing.Literal["cosine", "exponential"]
    epochs: int
    batch_size: int
    min_steps: int
    learning_rate: float
    weight_decay: float
    label_smoothing: float
    precision: typing.Literal["float32", "mixed_bfloat16"]
    deformation: str

    def __post_init__(self):
        check_range(self, 1, 10_000, "epochs", "batch_size")
        check_range(self, 0, 1_000_000, "min_steps")
        check_range(self, 1e-8, 10, "learning_rate")
        check_range(self, 0, 1, "weight_decay")
        check_range(self, 0, 0.9, "label_smoothing")

    def epochs_for(self, digits):
        """Return the number of epochs on so many training digits."""
        return max(self.epochs, math.ceil(self.min_steps / self.steps_for(digits)))

    def steps_for(self, digits):
        """Return the steps of one epoch on so many training digits."""
        return max(1, digits // self.batch_size)


def check_range(settings, low, high, *names):
    """Refuse values outside [low, high].

    Raises
    ------
    ValueError
        Naming the setting, the range and what came.
    """
    for name in names:
        value = getattr(settings, name)
        if not low <= value <= high:
            raise ValueError(f"`{name}` must be from {low} to {high}; got {value}")
