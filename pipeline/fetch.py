"""Fetch MNIST and QMNIST's labels into `data/raw`, checked byte for byte.

Tried in turn: `data/raw` itself, the folder `DIGITS_DATA_DIR`, the mirrors, and at
last, if `data.source` is `auto`, the digits that scikit-learn ships.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pooch
import requests
from PIL import Image
from sklearn.datasets import load_digits

from ensembles.digits import idx
from ensembles.drafts import draft
from ensembles.pictures.mnist_form import fit_ink
from pipeline.frame import files, program

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
TEST_SHARE = 0.2
"""Share of scikit-learn's digits, the last ones, that becomes the test set."""


class FetchError(ValueError):
    """The data cannot be had; the message names every place tried."""


@dataclass(frozen=True)
class Source:
    """One file: where it is published, and how it is known to be right."""

    name: str
    size: int
    sha256: str
    mirrors: tuple
    read: object


SOURCES = (
    Source(
        "train-images-idx3-ubyte.gz",
        9_912_422,
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        MNIST_MIRRORS,
        idx.read_images,
    ),
    Source(
        "train-labels-idx1-ubyte.gz",
        28_881,
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        MNIST_MIRRORS,
        idx.read_labels,
    ),
    Source(
        "t10k-images-idx3-ubyte.gz",
        1_648_877,
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        MNIST_MIRRORS,
        idx.read_images,
    ),
    Source(
        "t10k-labels-idx1-ubyte.gz",
        4_542,
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        MNIST_MIRRORS,
        idx.read_labels,
    ),
    Source(
        "qmnist-train-labels-idx2-int.gz",
        463_024,
        "2c05dc77f6b916b38e455e97ab129a42a444f3dbef09b278a366f82904e0dd9f",
        QMNIST_MIRRORS,
        idx.read_extended_labels,
    ),
    Source(
        "qmnist-test-labels-idx2-int.gz",
        526_800,
        "9fbcbe594c3766fdf4f0b15c5165dc0d1e57ac604e01422608bb72c906030d06",
        QMNIST_MIRRORS,
        idx.read_extended_labels,
    ),
)


def main(parameters):
    """Take the digits from the first source that has them."""
    folder = os.environ.get(VARIABLE)
    fetch(parameters.data.source, files.RAW, folder, SOURCES)


def fetch(source, raw, folder, sources):
    """Put the digits into a folder.

    Parameters
    ----------
    source : {"auto", "mnist"}
        Whether scikit-learn's digits may stand in.
    raw : Path
        Where the files go.
    folder : str or None
        Where they may lie: in ``mnist/`` and ``qmnist/`` below it, or flat.
    sources : sequence of Source
        The files.

    Raises
    ------
    FetchError
        If `source` is ``mnist`` and a file cannot be had from any place, or if
        `raw` cannot be written.
    ensembles.digits.idx.IdxError
        If a file in `folder` is damaged or another one than expected.
    """
    try:
        _fill(source, raw, folder, sources)
    except OSError as error:
        raise FetchError(
            f"{error.filename or raw}: {error.strerror or error}; check the owner and "
            f"permissions of the folders, and the free space"
        ) from error


def _fill(source, raw, folder, sources):
    raw.mkdir(parents=True, exist_ok=True)
    # While the files are being replaced, none may be taken for what they were.
    (raw / files.SOURCE).unlink(missing_ok=True)
    try:
        for wanted in sources:
            _obtain(wanted, raw, folder)
    except FetchError as error:
        if source == "mnist":
            raise
        _embed(raw, error)
        return
    files.write_json(raw / files.SOURCE, {"dataset": "MNIST"})
    print(f"MNIST is in {raw}, every file checked")


def _obtain(wanted, raw, folder):
    """Put one file in place from the first place that has it."""
    place = raw / wanted.name
    if place.is_dir():
        raise idx.IdxError(f"{place}: is a folder; expected a file: remove it")
    if place.is_file() and _is_right(wanted, place):
        return
    local = _find(wanted, folder)
    if local:
        check_file(wanted, local)
        with draft(place) as temporary:
            temporary.write_bytes(local.read_bytes())
    else:
        _download(wanted, place, folder)


def _find(wanted, folder):
    if not folder:
        return None
    below = "qmnist" if wanted.name.startswith("qmnist") else "mnist"
    candidates = (Path(folder, below, wanted.name), Path(folder, wanted.name))
    return next((path for path in candidates if path.exists()), None)


def _is_right(wanted, path):
    content = path.read_bytes()
    return len(content) == wanted.size and files.sha256_of(content) == wanted.sha256


def check_file(wanted, path):
    """Refuse a file that is not byte for byte the published one.

    Raises
    ------
    ensembles.digits.idx.IdxError
        Saying what is wrong with it, as exactly as can be told.
    """
    wanted.read(path)
    size = path.stat().st_size
    if size != wanted.size:
        raise idx.IdxError(
            f"{path}: expected {wanted.size:,} bytes; got {size:,}; fetch it again"
        )
    if not _is_right(wanted, path):
        raise idx.IdxError(
            f"{path}: a valid file, but not the published one: its SHA-256 differs "
            f"from {wanted.sha256}"
        )


def _download(wanted, place, folder):
    """Try each mirror in turn, each a few times."""
    where = f"{folder} (no such file there)" if folder else "not set"
    tried = [f"{place}: missing, or not the published file", f"{VARIABLE}: {where}"]
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


def _embed(raw, reason):
    """Write scikit-learn's digits in MNIST's form, and say so loudly."""
    digits = load_digits()
    grown = np.stack([_to_mnist(image) for image in digits.images])
    labels = digits.target.astype(np.uint8)
    # The digits come writer by writer, so the last ones are by other hands.
    split = round(len(labels) * (1 - TEST_SHARE))
    for prefix, part in (("train", slice(split)), ("t10k", slice(split, None))):
        for name, array in (("images-idx3", grown), ("labels-idx1", labels)):
            with draft(raw / f"{prefix}-{name}-ubyte.gz") as temporary:
                idx.write_idx(temporary, array[part])
    files.write_json(raw / files.SOURCE, {"dataset": "scikit-learn digits"})
    print(
        f"\n{'!' * 78}\n{reason}\n\n"
        f"INSTEAD OF MNIST, THE {len(labels)} DIGITS OF SCIKIT-LEARN ARE USED.\n"
        f"No figure of this run is MNIST's. Once {VARIABLE} is set, run\n"
        f"`dvc repro --force --single-item fetch` and go on as before.\n{'!' * 78}\n",
        file=sys.stderr,
    )


def _to_mnist(image):
    """Enlarge one of scikit-learn's 8 × 8 digits smoothly, then fit it."""
    large = Image.fromarray(image.astype(np.float32)).resize(
        (80, 80), Image.Resampling.BICUBIC
    )
    return fit_ink(np.clip(np.asarray(large), 0, None))


if __name__ == "__main__":
    program.run(main)
