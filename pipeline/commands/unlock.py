"""Delete what DVC leaves empty if it is killed as it writes, and then refuses to read.

Its list of locks (https://github.com/treeverse/dvc/issues/7615): nothing was locked by
it. And ``dvc.lock``: without it stages run again, but members and baselines whose card
is right are not trained again.
"""

from contextlib import ExitStack
from pathlib import Path

import zc.lockfile

from pipeline.frame import program

WRITTEN_IN_PLACE = (Path(".dvc/tmp/rwlock"), Path("dvc.lock"))
GUARD = Path(".dvc/tmp/rwlock.lock")
"""Held by DVC while it writes its list of locks; ``lock`` beside it while it writes
``dvc.lock``."""


def main(parameters):
    """Look at both files while DVC writes neither."""
    GUARD.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as guards:
        for path in (GUARD.with_name("lock"), GUARD):
            guards.callback(_lock(path).close)
        for path in WRITTEN_IN_PLACE:
            _delete_if_empty(path)


def _lock(path):
    try:
        return zc.lockfile.LockFile(path)
    except zc.lockfile.LockError:
        raise ValueError("DVC is writing here; wait for its end") from None


def _delete_if_empty(path):
    if path.is_file() and not path.stat().st_size:
        path.unlink()
        print(f"{path}: was empty, deleted")


if __name__ == "__main__":
    program.run(main)
