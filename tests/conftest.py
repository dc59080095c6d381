"""What several test files need."""

import os
from pathlib import Path

import numpy as np
import pytest

from ensembles import idx


@pytest.fixture(scope="session")
def labelled_digits():
    """Return 1,000 training digits, uint8 (n, 28, 28), and their labels.

    MNIST's own where `DIGITS_DATA_DIR` has them, else scikit-learn's.
    """
    images, labels = _mnist() or _scikit_learn()
    return images[:1000], labels[:1000]


@pytest.fixture(scope="session")
def mnist_digits(labelled_digits):
    """Return three of these digits of each class."""
    images, labels = labelled_digits
    chosen = [np.flatnonzero(labels == digit)[:3] for digit in range(10)]
    return images[np.concatenate(chosen)]


def _mnist():
    folder = Path(os.environ.get("DIGITS_DATA_DIR", "absent"))
    for place in (folder / "mnist", folder):
        images = place / "train-images-idx3-ubyte.gz"
        labels = place / "train-labels-idx1-ubyte.gz"
        if images.is_file() and labels.is_file():
            return idx.read_images(images), idx.read_labels(labels)
    return None


def _scikit_learn():
    from sklearn.datasets import load_digits

    from pipeline.fetch import _to_mnist

    digits = load_digits()
    images = np.stack([_to_mnist(image) for image in digits.images[:1000]])
    return images, digits.target[:1000]
