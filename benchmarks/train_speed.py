"""Training speed of each architecture, beside the machine's matrix-product speed.

One member per core, one thread each, as the `train` stage runs them. A training step
counts as three forward passes: forward, and the gradients of weights and of inputs.
"""

import os

import numpy as np
from joblib import Parallel, delayed

from benchmarks.machine import product_speed, record
from ensembles import threads
from pipeline import params

STEPS = 150
EPOCHS = 4


def main():
    """Measure every architecture of `params.yaml` between two matrix products."""
    parameters = params.load().members
    rows = {}
    for name in parameters.architectures:
        before = product_speed()
        side_by_side = Parallel(n_jobs=os.cpu_count())(
            delayed(training_speed)(name, parameters.recipe.batch_size)
            for _ in range(os.cpu_count())
        )
        limit = np.mean([before, product_speed()])
        rows[name] = {
            "digits_per_second": round(sum(s["digits"] for s in side_by_side)),
            "giga_multiply_adds_per_second": _giga(
                sum(s["adds"] for s in side_by_side)
            ),
            "limit": _giga(limit),
            "ratio": round(sum(s["adds"] for s in side_by_side) / limit, 3),
        }
    record(
        "train_speed",
        {
            "what": "multiply-adds of training per second, a member on each core",
            "peer": "a float32 product of 4096 × 4096 matrices on all cores",
            "architectures": rows,
            "target_ratio": 0.6,
        },
    )


def training_speed(name, batch_size, steps=STEPS):
    """Train on noise; return digits and multiply-adds per second."""
    threads.use_one_thread()
    from ensembles.networks import ARCHITECTURES, multiply_adds
    from ensembles.settings import Recipe
    from ensembles.training import train_network

    recipe = Recipe(
        epochs=EPOCHS,
        batch_size=batch_size,
        min_steps=1,
        learning_rate=0.001,
        weight_decay=0.0,
        label_smoothing=0.0,
    )
    rng = np.random.default_rng(0)
    n = steps * batch_size + 10
    images = rng.integers(0, 256, (n, 28, 28), np.uint8)
    digits = {"images": images, "labels": rng.integers(0, 10, n)}
    held_out = np.arange(n) < 10
    epochs: list[dict] = []
    network, _ = train_network(
        ARCHITECTURES[name], 0, recipe, digits, [images], held_out, epochs.append
    )
    # The first epoch also compiles.
    speed = steps * batch_size / np.median([row["seconds"] for row in epochs[1:]])
    return {"digits": speed, "adds": 3 * speed * multiply_adds(network)}


def _giga(number):
    return round(number / 1e9, 1)


if __name__ == "__main__":
    main()
