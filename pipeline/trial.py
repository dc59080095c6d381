"""A trial of a baseline's setting: fitted without some digits, and scored on them."""

import time

import numpy as np

from ensembles.baselines.base import baseline_class
from pipeline.frame.schema import build


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

    Raises
    ------
    ValueError
        If no digit is in that fold.
    """
    held_out = np.flatnonzero(fold == number)
    if not len(held_out):
        raise ValueError(f"`folds` must be from 0 to {fold.max()}; got {number}")
    # The file is sorted by writer, so the first digits would be of few of them.
    shuffled = np.random.default_rng(number).permutation(held_out)
    return np.flatnonzero(fold != number), np.sort(shuffled[:digits])


def measure(name, setting, digits, splits):
    """Count the errors of a baseline on digits that it is not fitted on.

    `digits` are ``images`` and ``labels``, `splits` as `hold_out` returns them.
    """
    images, labels = digits["images"], digits["labels"]
    errors, count, begun = 0, 0, time.perf_counter()
    for inside, outside in splits:
        baseline = build(baseline_class(name), setting, "")
        baseline.fit(images[inside], labels[inside])
        errors += int((baseline.predict(images[outside]) != labels[outside]).sum())
        count += len(outside)
    return {
        "out_of_fold_errors": errors,
        "error_percent": 100 * errors / count,
        "seconds": round(time.perf_counter() - begun, 1),
    }
