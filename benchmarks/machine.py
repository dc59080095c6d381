"""What every benchmark shares: the machine's limit, and where figures go."""

import json
import os
import platform
import time
from pathlib import Path

import numpy as np

FOLDER = Path("reports/benchmarks")


def product_speed(side=4096, rounds=3):
    """Return the multiply-adds per second of a square float32 matrix product."""
    matrix = np.random.default_rng(0).random((side, side), np.float32)
    return max(side**3 / seconds(lambda: matrix @ matrix) for _ in range(rounds))


def seconds(action):
    """Return how long a call takes."""
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def record(name, figures):
    """Write a benchmark's figures, with the machine that they are of, and show them."""
    figures = figures | {"machine": platform.machine(), "cores": os.cpu_count()}
    FOLDER.mkdir(parents=True, exist_ok=True)
    text = json.dumps(figures, indent=2)
    (FOLDER / f"{name}.json").write_text(text + "\n")
    print(text)
