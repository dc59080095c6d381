"""Put the digits into `data/raw`: MNIST, one's own, or those that scikit-learn ships.

MNIST and QMNIST's labels are tried in turn in `data/raw` itself, and then in the folder
`DIGITS_DATA_DIR` if that is set, or else at the mirrors; each file is checked byte for
byte. If neither is to be had, and `data.source` is `auto` and no folder is set, the
digits of scikit-learn take their place.
"""

import os
import sys
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

from ensembles.digits import idx
from ensembles.drafts import draft
from ensembles.pictures.mnist_form import fit_ink
from pipeline.frame import files, program
from pipeline.obtaining import VARIABLE, FetchError, obtain
from pipeline.own_digits import TEST, TRAIN, read_own
from pipeline.published import SOURCES

MNIST = ("auto", "mnist")
"""Values of `data.source` that are no path."""

TEST_SHARE = 0.2
"""Share of scikit-learn's digits, the last ones, that becomes the test set."""


def main(parameters):
    """Take the digits from the first source that has them."""
    folder = os.environ.get(VARIABLE)
    fetch(parameters.data.source, files.RAW, folder, SOURCES)


def fetch(source, raw, folder, sources):
    """Put the digits into a folder.

    Parameters
    ----------
    source : str
        ``mnist``; ``auto``, if scikit-learn's digits may stand in; or the path of
        labelled digits, as `pipeline.own_digits.read_own` takes them.
    raw : Path
        Where the files go.
    folder : str or None
        Where MNIST's files lie; if given, they come from nowhere else.
    sources : sequence of pipeline.published.Source
        The files.

    Raises
    ------
    FetchError
        If a file that is needed cannot be had, or if `raw` cannot be written.
    ensembles.digits.idx.IdxError, ensembles.digits.arrays.DigitsError
        If a file is damaged or another one than expected.
    """
    try:
        raw.mkdir(parents=True, exist_ok=True)
        # While the files are being replaced, none may be taken for what they were.
        (raw / files.SOURCE).unlink(missing_ok=True)
        if source in MNIST:
            _fetch_mnist(source, raw, folder, sources)
        else:
            _fetch_own(Path(source).expanduser(), raw)
    except OSError as error:
        raise FetchError(
            f"{error.filename or raw}: {error.strerror or error}; check the owner and "
            f"permissions of the folders, and the free space"
        ) from error


def _fetch_mnist(source, raw, folder, sources):
    place = Path(folder).expanduser() if folder else None
    try:
        lacking = _obtain_all(sources, raw, place)
    except FetchError as error:
        if source == "mnist" or folder:
            raise
        _embed(raw, error)
    else:
        _name_mnist(raw, lacking)


def _name_mnist(raw, lacking):
    """Say which dataset MNIST's files are, without what is lacking."""
    dataset = files.WITHOUT_WRITERS if lacking else files.MNIST
    if lacking:
        _warn(
            f"{lacking[0]}\n\nWITHOUT QMNIST'S LABELS NO WRITER IS KNOWN: FOLDS ARE "
            f"RANDOM, AND\nOUT-OF-FOLD FIGURES FLATTER. THE DATASET IS NAMED\n"
            f"'{dataset}'."
        )
    files.write_json(raw / files.SOURCE, {"dataset": dataset})
    print(f"{dataset} is in {raw}, every file checked")


def _obtain_all(sources, raw, folder):
    """Obtain all files; return why some that are not needed could not be had."""
    lacking = []
    for wanted in sources:
        try:
            obtain(wanted, raw, folder)
        except FetchError as error:
            if folder is None and wanted.needed:
                raise
            lacking.append((wanted.needed, str(error)))
    if missing := [why for needed, why in lacking if needed]:
        raise FetchError(
            "; ".join(missing) + ": it must hold MNIST's four files, packed or not, as "
            f"they are or as torchvision or Keras keep them; or unset {VARIABLE}"
        )
    return [why for _, why in lacking]


def _fetch_own(path, raw):
    if not path.exists():
        raise FetchError(
            f"`data.source` must be 'auto', 'mnist', or a folder or file that exists; "
            f"got {str(path)!r}"
        )
    name = path.resolve().name
    dataset = name.split(".")[0]
    if dataset in ("", files.MNIST, files.WITHOUT_WRITERS):
        dataset = f"digits of {name}"
    _write(raw, read_own(path), dataset)
    print(f"{dataset} is in {raw}; after changing it run `dvc repro -f -s fetch`")


def _write(raw, parts, dataset):
    """Write digits as MNIST's files, and what they are."""
    for prefix, part in (("train", TRAIN), ("t10k", TEST)):
        for name, array in zip(
            ("images-idx3", "labels-idx1"), parts[part], strict=True
        ):
            with draft(raw / f"{prefix}-{name}-ubyte.gz") as temporary:
                idx.write_idx(temporary, array)
    files.write_json(raw / files.SOURCE, {"dataset": dataset})


def _embed(raw, reason):
    """Write scikit-learn's digits in MNIST's form, and say so loudly."""
    grown, labels = _grow_digits()
    # The digits come writer by writer, so the last ones are by other hands.
    split = round(len(labels) * (1 - TEST_SHARE))
    train, test = slice(split), slice(split, None)
    parts = {TRAIN: (grown[train], labels[train]), TEST: (grown[test], labels[test])}
    _write(raw, parts, "scikit-learn digits")
    _warn(
        f"{reason}\n\n"
        f"INSTEAD OF MNIST, THE {len(labels)} DIGITS OF SCIKIT-LEARN ARE USED.\n"
        f"No figure of this run is MNIST's. Once {VARIABLE} is set, run\n"
        f"`dvc repro --force --single-item fetch` and go on as before."
    )


def _grow_digits():
    """Return scikit-learn's digits in MNIST's form, and their labels."""
    digits = load_digits()
    grown = np.stack([_to_mnist(image) for image in digits.images])
    return grown, digits.target.astype(np.uint8)


def _warn(text):
    print(f"\n{'!' * 78}\n{text}\n{'!' * 78}\n", file=sys.stderr)


def _to_mnist(image):
    """Enlarge one of scikit-learn's 8 × 8 digits smoothly, then fit it."""
    large = Image.fromarray(image.astype(np.float32)).resize(
        (80, 80), Image.Resampling.BICUBIC
    )
    return fit_ink(np.clip(np.asarray(large), 0, None))


if __name__ == "__main__":
    program.run(main)
