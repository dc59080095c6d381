"""A small run, made without training: what each system says is set by the test."""

import json
import shutil
from pathlib import Path

import numpy as np

from pipeline import combination, evaluate, shown
from pipeline.frame import files, params

ROOT = Path(__file__).parents[1]
MEMBERS = ("pooled/0", "pooled/1", "deskewed/0", "deskewed/1")
FAMILY = "mlp"
SYSTEMS = ("linear", f"explored_{FAMILY}", "student", "released", "stacking")
TESTED, TRAINED, DOUBTED = 400, 300, 20


def says(read, confidence, rng):
    """Return probabilities (n, 10) that name these digits with this confidence."""
    n = len(read)
    others = rng.dirichlet(np.ones(9), n) * (1 - confidence)[:, None]
    probabilities = np.empty((n, 10), np.float32)
    probabilities[np.eye(10, dtype=bool)[read]] = confidence
    probabilities[~np.eye(10, dtype=bool)[read]] = others.ravel()
    return probabilities


def misreading(labels, wrong):
    """Return the labels, but for those at `wrong`, which are the next digit."""
    read = labels.copy()
    read[wrong] = (read[wrong] + 1) % 10
    return read


def write_run(
    images, labels, wrong, dataset="some digits", linear="linear", writers=True
):
    """Write a run into the current folder.

    Parameters
    ----------
    images, labels : ndarray of shape (n, 28, 28) and (n,)
        At least `TESTED` + `TRAINED` digits.
    wrong : dict of str to list of int
        Which test digits each system misreads; others misread none.
    dataset : str
    linear : str
        What the one baseline is called.
    writers : bool
        Whether it is known who wrote what.

    Returns
    -------
    pipeline.frame.params.Params
    """
    rng = np.random.default_rng(0)
    labels = labels.astype(int)
    y = labels[:TESTED]
    write_digits(images, labels, dataset, writers)
    systems = {}
    for name in ("ensemble", linear, *SYSTEMS[1:]):
        read = misreading(y, wrong.get(name, []))
        systems[name] = says(read, rng.uniform(0.5, 0.999, TESTED), rng)
    members = np.stack(
        [
            says(misreading(y, wrong.get(name, [])), rng.uniform(0.5, 1, TESTED), rng)
            for name in MEMBERS
        ]
    )
    files.write_arrays(
        files.PREDICTIONS,
        ensemble_sha256="ab",
        roster=np.array(MEMBERS),
        members=members,
        **systems,
    )
    write_models()
    asked = params.load(ROOT / "params.yaml")
    evaluate.main(asked)
    explain(systems, images, labels, rng)
    return asked


def write_digits(images, labels, dataset, writers):
    parts = {
        files.TEST: slice(0, TESTED),
        files.TRAIN: slice(TESTED, TESTED + TRAINED),
    }
    for path, part in parts.items():
        y = labels[part]
        hsf = np.where(np.arange(len(y)) % 2, 4, 0) if writers else np.full(len(y), -1)
        files.write_arrays(
            path,
            images=images[part],
            labels=y.astype(np.uint8),
            writer=np.arange(len(y)) // (8 if writers else 1),
            hsf=hsf,
            dataset=np.array(dataset),
        )


def write_models():
    seconds = [{"name": name, "seconds": 10.0} for name in MEMBERS]
    files.write_json(files.ENSEMBLE_CARD, {"members": seconds})
    explored = {"family": FAMILY, "seconds": 5.0}
    files.write_json(files.EXPLORED / FAMILY / "card.json", explored)
    for name in MEMBERS:
        row = {"epoch": 1, "loss": 0.5, "held_out_loss": 0.1}
        files.write_text(files.MEMBERS / name / "curve.jsonl", json.dumps(row) + "\n")
    combination.Combination(
        winner="mean",
        served="mean",
        weights={"pooled": 0.5, "deskewed": 0.5},
        temperatures={"pooled": 1.0, "deskewed": 1.0},
        out_of_fold_digits=TRAINED,
        rules={"mean": {"errors": 3, "log_loss": 0.1}},
        thresholds={"unsure_below": 0.6},
        architectures={"pooled": 4, "deskewed": 5},
        stacked=["pooled", "deskewed"],
        stacking_sha256="ab",
    ).write()
    trials = files.RELEASE / "without_doubtful.json"
    trials.parent.mkdir(exist_ok=True)
    shutil.copy(ROOT / trials, trials)


def explain(systems, images, labels, rng):
    """Write what the stage `explain` would; neighbours and evidence are any."""
    chosen = shown.choose_test_digits(systems, labels[:TESTED])
    n = len(chosen) + DOUBTED
    own = labels[TESTED : TESTED + DOUBTED]
    weighed = np.arange(n)[-DOUBTED - 5 :]
    neighbours = rng.integers(0, TRAINED, (n, shown.NEIGHBOURS))
    neighbours[:, 0] = 0  # a doubtful one, so that it has a card
    files.write_arrays(
        shown.EXPLAINED,
        test=chosen,
        neighbours=neighbours,
        distances=np.sort(rng.uniform(1, 9, (n, shown.NEIGHBOURS)), axis=1),
        weighed=weighed,
        weighed_labels=np.zeros(len(weighed), int),
        weighed_rivals=np.ones(len(weighed), int),
        evidence=rng.normal(0, 1, (len(weighed), 28, 28)),
        doubted_index=np.arange(DOUBTED),
        doubted_probabilities=says((own + 1) % 10, np.full(DOUBTED, 0.9), rng),
        doubted_readings=np.tile([1, 255, 2, 255], (DOUBTED, 1)).astype(np.uint8),
        doubted_baseline_names=np.array(["linear"]),
        doubted_baselines=says(own, np.full(DOUBTED, 0.8), rng)[None],
    )
