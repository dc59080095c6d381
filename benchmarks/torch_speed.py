"""Our training beside PyTorch's, of the same networks on the same processor.

A process on each core, of one thread each, in turn; both keep their memory. Ours steps
by Muon, as its recipes do, PyTorch by AdamW, which computes less.
"""

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

from benchmarks.machine import PEERS, record, share_of
from benchmarks.train_speed import ADDS, BATCH, train_side_by_side
from ensembles.members import processor

NETWORKS = ("pooled", "strided", "deep")
KEEP_MEMORY = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "100000000000",
    "MALLOC_ARENA_MAX": "1",
    "OMP_NUM_THREADS": "1",
}
"""What `ensembles.members.processor` sets from within."""


def main():
    """Measure each network by both in turn."""
    processor.prepare_training()
    rows = {name: compare(name) for name in NETWORKS}
    record(
        "torch_speed",
        {
            "what": "digits of training per second, a member on each core",
            "peer": f"PyTorch {rows['pooled']['version']}, channels last",
            "networks": rows,
        },
    )


def compare(name):
    """Return both speeds of a network.

    Raises
    ------
    RuntimeError
        If PyTorch's network is another than ours.
    """
    from ensembles.members.networks import ARCHITECTURES, multiply_adds

    network = ARCHITECTURES[name]()
    steps = max(4, share_of(ADDS / (3 * multiply_adds(network)) / BATCH))
    ours = sum(one["digits"] for one in train_side_by_side(name))
    theirs = train_by_torch(name, steps)
    if theirs[0]["weights"] != network.count_params():
        raise RuntimeError(
            f"PyTorch's `{name}` has {theirs[0]['weights']:,} weights; "
            f"ours has {network.count_params():,}"
        )
    speed = sum(one["digits"] for one in theirs)
    return {
        "figure": round(ours),
        "peer_figure": round(speed),
        "ratio": round(ours / speed, 2),
        "version": theirs[0]["version"],
    }


def train_by_torch(name, steps):
    """Return what PyTorch's processes print, one on each core."""
    script = "benchmarks/peers/torch_training.py"
    command = [PEERS, script, name, str(steps), str(BATCH)]

    def train(_):
        ran = subprocess.run(  # noqa: S603 (our own program)
            command,
            env=os.environ | KEEP_MEMORY,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return json.loads(ran.stdout)

    with ThreadPoolExecutor() as pool:
        return list(pool.map(train, range(os.cpu_count())))


if __name__ == "__main__":
    main()
