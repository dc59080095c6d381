"""How much memory a program took, with the processes that it started."""

import os
import resource
from pathlib import Path

PROC = Path("/proc")


def most_mebibytes():
    """Return the most memory that this process or one started by it has had, in MiB.

    The system's own count of a process, `ru_maxrss`, begins with what it was forked
    from, which may be larger; Linux's ``VmHWM`` begins with its own program.
    """
    ended = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return max(ended, *(_most(pid) for pid in _family(os.getpid()))) // 1024


def _family(pid):
    """Return a process and all that it started, directly or not, and that still run."""
    children = [
        int(child)
        for listed in PROC.glob(f"{pid}/task/*/children")
        for child in _read(listed).split()
    ]
    return [pid, *(one for child in children for one in _family(child))]


def _most(pid):
    """Return the most memory that a process has had, in KiB."""
    if not PROC.is_dir():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    lines = _read(PROC / str(pid) / "status").splitlines()
    return next((int(x.split()[1]) for x in lines if x.startswith("VmHWM")), 0)


def _read(path):
    """Read what the system tells of a process; nothing of one that has just ended."""
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
