"""The parameters of the pipeline, typed, and the frame that every stage runs in."""

import difflib
import sys
import types
import typing
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

from ruamel.yaml import YAML, YAMLError

from ensembles.settings import Deformation, Recipe, check_range


class ParamsError(ValueError):
    """`params.yaml` is not what the pipeline expects."""


@dataclass(frozen=True)
class Data:
    """Where the digits come from, and how they are dealt into folds."""

    source: typing.Literal["auto", "mnist"]
    folds: int
    seed: int

    def __post_init__(self):
        check_range(self, 2, 100, "folds")


@dataclass(frozen=True)
class Augment:
    """How many deformed copies, and how strong."""

    passes: int
    seed: int
    deformation: Deformation

    def __post_init__(self):
        check_range(self, 1, 1000, "passes")


@dataclass(frozen=True)
class Members:
    """Which networks, how many, and how they are trained."""

    architectures: tuple[str, ...]
    seeds: int
    recipe: Recipe

    def __post_init__(self):
        check_range(self, 1, 1000, "seeds")


@dataclass(frozen=True)
class NearestNeighbours:
    """Arguments of the class of the same name in `ensembles.baselines`."""

    neighbours: int
    deskew: bool
    blur: float


@dataclass(frozen=True)
class Forest:
    """Arguments of the class of the same name in `ensembles.baselines`."""

    trees: int
    min_leaf: int
    seed: int


@dataclass(frozen=True)
class Perceptron:
    """Arguments of the class of the same name in `ensembles.baselines`."""

    hidden: int
    epochs: int
    batch_size: int
    learning_rate: float
    dropout: float
    seed: int


@dataclass(frozen=True)
class Linear:
    """Arguments of the class of the same name in `ensembles.baselines`."""

    penalty: float
    tolerance: float


@dataclass(frozen=True)
class PairwiseLinear:
    """Arguments of the class of the same name in `ensembles.baselines`."""

    penalty: float
    saturate: bool
    deskew: bool


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


@dataclass(frozen=True)
class SupportVectors:
    """Arguments of the class of the same name in `ensembles.baselines`."""

    C: float
    gamma: float
    cells: int
    blur: float
    deskew: bool
    sharpness: float


@dataclass(frozen=True)
class Baselines:
    """Which baselines, and the arguments of each."""

    names: tuple[str, ...]
    knn: NearestNeighbours
    random_forest: Forest
    mlp_800: Perceptron
    linear: Linear
    pairwise_linear: PairwiseLinear
    knn_deformation: DeformationNeighbours
    svm: SupportVectors

    def __post_init__(self):
        known = [field.name for field in fields(self) if field.name != "names"]
        for name in self.names:
            if name not in known:
                raise ValueError(
                    f"`names` must be among {', '.join(known)}; got {name!r}"
                )


@dataclass(frozen=True)
class Tune:
    """Which values of the baselines' arguments `pipeline.tune` tries."""

    folds: tuple[int, ...]
    digits: int
    grids: dict

    def __post_init__(self):
        check_range(self, 1, 1_000_000, "digits")


@dataclass(frozen=True)
class Combine:
    """Settings of the rules that have any."""

    greedy_rounds: int
    stacking_c: float


@dataclass(frozen=True)
class Evaluate:
    """How finely calibration and ensemble size are looked at."""

    calibration_bins: int
    subsets: int
    seed: int


@dataclass(frozen=True)
class Machine:
    """How many processes, and where."""

    workers: int
    scheduler: str | None

    @property
    def jobs(self):
        """The number of processes in joblib's terms."""
        return self.workers or -1


@dataclass(frozen=True)
class Params:
    """All of `params.yaml`."""

    data: Data
    augment: Augment
    members: Members
    baselines: Baselines
    tune: Tune
    combine: Combine
    evaluate: Evaluate
    machine: Machine

    def __post_init__(self):
        self._check_grids()
        seeds, folds = self.members.seeds, self.data.folds
        if seeds % folds:
            above = -(-seeds // folds) * folds
            raise ValueError(
                f"`members.seeds` must be a multiple of `data.folds` ({folds}); "
                f"got {seeds}: use {above}"
            )

    def _check_grids(self):
        """Refuse a grid of an unknown baseline or argument, or one without values."""
        for name, grid in self.tune.grids.items():
            for key, values in grid.items():
                if not hasattr(getattr(self.baselines, name, None), key):
                    raise ValueError(f"`tune.grids.{name}.{key}` is not in `baselines`")
                if not isinstance(values, list):
                    raise ValueError(
                        f"`tune.grids.{name}.{key}` must be a list; got {values!r}"
                    )


def load(path="params.yaml"):
    """Read and check the parameters.

    Returns
    -------
    Params

    Raises
    ------
    ParamsError
        If a key is unknown, missing, ill-typed or out of range; the message gives
        the key's path, what was expected, and the nearest known key.
    """
    try:
        content = YAML(typ="safe").load(Path(path))
    except FileNotFoundError:
        raise ParamsError(f"no {path} here; run from the project's folder") from None
    except YAMLError as error:
        raise ParamsError(f"{path} is not valid YAML: {error}") from None
    return _build(Params, content, "")


def run(stage, *arguments):
    """Run a stage as a program: load parameters, call it, print errors plainly.

    Parameters
    ----------
    stage : callable
        Called with the parameters and the command line's arguments.
    """
    try:
        stage(load(), *arguments)
    except (ValueError, OSError) as error:
        if _is_ours(error):
            sys.exit(f"error: {error}")
        raise


def _is_ours(error):
    """Tell our own messages, which need no traceback, from surprises."""
    frame = error.__traceback__
    while frame.tb_next:
        frame = frame.tb_next
    module = frame.tb_frame.f_globals.get("__name__", "")
    return module == "__main__" or module.split(".")[0] in ("ensembles", "pipeline")


def _build(kind, value, path):
    """Check a YAML value against a type, and build it."""
    if is_dataclass(kind):
        return _build_dataclass(kind, value, path)
    origin, options = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        if value not in options:
            _refuse(path, f"one of {', '.join(map(repr, options))}", value)
        return value
    if origin is tuple:
        if not isinstance(value, list) or not value:
            _refuse(path, "a list that is not empty", value)
        if len(set(map(str, value))) < len(value):
            _refuse(path, "a list without repetitions", value)
        return tuple(_build(options[0], v, f"{path}[{i}]") for i, v in enumerate(value))
    if origin is types.UnionType:
        return None if value is None else _build(options[0], value, path)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not kind:
        _refuse(path, f"a value of type {kind.__name__}", value)
    return value


def _build_dataclass(kind, value, path):
    if not isinstance(value, dict):
        _refuse(path or "params.yaml", "a mapping", value)
    known = typing.get_type_hints(kind)
    prefix = f"{path}." if path else ""
    for key in value:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1, cutoff=0)
            raise ParamsError(
                f"unknown key `{prefix}{key}`; the nearest is `{near[0]}`"
            )
    for key, expected in known.items():
        if key not in value:
            name = getattr(expected, "__name__", str(expected))
            raise ParamsError(f"missing key `{prefix}{key}`; expected a {name}")
    built = {k: _build(known[k], v, f"{prefix}{k}") for k, v in value.items()}
    try:
        return kind(**built)
    except ParamsError:
        raise
    except ValueError as error:
        place = f"in `{path}`: " if path else ""
        raise ParamsError(f"{place}{error}") from None


def _refuse(path, expected, value):
    raise ParamsError(
        f"`{path}` must be {expected}; got {value!r} ({type(value).__name__})"
    )
