"""The parameters of the baselines, typed: of each, the arguments of its class."""

import typing
from dataclasses import dataclass, fields

from ensembles.settings import SEEDS, Deformation, check_range


@dataclass(frozen=True)
class NearestNeighbours:
    """Arguments of the class of the same name in `ensembles.baselines`."""

    neighbours: int
    deskew: bool
    blur: float

    def __post_init__(self):
        check_range(self, 1, 1000, "neighbours")
        check_range(self, 0, 14, "blur")


@dataclass(frozen=True)
class Forest:
    """Arguments of the class of the same name in `ensembles.baselines`."""

    trees: int
    min_leaf: int
    deskew: bool
    seed: int

    def __post_init__(self):
        check_range(self, 1, 10_000, "trees", "min_leaf")
        check_range(self, *SEEDS, "seed")


@dataclass(frozen=True)
class Perceptron:
    """Arguments of the class of the same name in `ensembles.baselines`."""

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


@dataclass(frozen=True)
class ElasticPerceptron(Perceptron):
    """Arguments of the class of the same name in `ensembles.baselines`."""

    passes: int
    deformation: Deformation

    def __post_init__(self):
        super().__post_init__()
        check_range(self, 1, 1000, "passes")


@dataclass(frozen=True)
class Linear:
    """Arguments of the class of the same name in `ensembles.baselines`."""

    penalty: float
    tolerance: float

    def __post_init__(self):
        check_range(self, 1e-12, 1e6, "penalty", "tolerance")


@dataclass(frozen=True)
class PairwiseLinear:
    """Arguments of the class of the same name in `ensembles.baselines`."""

    penalty: float
    saturate: bool
    deskew: bool

    def __post_init__(self):
        check_range(self, 1e-12, 1e6, "penalty")


@dataclass(frozen=True)
class DeformationNeighbours:
    """Arguments of the class of the same name in `ensembles.baselines`."""

    neighbours: int
    warp: int
    candidates: int
    views: typing.Literal["as_drawn", "upright", "both"]
    sharpness: float
    cells: int
    blur: float

    def __post_init__(self):
        check_range(self, 1, 1000, "neighbours")
        check_range(self, 0, 3, "warp")
        check_range(self, 1, 1_000_000, "candidates")
        check_range(self, 0, 1000, "sharpness")
        check_range(self, 1, 28, "cells")
        check_range(self, 0.1, 14, "blur")


@dataclass(frozen=True)
class SupportVectors:
    """Arguments of the class of the same name in `ensembles.baselines`."""

    C: float
    gamma: float
    cells: int
    blur: float
    deskew: bool
    sharpness: float

    def __post_init__(self):
        check_range(self, 1e-6, 1e6, "C", "gamma", "sharpness")
        check_range(self, 1, 28, "cells")
        check_range(self, 0.1, 14, "blur")


@dataclass(frozen=True)
class Romanuke:
    """Arguments of the class of the same name in `ensembles.baselines`."""

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


@dataclass(frozen=True)
class RandomMultimodel:
    """Arguments of the class of the same name in `ensembles.baselines`."""

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
        kinds = ("dense", "recurrent", "convolutional")
        check_range(self, 0, 1000, *kinds)
        check_range(self, 0.001, 10, *(f"{kind}_width" for kind in kinds))
        check_range(self, 1, 10_000, "epochs", "batch_size")
        check_range(self, 1e-8, 10, "rmsprop_rate", "adagrad_rate", "adam_rate")
        check_range(self, 0, 0.99, "dropout")
        check_range(self, *SEEDS, "seed")


@dataclass(frozen=True)
class Baselines:
    """Which baselines, and the arguments of each."""

    names: tuple[str, ...]
    knn: NearestNeighbours
    random_forest: Forest
    mlp_800: Perceptron
    mlp_800_elastic: ElasticPerceptron
    linear: Linear
    pairwise_linear: PairwiseLinear
    knn_deformation: DeformationNeighbours
    svm: SupportVectors
    cnn_romanuke: Romanuke
    rmdl: RandomMultimodel

    def __post_init__(self):
        known = [field.name for field in fields(self) if field.name != "names"]
        for name in self.names:
            if name not in known:
                raise ValueError(
                    f"`names` must be among {', '.join(known)}; got {name!r}"
                )
