"""MNIST and QMNIST as they are published: found on disk or fetched, and checked.

A file is known by the digest of what is in it, so that it may lie there packed or
unpacked, or in the archive that Keras keeps.
"""

import gzip
import io
import sys
from dataclasses import dataclass

import numpy as np
import pooch
import requests

from ensembles.digits import idx
from ensembles.drafts import draft
from pipeline.frame import files

VARIABLE = "DIGITS_DATA_DIR"
TIMEOUT_SECONDS = 10
ATTEMPTS = 2
MNIST_MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
)
QMNIST_MIRRORS = (
    "https://raw.githubusercontent.com/facebookresearch/qmnist/master/",
    "https://cdn.jsdelivr.net/gh/facebookresearch/qmnist@master/",
)

BELOW = ("", "mnist", "qmnist", "MNIST/raw", "QMNIST/raw", "raw")
"""Where files may lie below a folder; the last are torchvision's."""

KERAS = "mnist.npz"
IN_KERAS = {"train-images": "x_train", "train-labels": "y_train"}
IN_KERAS |= {"t10k-images": "x_test", "t10k-labels": "y_test"}


class FetchError(ValueError):
    """The data cannot be had; the message names every place tried."""


@dataclass(frozen=True)
class Source:
    """One file: where it is published, and how it is known to be right.

    Attributes
    ----------
    name : str
    sha256 : str
        Of what it unpacks to.
    mirrors : tuple of str
    read : callable
        Raises an error that says what is wrong with a damaged file.
    needed : bool
        Whether the pipeline cannot do without it.
    """

    name: str
    sha256: str
    mirrors: tuple
    read: object
    needed: bool = True


SOURCES = (
    Source(
        "train-images-idx3-ubyte.gz",
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        MNIST_MIRRORS,
        idx.read_images,
    ),
    Source(
        "train-labels-idx1-ubyte.gz",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        MNIST_MIRRORS,
        idx.read_labels,
    ),
    Source(
        "t10k-images-idx3-ubyte.gz",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        MNIST_MIRRORS,
        idx.read_images,
    ),
    Source(
        "t10k-labels-idx1-ubyte.gz",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        MNIST_MIRRORS,
        idx.read_labels,
    ),
    Source(
        "qmnist-train-labels-idx2-int.gz",
        "bb1b6e1ec7b04fd5696f1ed50b5f58f8ef195118edd5c93c81783df9740b8ac5",
        QMNIST_MIRRORS,
        idx.read_extended_labels,
        needed=False,
    ),
    Source(
        "qmnist-test-labels-idx2-int.gz",
        "92d0ccb8c25f9c6534270fb4be7e1d24a1c6d315edfc8a638bfbd31c70f362dd",
        QMNIST_MIRRORS,
        idx.read_extended_labels,
        needed=False,
    ),
)


def obtain(wanted, raw, folder):
    """Put one file in place from the first place that has it.

    Parameters
    ----------
    wanted : Source
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
            return content if _is_packed(content) else gzip.compress(content, mtime=0)
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
            content = idx.to_idx(archive[key].astype(np.uint8))
    except (KeyError, ValueError, OSError) as error:
        raise idx.IdxError(f"{path}: no `{key}` can be read in it: {error}") from None
    if files.sha256_of(content) != wanted.sha256:
        raise idx.IdxError(f"{path}: its `{key}` differs from {wanted.name}")
    return gzip.compress(content, mtime=0)


def _is_packed(content):
    return content[:2] == b"\x1f\x8b"


def _is_right(wanted, content):
    try:
        plain = gzip.decompress(content) if _is_packed(content) else content
    except (OSError, EOFError):
        return False
    return files.sha256_of(plain) == wanted.sha256


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
        try:
            with draft(place) as temporary:
                pooch.HTTPDownloader(
                    progressbar=sys.stderr.isatty(), timeout=TIMEOUT_SECONDS
                )(url, temporary, None)
                check_file(wanted, temporary)
        except (requests.RequestException, idx.IdxError) as error:
            tried.append(f"{url}: {str(error).removeprefix(f'{temporary}: ')}")
        else:
            return
    raise FetchError(
        f"{wanted.name} could not be had. Tried:\n  "
        + "\n  ".join(tried)
        + f"\nGet the files by hand, put them into one folder and name it in {VARIABLE}"
    )
