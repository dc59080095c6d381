"""Read the raw files and deal the training digits into folds."""

from pathlib import Path

import numpy as np

from ensembles.digits import folds, idx
from ensembles.digits.labelled_pngs import read_pngs
from pipeline.frame import files, program


def main(parameters):
    """Read the raw files, deal the folds, and write both sets."""
    dataset = files.read_json(files.RAW / files.SOURCE)["dataset"]
    train, test = (read_digits(part, dataset) for part in ("train", "test"))
    learned, place = dataset, parameters.data.extra
    if place:
        images, labels = read_extra(Path(place).expanduser(), test["images"])
        train = add_extra(train, images, labels)
        learned = f"{dataset} and {len(labels)} of {place}"
        print(f"after changing {place} run `dvc repro -f -s prepare`")
    train["fold"] = folds.deal_folds(
        train["labels"], train["writer"], parameters.data.folds, parameters.data.seed
    )
    files.write_arrays(files.TRAIN, dataset=np.array(learned), **train)
    files.write_arrays(files.TEST, dataset=np.array(dataset), **test)
    print(f"{learned}: {len(train['labels'])} training, {len(test['labels'])} test")


def read_digits(part, dataset):
    """Read one part of the raw files.

    Parameters
    ----------
    part : {"train", "test"}
    dataset : str
        ``"MNIST"`` has QMNIST's labels beside it; of others no writer is known.

    Returns
    -------
    dict of ndarray
        ``images`` (n, 28, 28) uint8, ``labels`` (n,) uint8, ``writer`` (n,) int32,
        ``hsf`` (n,) int32: the series of NIST's forms, -1 where unknown.

    Raises
    ------
    ensembles.digits.idx.IdxError
        If the files do not belong together.
    """
    prefix = {"train": "train", "test": "t10k"}[part]
    images = idx.read_images(files.RAW / f"{prefix}-images-idx3-ubyte.gz")
    labels = idx.read_labels(files.RAW / f"{prefix}-labels-idx1-ubyte.gz")
    idx.check_pair(images, labels, prefix)
    digits = {"images": images, "labels": labels}
    if dataset == files.MNIST:
        return digits | read_writers(part, labels)
    unknown = {"writer": np.arange(len(labels)), "hsf": np.full(len(labels), -1)}
    return digits | unknown


def read_writers(part, labels):
    """Read who wrote one part of MNIST's digits, and in which series of forms."""
    path = files.RAW / f"qmnist-{part}-labels-idx2-int.gz"
    extended = idx.read_extended_labels(path)[: len(labels)]
    if not np.array_equal(extended[:, 0], labels):
        raise idx.IdxError(
            f"QMNIST's {part} labels are not those of MNIST's digits; "
            f"delete {files.RAW} and fetch both again"
        )
    return {"writer": extended[:, 2], "hsf": extended[:, 1]}


def read_extra(folder, tested):
    """Read more labelled digits to learn from, such as corrected ones.

    Parameters
    ----------
    folder : Path
        As `ensembles.digits.labelled_pngs.read_pngs` takes it.
    tested : ndarray of shape (n, 28, 28), uint8
        The test digits, which users may have corrected too: none is learned from.

    Returns
    -------
    images, labels : ndarray
        Of the others.

    Raises
    ------
    ValueError
        If the folder has no digits.
    """
    images, labels = read_pngs(folder)
    known = {digit.tobytes() for digit in tested}
    unseen = np.array([digit.tobytes() not in known for digit in images])
    if not unseen.all():
        print(f"{folder}: {(~unseen).sum()} are test digits, and are left out")
    return images[unseen], labels[unseen]


def add_extra(train, images, labels):
    """Put more digits after those of `read_digits`, each by a writer of its own."""
    count = len(labels)
    extra = {
        "images": images,
        "labels": labels.astype(np.uint8),
        "writer": train["writer"].max() + 1 + np.arange(count),
        "hsf": np.full(count, -1),
    }
    return {
        key: np.concatenate([train[key], extra[key].astype(train[key].dtype)])
        for key in train
    }


if __name__ == "__main__":
    program.run(main)
