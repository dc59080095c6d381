"""Read the raw files and deal the training digits into folds."""

import numpy as np

from ensembles.digits import folds, idx
from pipeline.frame import files, program


def main(parameters):
    """Read the raw files, deal the folds, and write both sets."""
    dataset = files.read_json(files.RAW / files.SOURCE)["dataset"]
    train, test = (read_digits(part, dataset) for part in ("train", "test"))
    train["fold"] = folds.deal_folds(
        train["labels"], train["writer"], parameters.data.folds, parameters.data.seed
    )
    files.write_arrays(files.TRAIN, dataset=np.array(dataset), **train)
    files.write_arrays(files.TEST, dataset=np.array(dataset), **test)
    print(f"{dataset}: {len(train['labels'])} training, {len(test['labels'])} test")


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
    if dataset != "MNIST":
        unknown = {"writer": np.arange(len(labels)), "hsf": np.full(len(labels), -1)}
        return digits | unknown
    extended = idx.read_extended_labels(
        files.RAW / f"qmnist-{part}-labels-idx2-int.gz"
    )[: len(labels)]
    if not np.array_equal(extended[:, 0], labels):
        raise idx.IdxError(
            f"QMNIST's {part} labels are not those of MNIST's digits; "
            f"delete {files.RAW} and fetch both again"
        )
    return digits | {"writer": extended[:, 2], "hsf": extended[:, 1]}


if __name__ == "__main__":
    program.run(main)
