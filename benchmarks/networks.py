"""Errors on held-out writers after the same time of training, network by network.

One member per core, one thread each, as the `train` stage runs them. Each network gets
the schedule of the recipe, as long as the time allows: whole epochs, or a share of one.
"""

import os
from dataclasses import replace

import numpy as np
from joblib import Parallel, delayed

from benchmarks.machine import record
from benchmarks.train_speed import training_speed
from ensembles.members import processor
from pipeline.frame import files, params

SECONDS = 300
FOLD = 0
OURS = ("pooled", "strided", "deep", "deskewed_strided")
PEERS = ("m5", "m7", "m3", "squeeze_excite")


def main():
    """Train every network for the same time."""
    parameters = params.load()
    measured = Parallel(n_jobs=os.cpu_count())(
        delayed(train_for)(name, SECONDS, parameters) for name in (*PEERS, *OURS)
    )
    record(
        "networks",
        {
            "what": "errors on the digits of held-out writers after training on one "
            "thread for a given time",
            "seconds": SECONDS,
            "fold": FOLD,
            "networks": {row.pop("name"): row for row in measured},
            "ours": OURS,
            "peers": PEERS,
        },
    )


def train_for(name, seconds, parameters):
    """Train a network on as many digits as it can see in that time."""
    processor.use_one_thread()
    from ensembles.members.networks import ARCHITECTURES, multiply_adds
    from ensembles.members.training import train_network

    build, recipe = ARCHITECTURES[name], parameters.members.recipes["pooled"]
    adds = multiply_adds(build())
    # Some seconds of each: a few steps of a large network, many of a small one.
    steps = max(4, round(1e9 / adds))
    most = seconds * training_speed(name, recipe.batch_size, steps)["digits"]
    digits = files.read_arrays(files.TRAIN, "images", "labels", "fold")
    chosen = choose_digits(digits["fold"] == FOLD, most)
    part = {key: array[chosen] for key, array in digits.items()}
    held_out = part["fold"] == FOLD
    trained = int((~held_out).sum())
    epochs = max(1, round(most / trained))
    count = min(epochs, parameters.augment.passes)
    passes = load_passes(files.pass_paths(recipe.deformation, count), chosen)
    schedule = replace(recipe, epochs=epochs, min_steps=0)
    curve: list[dict] = []
    _, probabilities = train_network(
        build, 0, schedule, part, passes, held_out, curve.append
    )
    return {
        "name": name,
        "multiply_adds": adds,
        "digits_seen": epochs * trained,
        "seconds": round(sum(row["seconds"] for row in curve)),
        "errors": int((probabilities.argmax(1) != part["labels"][held_out]).sum()),
        "digits": int(held_out.sum()),
    }


def load_passes(paths, rows):
    """Load some digits of deformed passes."""
    return [np.load(path, mmap_mode="r")[rows] for path in paths]


def choose_digits(held_out, most):
    """Return the rows held out, and of the others at most so many, in their order."""
    others = np.random.default_rng(0).permutation(np.flatnonzero(~held_out))
    return np.sort(np.concatenate([np.flatnonzero(held_out), others[: int(most)]]))


if __name__ == "__main__":
    main()
