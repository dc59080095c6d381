"""The released ensemble in ONNX Runtime, beside the machine's limit and Keras."""

import numpy as np

from benchmarks.machine import fastest, fastest_product, record, share_of
from ensembles.members.networks import ARCHITECTURES, multiply_adds
from ensembles.serving.predictor import Predictor
from pipeline.frame import files

ROUNDS = 30
KERAS_ROUNDS = 3


def main():
    """Time one digit and a batch between two matrix products."""
    predictor = Predictor(files.RELEASED)
    roster = [m["name"].split("/")[0] for m in predictor.card["members"]]
    # Keras's time does not depend on what the weights are.
    networks = {name: ARCHITECTURES[name]() for name in set(roster)}
    adds = sum(multiply_adds(networks[name]) for name in roster)
    digits = np.random.default_rng(0).integers(0, 256, (64, 28, 28), np.uint8)
    rounds = share_of(ROUNDS)
    before = fastest_product()
    # The graph alone: the detector of novelty is no part of it.
    one = fastest(lambda: predictor.run_graph(digits[:1]), rounds)
    batch = fastest(lambda: predictor.run_graph(digits), rounds)
    limit = np.mean([before, fastest_product()])

    def predict_each():
        for name in roster:
            networks[name].predict(digits[:1], verbose=0)

    keras = fastest(predict_each, KERAS_ROUNDS)
    record(
        "serving",
        {
            "what": "the released ensemble's graph in ONNX Runtime on all cores",
            "members": len(roster),
            "million_multiply_adds": round(adds / 1e6),
            "limit_giga_multiply_adds_per_second": round(limit / 1e9, 1),
            "one_digit_ms": round(1000 * one, 2),
            "ratio_one_digit": round(adds / one / limit, 3),
            "ratio_batch_of_64": round(64 * adds / batch / limit, 3),
            "keras_predict_by_member_ms": round(1000 * keras, 1),
            "ratio_to_keras": round(keras / one, 1),
            "target_ratios": {"one_digit": 0.6, "batch_of_64": 0.85, "keras": 20},
        },
    )


if __name__ == "__main__":
    main()
