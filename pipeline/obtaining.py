"""Find a published file on disk, or fetch it, and check it byte for byte.

A file is known by the digest of what is in it, so that it may lie there packed or
unpacked, or in the archive that Keras keeps.
"""

import gzip
import io
import sys
from hashlib import sha256

import numpy as np
import pooch
import requests

from ensembles.digits import idx
from ensembles.digits.idx_format import to_idx
from ensembles.digits.packed import GZIP
from ensembles.drafts import draft

VARIABLE = "DIGITS_DATA_DIR"
TIMEOUT_SECONDS = 10
ATTEMPTS = 2

BELOW = ("", "mnist", "qmnist", "MNIST/raw", "QMNIST/raw", "raw")
"""Where files may lie below a folder; the last are torchvision's."""

KERAS = "mnist.npz"
IN_KERAS = {"train-images": "x_train", "train-labels": "y_train"}
IN_KERAS |= {"t10k-images": "x_test", "t10k-labels": "y_test"}


class FetchError(ValueError):
    """The data cannot be had; the message names every place tried."""


def obtain(wanted, raw, folder):
    """Put one file in place from the first place that has it.

    Parameters
    ----------
    wanted : pipeline.published.Source
    raw : Path
        Where it goes.
    folder : Path or None
        If given, the only place besides `raw`.

    Raises
    ------
    FetchError
        If no place has it.
    ensembles.digits.idx.IdxError
        If the file in `folder` is damaged or another one than expected.
    """
    place = raw / wanted.name
    if place.is_dir():
        raise idx.IdxError(f"{place}: is a folder; expected a file: remove it")
    if place.is_file() and _is_right(wanted, place.read_bytes()):
        return
    if folder is None:
        return _download(wanted, place)
    content = _from_folder(wanted, folder)
    with draft(place) as temporary:
        temporary.write_bytes(content)


def _from_folder(wanted, folder):
    """Return the packed file that a folder holds in one of the usual ways."""
    for path in _candidates(wanted, folder):
        if path.exists():
            check_file(wanted, path)
            content = path.read_bytes()
            return (
                content if content.startswith(GZIP) else gzip.compress(content, mtime=0)
            )
    keras = [folder / KERAS, folder / "datasets" / KERAS]
    for path in keras:
        if path.is_file() and any(map(wanted.name.startswith, IN_KERAS)):
            return _from_keras(wanted, path)
    raise FetchError(f"{VARIABLE} is {folder}, which does not hold {wanted.name}")


def _candidates(wanted, folder):
    plain = wanted.name.removesuffix(".gz")
    dotted = plain.replace("-idx", ".idx")
    names = (wanted.name, plain, f"{dotted}.gz", dotted)
    return [folder / below / name for below in BELOW for name in names]


def _from_keras(wanted, path):
    """Return one array of Keras's archive as the file that it came from."""
    key = next(key for name, key in IN_KERAS.items() if wanted.name.startswith(name))
    try:
        with np.load(io.BytesIO(path.read_bytes())) as archive:
            content = to_idx(archive[key].astype(np.uint8))
    except (KeyError, ValueError, OSError) as error:
        raise idx.IdxError(f"{path}: no `{key}` can be read in it: {error}") from None
    if sha256(content).hexdigest() != wanted.sha256:
        raise idx.IdxError(f"{path}: its `{key}` differs from {wanted.name}")
    return gzip.compress(content, mtime=0)


def _is_right(wanted, content):
    try:
        plain = gzip.decompress(content) if content.startswith(GZIP) else content
    except (OSError, EOFError):
        return False
    return sha256(plain).hexdigest() == wanted.sha256


def check_file(wanted, path):
    """Refuse a file that is not byte for byte the published one, once unpacked.

    Raises
    ------
    ensembles.digits.idx.IdxError
        Saying what is wrong with it, as exactly as can be told.
    """
    wanted.read(path)
    if not _is_right(wanted, path.read_bytes()):
        raise idx.IdxError(
            f"{path}: a valid file, but not the published one: the SHA-256 of what it "
            f"unpacks to differs from {wanted.sha256}"
        )


def _download(wanted, place):
    """Try each mirror in turn, each a few times."""
    tried = [f"{place}: missing, or not the published file", f"{VARIABLE}: not set"]
    for url in (mirror + wanted.name for mirror in wanted.mirrors * ATTEMPTS):
        trouble = _try_mirror(wanted, place, url)
        if trouble is None:
            return
        tried.append(f"{url}: {trouble}")
    raise FetchError(
        f"{wanted.name} could not be had. Tried:\n  "
        + "\n  ".join(tried)
        + f"\nGet the files by hand, put them into one folder and name it in {VARIABLE}"
    )


def _try_mirror(wanted, place, url):
    """Put a file in place, or say why it cannot be had from there."""
    progress = sys.stderr.isatty()
    fetch = pooch.HTTPDownloader(progressbar=progress, timeout=TIMEOUT_SECONDS)
    try:
        with draft(place) as temporary:
            fetch(url, temporary, None)
            check_file(wanted, temporary)
    except (requests.RequestException, idx.IdxError) as error:
        return str(error).removeprefix(f"{temporary}: ")
    return None
