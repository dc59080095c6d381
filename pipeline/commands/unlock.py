"""Delete DVC's list of locks if a kill left it empty, for DVC refuses to read it then.

DVC writes the list in place, so whoever kills it in that moment leaves an empty file
(https://github.com/treeverse/dvc/issues/7615). Nothing was locked by it.
"""

from pathlib import Path

import zc.lockfile

from pipeline.frame import program

LOCKS = Path(".dvc/tmp/rwlock")
GUARD = Path(".dvc/tmp/rwlock.lock")
"""Held by DVC while it writes the list."""


def main(parameters):
    """Look at the list while nobody writes it."""
    if not LOCKS.is_file():
        print(f"no {LOCKS}")
        return
    try:
        guard = zc.lockfile.LockFile(GUARD)
    except zc.lockfile.LockError:
        raise ValueError(
            f"{LOCKS} is being written by a DVC that runs; wait for its end"
        ) from None
    try:
        _delete_if_empty()
    finally:
        guard.close()


def _delete_if_empty():
    if LOCKS.stat().st_size:
        print(f"{LOCKS}: whole")
        return
    LOCKS.unlink()
    print(f"{LOCKS}: was empty, deleted")


if __name__ == "__main__":
    program.run(main)
