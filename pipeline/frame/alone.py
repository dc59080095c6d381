"""One run of a stage at a time; what killed runs left is removed by the next.

Locks are the system's, on open files, so that they end with whoever holds them, and
none is ever stale.
"""

import contextlib
import fcntl
import os
import re
import shutil
import tempfile

from pipeline.frame import files

EVERYONE = "everyone"
"""Held by all stages and commands that run, in common; alone by a stage that sweeps."""

DRAFT = re.compile(r"\..+-\d+(\.\w+)?|\.draft-\w+")
"""Names that `ensembles.drafts` gives to what is not finished."""


@contextlib.contextmanager
def alone(words):
    """Run a stage that runs nowhere else in this folder, while the block lasts.

    Where no other stage runs either, drafts that killed runs left are removed first.

    Parameters
    ----------
    words : str
        The stage and its arguments.

    Raises
    ------
    ValueError
        If it runs already.
    """
    files.RUNNING.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"\W+", "-", words)
    with _opened(name) as own, _opened(EVERYONE) as everyone:
        if not _lock(own, fcntl.LOCK_EX | fcntl.LOCK_NB):
            raise ValueError(
                f"`{words}` runs already in this folder, as process "
                f"{own.read() or 'unknown'}: wait for it, or end it"
            )
        own.truncate(0)
        own.write(str(os.getpid()))
        own.flush()
        if _lock(everyone, fcntl.LOCK_EX | fcntl.LOCK_NB):
            sweep()
        _lock(everyone, fcntl.LOCK_SH)
        _keep_temporary_files_here()
        yield


@contextlib.contextmanager
def beside_stages():
    """Let no stage sweep, while the block lasts, what others write."""
    files.RUNNING.mkdir(parents=True, exist_ok=True)
    with _opened(EVERYONE) as everyone:
        _lock(everyone, fcntl.LOCK_SH)
        yield


def _keep_temporary_files_here():
    """Let this program, and those that it starts, keep them where they are swept."""
    files.TEMPORARY.mkdir(exist_ok=True)
    tempfile.tempdir = os.environ["TMPDIR"] = str(files.TEMPORARY.absolute())


def sweep():
    """Remove all drafts but the members', which may be gone on from."""
    shutil.rmtree(files.TEMPORARY, ignore_errors=True)
    for folder in (files.RAW.parent, files.RAW, files.MODELS):
        _sweep(folder.glob(".*"))
    for folder in (files.AUGMENTED, files.REPORTS, *_of_models()):
        _sweep(folder.rglob(".*"))


def _of_models():
    kept = (files.MEMBERS.name,)
    return [p for p in files.MODELS.glob("[!.]*") if p.is_dir() and p.name not in kept]


def _sweep(paths):
    for path in list(paths):
        if DRAFT.fullmatch(path.name):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _opened(name):
    return (files.RUNNING / name).open("a+")


def _lock(file, operation):
    """Take a lock of a file, and tell whether it was to be had."""
    try:
        fcntl.flock(file, operation)
    except BlockingIOError:
        file.seek(0)
        return False
    return True
