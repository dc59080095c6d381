"""Checks of predictions and labels that combiners and baselines share."""

import numpy as np


def check_probabilities(probabilities):
    """Refuse what is not probabilities of shape (n_systems, n, 10).

    Raises
    ------
    ValueError
        If the shape differs, a value is not a number, or a row does not sum to one.
    """
    shape = np.shape(probabilities)
    if len(shape) != 3 or shape[2] != 10 or 0 in shape:
        raise ValueError(
            f"probabilities must have the shape (n_systems, n, 10), none of them 0; "
            f"got {shape}"
        )
    if not np.isfinite(probabilities).all() or np.min(probabilities) < 0:
        raise ValueError("probabilities must be finite and not negative")
    worst = np.abs(np.sum(probabilities, axis=2) - 1).max()
    if worst > 1e-3:
        raise ValueError(f"each row must sum to one; one is off by {worst:.3g}")


def check_labels(labels, n):
    """Refuse what is not `n` digits, 0 to 9.

    Raises
    ------
    ValueError
        If there are more or fewer, or one is no digit.
    """
    labels = np.asarray(labels)
    if labels.shape != (n,):
        raise ValueError(f"labels must have the shape ({n},); got {labels.shape}")
    if not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(f"labels must be integers; got {labels.dtype}")
    if n and not (labels.min() >= 0 and labels.max() <= 9):
        raise ValueError(f"labels must be 0 to 9; got {labels.min()} to {labels.max()}")
