"""What tables of hard digits have in common."""

import numpy as np

from pipeline.frame import files


def is_mnist(dataset):
    """Tell whether a dataset of this name has MNIST's own test digits, in its order."""
    return str(dataset) in (files.MNIST, files.WITHOUT_WRITERS)


def answers(index, labels, probabilities, agreement):
    """Return the columns that tell of n digits what the ensemble answers.

    `probabilities`, of shape (n, 10), are the ensemble's; `agreement` is the share of
    its members that read what it reads.
    """
    return {
        "index": index,
        "label": labels,
        "ensemble": probabilities.argmax(1),
        "probability_of_label": probabilities[np.arange(len(labels)), labels],
        "confidence": probabilities.max(1),
        "agreement": agreement,
    }
