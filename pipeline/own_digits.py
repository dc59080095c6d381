"""Labelled digits of one's own: folders of pictures, tables, or pairs of IDX files."""

import re

import numpy as np
from sklearn.model_selection import train_test_split

from ensembles.digits.arrays import DigitsError
from ensembles.digits.digit_files import read_digit_files
from ensembles.digits.idx import MAX_BYTES, check_pair, read_labels
from ensembles.pictures.decoding import ImageError, read_picture
from ensembles.pictures.reading import to_mnist

CLASSES = [str(digit) for digit in range(10)]
TRAIN, TEST = "train", "test"
OF_TEST = re.compile("(?<![a-z])(test|t10k)", re.IGNORECASE)
"""Begins a word of a file's name if its digits are for the test alone."""

TEST_SHARE = 0.2
"""Of digits that come without a test set, the share that becomes one."""

LEAST = 10
"""Digits of each class."""

MAX_DIGITS = 10_000_000


def read_own(path):
    """Read labelled digits, and divide them if they are not divided.

    Parameters
    ----------
    path : Path
        A folder of the folders ``0`` to ``9`` of pictures, or of ``train`` and
        ``test`` with such folders; a folder of IDX files, of images and labels; or a
        file with labels, such as Kaggle's ``train.csv`` or an ``.npz``.

    Returns
    -------
    dict of str to (images, labels)
        ``train`` and ``test``: uint8 of shape (n, 28, 28) and (n,).

    Raises
    ------
    ensembles.digits.arrays.DigitsError
        If there are no labelled digits, or too few; it says what is asked for.
    """
    found = _read_folder(path) if path.is_dir() else _read_file(path)
    parts = {
        part: _join(one for name, one in found if _is_for(part, name))
        for part in (TRAIN, TEST)
        if any(_is_for(part, name) for name, _ in found)
    }
    if TRAIN not in parts:
        raise DigitsError(
            f"{path}: no labelled digits to train on; put pictures into folders 0 to "
            "9, or give a CSV or .npz with labels, or IDX files of images and labels"
        )
    _check_classes(parts[TRAIN][1], path)
    return parts if TEST in parts else _divide(*parts[TRAIN])


def _is_for(part, name):
    return bool(OF_TEST.search(name)) == (part == TEST)


def _join(sets):
    images, labels = zip(*sets, strict=True)
    return np.concatenate(images), np.concatenate(labels).astype(np.uint8)


def _divide(images, labels):
    train, test = train_test_split(
        np.arange(len(labels)), test_size=TEST_SHARE, stratify=labels, random_state=0
    )
    return {TRAIN: (images[train], labels[train]), TEST: (images[test], labels[test])}


def _check_classes(labels, path):
    counts = np.bincount(labels, minlength=10)
    few = np.flatnonzero(counts < LEAST)
    if len(few):
        told = ", ".join(f"{counts[digit]} of {digit}" for digit in few)
        raise DigitsError(
            f"{path}: at least {LEAST} of each digit are needed; there are {told}"
        )


def _read_folder(folder):
    """Return name, images and labels of all that a folder holds."""
    if (folder / TRAIN).is_dir():
        inner = [folder / TRAIN] + [folder / TEST] * (folder / TEST).is_dir()
        return [(one.name, digits) for one in inner for _, digits in _read_folder(one)]
    if any((folder / digit).is_dir() for digit in CLASSES):
        return [(TRAIN, _read_pictures(folder))]
    paths = [path for path in sorted(folder.iterdir()) if "images" in path.name]
    return [(path.name + name, of) for path in paths for name, of in _read_file(path)]


def _read_pictures(folder):
    images, labels = [], []
    for digit in CLASSES:
        for path in sorted((folder / digit).glob("*")):
            try:
                images.append(to_mnist(read_picture(path.read_bytes())))
            except (ImageError, OSError) as error:
                raise DigitsError(f"{path}: {error}; remove or mend it") from None
            labels.append(int(digit))
    if not images:
        raise DigitsError(f"{folder}: its folders 0 to 9 hold no picture")
    return np.stack(images), np.array(labels)


def _read_file(path):
    """Return name, images and labels of all that a file holds.

    An IDX file of images has its labels beside it.
    """
    held = read_digit_files(path.read_bytes(), str(path), MAX_BYTES, MAX_DIGITS)
    labelled = [
        (one.name.removeprefix(str(path)), (one.digits, one.labels))
        for one in held
        if one.labels is not None
    ]
    if labelled or len(held) > 1 or "images" not in path.name:
        return labelled
    return [("", _with_labels(held[0].digits, path))]


def _with_labels(digits, path):
    name = path.name.replace("images", "labels").replace("idx3", "idx1")
    labels = read_labels(path.with_name(name))
    check_pair(digits, labels, path.name)
    return digits, labels
