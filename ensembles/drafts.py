"""Files that appear under their name whole or not at all.

They are written beside their place and renamed into it, so that a killed process
leaves nothing half-written.
"""

import contextlib
import os
import tempfile
from pathlib import Path


@contextlib.contextmanager
def draft(path):
    """Yield a path beside `path` that is renamed to it if the block succeeds."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}-{os.getpid()}{path.suffix}")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def draft_folder(path, prefix=".draft-"):
    """Yield a new folder beside the files of `path`, removed at the end."""
    path = Path(path)
    path.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=path) as folder:
        yield Path(folder)
