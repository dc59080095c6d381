"""Train one baseline on all digits and, where cheap, predict each fold without it."""

import sys
import time
from dataclasses import asdict

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone

from ensembles.baselines.base import make_baseline
from ensembles.members import processor
from pipeline.frame import files, params


def main(parameters, name):
    """Fit, predict out of fold if cheap, and keep both with a card."""
    processor.prepare_training()
    asked = getattr(parameters.baselines, name)
    # Made anew, for parameters stay as they were read.
    baseline = make_baseline(name, **asked.get_params())
    digits = files.read_arrays(files.TRAIN, "images", "labels", "fold")
    images, labels = digits["images"], digits["labels"]
    begun = time.perf_counter()
    baseline.fit(images, labels)
    card = {
        "name": baseline.name,
        "parameters": asdict(asked),
        "published_percent": baseline.published_percent,
        "seconds": round(time.perf_counter() - begun, 1),
        "out_of_fold_errors": None,
        "training_digits": len(labels),
    }
    folder = files.BASELINES / name
    if baseline.cheap:
        jobs = parameters.machine.jobs
        out_of_fold = _predict_out_of_fold(baseline, jobs, **digits)
        card["out_of_fold_errors"] = int((out_of_fold.argmax(1) != labels).sum())
        files.write_array(folder / files.OUT_OF_FOLD, out_of_fold)
    card["sha256"] = files.write_pickle(folder / "model.joblib", baseline)
    files.write_json(folder / "card.json", card)
    print(_summary(card))


def _predict_out_of_fold(baseline, jobs, images, labels, fold):
    """Predict each fold by a copy that was fitted on the other folds, side by side."""
    held_out = [fold == number for number in np.unique(fold)]
    predicted = Parallel(n_jobs=jobs)(
        delayed(_predict_fold)(clone(baseline), images, labels, inside)
        for inside in held_out
    )
    out_of_fold = np.empty((len(labels), 10), np.float32)
    for inside, probabilities in zip(held_out, predicted, strict=True):
        out_of_fold[inside] = probabilities
    return out_of_fold


def _predict_fold(baseline, images, labels, inside):
    processor.use_one_thread()
    return baseline.fit(images[~inside], labels[~inside]).predict_proba(images[inside])


def _summary(card):
    fitted = f"{card['name']}: fitted in {card['seconds']} s"
    if card["out_of_fold_errors"] is None:
        return f"{fitted}; not predicted out of fold"
    error = 100 * card["out_of_fold_errors"] / card["training_digits"]
    return f"{fitted}, out-of-fold error {error:.2f} %"


if __name__ == "__main__":
    params.run(main, *sys.argv[1:])
