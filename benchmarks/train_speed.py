"""Training speed of each architecture, beside the machine's matrix-product speed.

One member per core, one thread each, as the `train` stage runs them. A training step
counts as three forward passes: forward, and the gradients of weights and of inputs.
Page faults and the system's share of the time tell whether memory is kept.
"""

import os
import resource
import sys

import numpy as np
from joblib import Parallel, delayed

from benchmarks.machine import fastest_product, record, share_of
from ensembles.members import processor

ADDS = 1.5e11
"""About how many multiply-adds an epoch trains: some seconds of any network."""

BATCH = 128
EPOCHS = 4


def main(*names):
    """Measure the architectures named, or all of ours, between matrix products."""
    from ensembles.members.networks import OURS

    rows = {}
    for name in names or [build.__name__ for build in OURS]:
        before = fastest_product()
        side_by_side = train_side_by_side(name)
        limit = np.mean([before, fastest_product()])
        rows[name] = {
            **_sum_up(side_by_side),
            "limit": _giga(limit),
            "ratio": round(sum(s["adds"] for s in side_by_side) / limit, 3),
        }
    record(
        "train_speed",
        {
            "what": "multiply-adds of training per second, a member on each core",
            "peer": "a float32 product of 4096 × 4096 matrices on all cores, by NumPy "
            "or ONNX Runtime, whichever is faster",
            "architectures": rows,
            "target_ratio": 0.8,
        },
    )


def train_side_by_side(name):
    """Return what `training_speed` tells of a network, from a process on each core."""
    return Parallel(n_jobs=os.cpu_count())(
        delayed(training_speed)(name, BATCH) for _ in range(os.cpu_count())
    )


def _sum_up(side_by_side):
    return {
        "digits_per_second": round(sum(s["digits"] for s in side_by_side)),
        "giga_multiply_adds_per_second": _giga(sum(s["adds"] for s in side_by_side)),
        "page_faults_per_step": round(max(s["faults"] for s in side_by_side), 1),
        "system_share": round(max(s["system"] for s in side_by_side), 3),
    }


def training_speed(name, batch_size, steps=None):
    """Train on noise; return speeds, page faults a step, and the system's share.

    Parameters
    ----------
    name : str
        Which architecture.
    batch_size : int
        Digits per step.
    steps : int, optional
        Steps per epoch; as many as take some seconds where none are given.

    Returns
    -------
    dict of str to float
        ``digits`` and ``adds`` per second, ``faults`` per step, and ``system``, the
        share of the processor's time that the system took.
    """
    processor.use_one_thread()
    from ensembles.members.networks import ARCHITECTURES, multiply_adds
    from ensembles.members.training import train_network
    from ensembles.settings import Recipe

    recipe = Recipe(
        optimizer="muon",
        schedule="cosine",
        epochs=EPOCHS,
        batch_size=batch_size,
        min_steps=1,
        learning_rate=0.001,
        weight_decay=0.0,
        label_smoothing=0.0,
        precision="float32",
        deformation="",
    )
    adds = 3 * multiply_adds(ARCHITECTURES[name]())
    steps = steps or max(4, share_of(ADDS / adds / batch_size))
    rng = np.random.default_rng(0)
    n = steps * batch_size + 10
    images = rng.integers(0, 256, (n, 28, 28), np.uint8)
    digits = {"images": images, "labels": rng.integers(0, 10, n)}
    held_out = np.arange(n) < 10
    epochs: list[dict] = []

    def on_epoch(row):
        epochs.append(row | {"usage": resource.getrusage(resource.RUSAGE_SELF)})

    build = ARCHITECTURES[name]
    train_network(build, 0, recipe, digits, [images], held_out, on_epoch)
    # The first epoch also compiles.
    speed = steps * batch_size / np.median([row["seconds"] for row in epochs[1:]])
    begun, ended = epochs[0]["usage"], epochs[-1]["usage"]
    system, user = ended.ru_stime - begun.ru_stime, ended.ru_utime - begun.ru_utime
    return {
        "digits": speed,
        "adds": speed * adds,
        "faults": (ended.ru_minflt - begun.ru_minflt) / (steps * (EPOCHS - 1)),
        "system": system / (system + user),
    }


def _giga(number):
    return round(number / 1e9, 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
