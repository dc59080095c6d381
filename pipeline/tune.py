"""Record how a baseline's arguments change its error on digits held out by writer.

Not a stage: it takes long, and its outcome, reports/baselines/<name>.csv, is what
the values in `params.yaml` were chosen by. Arguments are varied one at a time around
those values; the test set is never read.
"""

import sys
import time
from dataclasses import asdict

import numpy as np
import pandas as pd

from ensembles.baselines.base import make_baseline
from pipeline import files, params


def main(parameters, name):
    """Try each setting, and write the table anew after each."""
    digits = files.read_arrays(files.TRAIN, "images", "labels", "fold")
    chosen = asdict(getattr(parameters.baselines, name))
    rows = []
    for setting in settings_around(chosen, parameters.tune.grids.get(name, {})):
        rows.append(setting | _measure(name, setting, digits, parameters.tune))
        files.write_table(files.TUNING / f"{name}.csv", pd.DataFrame(rows))
        print(rows[-1], flush=True)


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


def hold_out(fold, number, digits):
    """Split into training rows and at most `digits` rows of one fold.

    Parameters
    ----------
    fold : ndarray of shape (n,)
    number : int
        The fold held out.
    digits : int

    Returns
    -------
    tuple of ndarray
        Indices of the training digits, and of the held-out ones.
    """
    held_out = np.flatnonzero(fold == number)
    # The file is sorted by writer, so the first digits would be of few of them.
    shuffled = np.random.default_rng(number).permutation(held_out)
    return np.flatnonzero(fold != number), np.sort(shuffled[:digits])


def _measure(name, setting, digits, tune):
    images, labels = digits["images"], digits["labels"]
    errors, count, begun = 0, 0, time.perf_counter()
    for number in tune.folds:
        inside, outside = hold_out(digits["fold"], number, tune.digits)
        baseline = make_baseline(name, **setting).fit(images[inside], labels[inside])
        errors += int((baseline.predict(images[outside]) != labels[outside]).sum())
        count += len(outside)
    return {
        "folds": " ".join(map(str, tune.folds)),
        "digits": count,
        "out_of_fold_errors": errors,
        "error_percent": 100 * errors / count,
        "seconds": round(time.perf_counter() - begun, 1),
    }


if __name__ == "__main__":
    params.run(main, *sys.argv[1:])
