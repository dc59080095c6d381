"""Settings of augmentation and training, checked where they are made.

Apart from the code that uses them, so that reading parameters imports neither
Keras nor albumentations.
"""

import math
import typing
from dataclasses import dataclass

SEEDS = (0, 2**32 - 1)
"""The least and the greatest number that scikit-learn takes for a seed."""


@dataclass(frozen=True)
class Deformation:
    """How strongly digits are deformed; every range is symmetric about no change.

    Attributes
    ----------
    warp : str
        Name of the class of `ensembles.digits.warps` that deforms so.
    marked : bool
        Whether `ensembles.digits.marks` draws on the digits first.
    rotation_degrees, scale_percent, shear_degrees, shift_pixels : float
        Largest change of the affine part, each drawn uniformly.
    elastic_rms_pixels : float
        Root mean square displacement of the elastic part, per axis.
    elastic_sigma_pixels : float
        Standard deviation of the Gaussian that smooths it.
    elastic_probability : float
        Share of the digits that are distorted elastically.

    Raises
    ------
    ValueError
        If a number is outside its range.
    """

    warp: typing.ClassVar[str] = "ElasticWarp"
    marked: typing.ClassVar[bool] = False

    rotation_degrees: float
    scale_percent: float
    shear_degrees: float
    shift_pixels: float
    elastic_rms_pixels: float
    elastic_sigma_pixels: float
    elastic_probability: float

    def __post_init__(self):
        check_range(self, 0, 180, "rotation_degrees")
        check_range(self, 0, 90, "scale_percent")
        check_range(self, 0, 60, "shear_degrees")
        check_range(self, 0, 14, "shift_pixels", "elastic_rms_pixels")
        check_range(self, 1, 14, "elastic_sigma_pixels")
        check_range(self, 0, 1, "elastic_probability")


@dataclass(frozen=True)
class MarkedDeformation(Deformation):
    """Deformed copies of digits of which some are marked first, as other hands do.

    Attributes
    ----------
    upstroke_share, foot_share : float
        Share of the ones that get an upstroke, and of these that get a foot as well.
    crossbar_share, slash_share : float
        Share of the sevens that get a bar, and of the zeros that get a slash.

    Raises
    ------
    ValueError
        If a number is outside its range.
    """

    marked: typing.ClassVar[bool] = True

    upstroke_share: float
    foot_share: float
    crossbar_share: float
    slash_share: float

    def __post_init__(self):
        super().__post_init__()
        check_range(self, 0, 1, "upstroke_share", "foot_share")
        check_range(self, 0, 1, "crossbar_share", "slash_share")


@dataclass(frozen=True)
class MeshDeformation:
    """How strongly digits are cropped, pulled at the knots of a mesh, and rotated.

    Attributes
    ----------
    warp : str
        Name of the class of `ensembles.digits.warps` that deforms so.
    crop_pixels : int
        How many rows and columns a crop loses, at sides that are drawn.
    rotation_degrees : float
        Largest rotation.
    mesh_cells : int
        Cells of the mesh along each axis.
    mesh_pixels : int
        Largest displacement of an inner knot, per axis, in whole pixels.

    Raises
    ------
    ValueError
        If a number is outside its range.
    """

    warp: typing.ClassVar[str] = "MeshWarp"
    marked: typing.ClassVar[bool] = False

    crop_pixels: int
    rotation_degrees: float
    mesh_cells: int
    mesh_pixels: int

    def __post_init__(self):
        check_range(self, 0, 14, "crop_pixels", "mesh_pixels")
        # Beyond, the enlargement that leaves no empty corner shows no digit any more.
        check_range(self, 0, 30, "rotation_degrees")
        check_range(self, 2, 14, "mesh_cells")


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
