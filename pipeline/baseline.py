"""Train one baseline on all digits and, where cheap, predict each fold without it.

A baseline that is there already, whole and as it is asked for, is not trained again.
"""

import time
from dataclasses import asdict

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone

from ensembles.baselines.base import BASELINES, baseline_class, make_baseline
from ensembles.members import fingerprint, processor
from pipeline import cluster
from pipeline.frame import files, program, trusted


def main(parameters, name):
    """Fit, predict out of fold if cheap, and keep both with a card."""
    baseline_class(name)  # refuses an unknown one
    asked = getattr(parameters.baselines, name)
    digits = files.read_arrays(files.TRAIN, "images", "labels", "fold")
    identity = identify(asked, digits)
    folder = files.BASELINES / name
    if is_finished(folder, identity):
        print(f"{name}: finished before")
        return
    processor.prepare_training()
    # Made anew, for parameters stay as they were read.
    baseline = make_baseline(name, **asked.get_params())
    card = {"identity": identity}
    card |= train(baseline, digits, folder, parameters.machine)
    files.write_json(folder / files.CARD, card)
    print(_summary(name, card))


def train(baseline, digits, folder, machine):
    """Fit a baseline and keep it; return what its card tells of that."""
    begun = time.perf_counter()
    baseline.fit(digits["images"], digits["labels"])
    card = {
        "published_percent": baseline.published_percent,
        "seconds": round(time.perf_counter() - begun, 1),
        "out_of_fold_errors": None,
        "training_digits": len(digits["labels"]),
        "sha256": {files.MODEL: trusted.write_pickle(folder / files.MODEL, baseline)},
    }
    if baseline.cheap:
        with cluster.workers(machine):
            out_of_fold = _predict_out_of_fold(baseline, machine.jobs, **digits)
        wrong = out_of_fold.argmax(1) != digits["labels"]
        card["out_of_fold_errors"] = int(wrong.sum())
        place = folder / files.OUT_OF_FOLD
        card["sha256"][place.name] = files.write_array(place, out_of_fold)
    return card


def identify(asked, digits):
    """Return what makes a trained baseline the one that is asked for.

    Parameters
    ----------
    asked : DigitClassifier
        Holds the parameters.
    digits : dict
        ``images``, ``labels`` and ``fold`` of the training set.

    Returns
    -------
    dict
    """
    return {
        "class": BASELINES[asked.name],  # by which a pickle is opened
        "parameters": asdict(asked),
        "data_digest": fingerprint.digest_arrays(**digits),
        "code_digest": fingerprint.digest_code(
            BASELINES[asked.name], registries=("BASELINES",)
        ),
    }


def is_finished(folder, identity):
    """Tell whether a folder holds a trained baseline, whole and of this identity."""
    place = folder / files.CARD
    if not place.is_file():
        return False
    card = files.read_json(place)
    return card.get("identity") == identity and all(
        (folder / name).is_file() and fingerprint.digest_file(folder / name) == digest
        for name, digest in card["sha256"].items()
    )


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


def _summary(name, card):
    fitted = f"{name}: fitted in {card['seconds']} s"
    if card["out_of_fold_errors"] is None:
        return f"{fitted}; not predicted out of fold"
    error = 100 * card["out_of_fold_errors"] / card["training_digits"]
    return f"{fitted}, out-of-fold error {error:.2f} %"


if __name__ == "__main__":
    program.run(main)
