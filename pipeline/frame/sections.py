"""The sections of `params.yaml`, each with the ranges of its values."""

from dataclasses import dataclass, make_dataclass
from pathlib import Path

from ensembles.baselines.base import BASELINES, baseline_class
from ensembles.digits.strengths import (
    Deformation,
    MarkedDeformation,
    MarkedMesh,
    MeshDeformation,
)
from ensembles.settings import SEEDS, Architecture, Recipe, check_range

CATALOGUES = Path(__file__).parents[1] / "slideshow"
"""Where the texts of the talk are, a file for each language."""


@dataclass(frozen=True)
class Data:
    """Where the digits come from, and how they are dealt into folds."""

    source: str
    extra: str | None
    folds: int
    seed: int

    def __post_init__(self):
        check_range(self, 2, 100, "folds")
        check_range(self, *SEEDS, "seed")


@dataclass(frozen=True)
class Augment:
    """How many deformed copies of each kind, and how strong."""

    passes: int
    seed: int
    deformations: dict[
        str, Deformation | MarkedDeformation | MeshDeformation | MarkedMesh
    ]

    def __post_init__(self):
        check_range(self, 1, 1000, "passes")
        check_range(self, *SEEDS, "seed")


@dataclass(frozen=True)
class Members:
    """Which networks, how many, and how they are trained."""

    architectures: tuple[str, ...]
    seeds: int
    recipes: dict[str, Recipe]

    def __post_init__(self):
        check_range(self, 1, 1000, "seeds")
        for name in self.architectures:
            if name not in self.recipes:
                raise ValueError(f"`recipes` must have one for `{name}`")


def _check_names(baselines):
    for name in baselines.names:
        if name not in BASELINES:
            known = ", ".join(BASELINES)
            raise ValueError(f"`names` must be among {known}; got {name!r}")


Baselines = make_dataclass(
    "Baselines",
    [("names", tuple[str, ...]), *((name, baseline_class(name)) for name in BASELINES)],
    frozen=True,
    namespace={"__post_init__": _check_names},
)
"""Which baselines are trained, and each that there is, as it is asked for."""


@dataclass(frozen=True)
class Combine:
    """Settings of the rules that have any, and of when an answer is doubted."""

    greedy_rounds: int
    stacking_c: float
    accepted_error_percent: float
    refused_percent: float
    doubted_percent: float

    def __post_init__(self):
        check_range(self, 1, 10_000, "greedy_rounds")
        check_range(self, 1e-8, 1e8, "stacking_c")
        shares = ("accepted_error_percent", "refused_percent", "doubted_percent")
        check_range(self, 0, 100, *shares)
        # Only what is doubted for its distance may be refused.
        check_range(self, 0, self.doubted_percent, "refused_percent")


@dataclass(frozen=True)
class Budget:
    """How long one family is searched, and how long its best network is trained."""

    trials: int
    epochs: int
    final_epochs: int

    def __post_init__(self):
        check_range(self, 1, 100_000, "trials")
        check_range(self, 1, 10_000, "epochs", "final_epochs")


@dataclass(frozen=True)
class Explore:
    """The searches of architectures and settings, whose networks are stopped early."""

    digits: int
    watched_digits: int
    round_size: int
    patience: int
    deformation: str
    seed: int
    mlp: Budget
    cnn: Budget

    def __post_init__(self):
        check_range(self, 1, 10_000_000, "digits", "watched_digits")
        check_range(self, 1, 1000, "round_size", "patience")
        check_range(self, *SEEDS, "seed")


@dataclass(frozen=True)
class Slides:
    """The talk."""

    language: str

    def __post_init__(self):
        place = CATALOGUES / f"{self.language}.yaml"
        if not place.is_file():
            known = ", ".join(sorted(path.stem for path in CATALOGUES.glob("*.yaml")))
            raise ValueError(
                f"`language` must be one of {known}; got {self.language!r}: use one "
                f"of them, or write {place.name} after their pattern"
            )


@dataclass(frozen=True)
class Evaluate:
    """How finely calibration and ensemble size are looked at."""

    calibration_bins: int
    subsets: int
    seed: int

    def __post_init__(self):
        check_range(self, 1, 1000, "calibration_bins")
        check_range(self, 1, 100_000, "subsets")
        check_range(self, *SEEDS, "seed")


@dataclass(frozen=True)
class Student:
    """The small network that learns from the ensemble."""

    architecture: Architecture
    recipe: Recipe
    seed: int

    def __post_init__(self):
        check_range(self, *SEEDS, "seed")


@dataclass(frozen=True)
class Machine:
    """How many processes, and where."""

    workers: int
    scheduler: str | None

    def __post_init__(self):
        check_range(self, 0, 10_000, "workers")

    @property
    def jobs(self):
        """The number of processes in joblib's terms."""
        return self.workers or -1
