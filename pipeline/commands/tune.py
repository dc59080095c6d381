"""Record how a baseline's arguments change its error on digits held out by writer.

Not a stage: it takes long, and its outcome, reports/baselines/<name>.csv, is what
the values in `params.yaml` were chosen by. Arguments are varied one at a time around
those values, as tune.yaml beside this says; the test set is never read. A run that was
ended goes on where it was: rows that the table has are kept, so delete it when a
baseline's code has changed.

``python -m pipeline.commands.tune cnn_romanuke epochs=4 folds=[0]`` tries a slow
baseline with a shorter schedule and on fewer folds than tune.yaml says.
"""

import json
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import pandas as pd
from ruamel.yaml import YAML, YAMLError

from ensembles.baselines.base import BASELINES
from ensembles.settings import check_range
from pipeline.frame import files, params, program
from pipeline.frame.schema import ParamsError, build
from pipeline.trial import hold_out, measure

PLACE = Path(__file__).with_suffix(".yaml")


def main(parameters, name="", *changes):
    """Try each setting that the table lacks, and write the table anew after each."""
    if name not in BASELINES:
        raise ValueError(
            f"name one of {', '.join(BASELINES)}; got {name!r}, as in "
            f"`python -m pipeline.commands.tune svm`"
        )
    trials = load_trials(parameters.baselines)
    settings = getattr(parameters.baselines, name)
    chosen, folds = change(settings, trials.folds, changes)
    around = settings_around(chosen, trials.grids.get(name, {}))
    digits = files.read_arrays(files.TRAIN, "images", "labels", "fold")
    splits = [hold_out(digits["fold"], number, trials.digits) for number in folds]
    protocol = describe(folds, splits)
    measure_one = partial(measure, name, digits=digits, splits=splits)
    bring_in_step(files.TUNING / f"{name}.csv", around, protocol, measure_one)


def describe(folds, splits):
    """Say what settings are measured on, for rows of the table."""
    held_out = sum(len(outside) for _, outside in splits)
    return {"folds": " ".join(map(str, folds)), "digits": held_out}


def bring_in_step(place, settings, protocol, measure_one):
    """Measure each setting that the table lacks, and write it anew after each."""
    known, rows = read_rows(place), []
    for setting in settings:
        asked = as_row(setting) | protocol
        kept = [row for row in known if row.items() >= asked.items()]
        rows += kept or [asked | measure_one(setting)]
        print(rows[-1], flush=True)
        # What is still to come stays in the table until it is reached.
        rest = [row for row in known if row not in rows]
        files.write_table(place, pd.DataFrame(rows + rest))
    files.write_table(place, pd.DataFrame(rows))


@dataclass(frozen=True)
class Trials:
    """Which values of the baselines' arguments are tried, and on what.

    Attributes
    ----------
    folds : tuple of int
        Folds held out, one after the other.
    digits : int
        Digits held out of each, at most.
    grids : dict of str to dict of str to list
        Baseline to argument to values.
    """

    folds: tuple[int, ...]
    digits: int
    grids: dict

    def __post_init__(self):
        check_range(self, 1, 1_000_000, "digits")


def load_trials(baselines, path=PLACE):
    """Read what is to be tried.

    Parameters
    ----------
    baselines : Baselines
        As `params.yaml` asks for them.
    path : Path
        The file.

    Returns
    -------
    Trials

    Raises
    ------
    ParamsError
        If a grid is of no baseline or argument, or holds no list.
    """
    trials = params.load(path, Trials)
    known = {name: getattr(baselines, name).get_params() for name in BASELINES}
    for name, grid in trials.grids.items():
        for key, values in grid.items():
            place = f"`grids.{name}.{key}` in {path}"
            if key not in known.get(name, ()):
                raise ParamsError(f"{place} is not in `baselines`")
            if not isinstance(values, list):
                raise ParamsError(f"{place} must be a list; got {values!r}")
    return trials


def change(settings, folds, changes):
    """Return the arguments and the folds with what the command line changes.

    Parameters
    ----------
    settings : DigitClassifier
        As `params.yaml` asks for it.
    folds : tuple of int
    changes : sequence of str
        As ``epochs=4`` or ``folds=[0]``, the value in YAML.

    Returns
    -------
    dict
        Argument to value.
    tuple of int

    Raises
    ------
    ValueError
        If a change has no value, or one that `params.yaml` might not have.
    """
    values = {"folds": list(folds)}
    for text in changes:
        key, equals, value = text.partition("=")
        if not equals:
            raise ValueError(f"give changes as `epochs=4` or `folds=[0]`; got {text!r}")
        try:
            values[key] = YAML(typ="safe").load(value)
        except YAMLError:
            raise ValueError(f"{value!r} in {text!r} is not valid YAML") from None
    asked = build(tuple[int, ...], values.pop("folds"), "folds")
    return asdict(build(type(settings), asdict(settings) | values, "")), asked


def as_row(setting):
    """Return a setting as a row of the table: a mapping becomes JSON."""
    return {
        key: json.dumps(value) if isinstance(value, dict) else value
        for key, value in setting.items()
    }


def read_rows(place):
    """Return the rows of a table, none if there is no such file."""
    if not place.is_file():
        return []
    return pd.read_csv(place, dtype={"folds": str}).to_dict("records")


def settings_around(chosen, grid):
    """List the chosen setting and those that differ from it in one argument.

    Parameters
    ----------
    chosen : dict
        Argument to value.
    grid : dict
        Argument to values.

    Returns
    -------
    list of dict
    """
    others = [
        chosen | {key: value}
        for key, values in grid.items()
        for value in values
        if value != chosen[key]
    ]
    return [chosen, *others]


if __name__ == "__main__":
    program.run(main)
