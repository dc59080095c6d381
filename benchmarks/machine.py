"""What every benchmark shares: the machine's limit, and where figures go."""

import json
import os
import platform
import time
from pathlib import Path

import numpy as np
import onnxruntime
from onnx import TensorProto, helper

FOLDER = Path(os.environ.get("BENCHMARK_FOLDER", "reports/benchmarks"))
SHARE = float(os.environ.get("BENCHMARK_SHARE", "1"))
"""How much of its counts and seconds a benchmark runs; `benchmarks --quick` sets it."""

PEERS = Path(os.environ.get("BENCHMARK_PEERS", ".venv-benchmarks/bin/python"))
"""The Python that has what requirements-benchmarks.txt names."""


def share_of(number):
    """Return the share of a count that is to be run, at least one."""
    return max(1, round(number * SHARE))


def product_speed(side=4096):
    """Return the multiply-adds per second of a square float32 matrix product."""
    matrix = np.random.default_rng(0).random((side, side), np.float32)
    rounds = range(share_of(3))
    return max(side**3 / seconds(lambda: matrix @ matrix) for _ in rounds)


def fastest_product(side=4096):
    """Return the multiply-adds per second of a matrix product, the faster of two.

    Whether NumPy or the runtime is the faster differs between processors.
    """
    square = [side, side]
    matrices = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, square) for name in "abc"
    ]
    node = helper.make_node("MatMul", ["a", "b"], ["c"])
    graph = helper.make_graph([node], "product", matrices[:2], matrices[2:])
    opset = [helper.make_opsetid("", 18)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=10)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    matrix = np.random.default_rng(0).random(square, np.float32)
    runtime = fastest(
        lambda: session.run(None, {"a": matrix, "b": matrix}), share_of(3)
    )
    return max(side**3 / runtime, product_speed(side))


def fastest(action, rounds):
    """Return the shortest of several times, after one that is not counted."""
    action()
    return min(seconds(action) for _ in range(rounds))


def seconds(action):
    """Return how long a call takes."""
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def record(name, figures):
    """Write a benchmark's figures, with the machine that they are of, and show them."""
    figures |= {"machine": platform.machine(), "cores": os.cpu_count(), "share": SHARE}
    FOLDER.mkdir(parents=True, exist_ok=True)
    text = json.dumps(figures, indent=2)
    (FOLDER / f"{name}.json").write_text(text + "\n")
    print(text)
