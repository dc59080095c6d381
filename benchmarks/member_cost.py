"""Time to read a digit against the number of members, in the graph that is served.

The members are of one architecture, which the graph joins by grouped convolutions.
"""

import tempfile
from pathlib import Path

import numpy as np

from benchmarks.machine import fastest, record, share_of
from ensembles.members import processor

ARCHITECTURE = "pooled"
MEMBERS = (1, 2, 4, 8, 16)
ROUNDS = 60


def main():
    """Export each ensemble, and time one digit and a batch."""
    processor.prepare_training()
    digits = np.random.default_rng(0).integers(0, 256, (64, 28, 28), np.uint8)
    rows = {str(members): measure(members, digits) for members in MEMBERS}
    record(
        "member_cost",
        {
            "what": f"milliseconds by the number of members, all `{ARCHITECTURE}`",
            "members": rows,
        },
    )


def measure(members, digits):
    """Return the milliseconds for a digit alone, and for each of a batch."""
    from ensembles.members.networks import ARCHITECTURES
    from ensembles.serving.graph import export_onnx, merge
    from ensembles.serving.predictor import Predictor

    networks = [ARCHITECTURES[ARCHITECTURE]() for _ in range(members)]
    model = merge({ARCHITECTURE: networks}, [1 / members] * members, "mean")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "ensemble.onnx")
        export_onnx(model, path, digits)
        predictor = Predictor(path)
        one = fastest(lambda: predictor.run_graph(digits[:1]), share_of(ROUNDS))
        batch = fastest(lambda: predictor.run_graph(digits), share_of(ROUNDS))
    return {
        "one_digit_ms": round(1000 * one, 3),
        "each_of_64_ms": round(1000 * batch / len(digits), 3),
    }


if __name__ == "__main__":
    main()
