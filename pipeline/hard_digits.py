"""What tables of hard digits have in common."""

import numpy as np


def answers(index, labels, probabilities, agreement):
    """Return the columns that tell of digits what the ensemble answers.

    Parameters
    ----------
    index, labels : ndarray of int of shape (n,)
        Which digits these are, and what they are.
    probabilities : ndarray of shape (n, 10)
        The ensemble's.
    agreement : ndarray of shape (n,)
        Share of its members that read what it reads.

    Returns
    -------
    dict of str to ndarray of shape (n,)
    """
    return {
        "index": index,
        "label": labels,
        "ensemble": probabilities.argmax(1),
        "probability_of_label": probabilities[np.arange(len(labels)), labels],
        "confidence": probabilities.max(1),
        "agreement": agreement,
    }
