"""Cross-validation folds that keep each writer's digits together."""

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold


def deal_folds(labels, writers, folds, seed):
    """Deal digits into folds, stratified by class and grouped by writer.

    The test digits come from writers that the training digits do not contain, so a
    held-out fold imitates the test set only if its writers are unseen too.

    Parameters
    ----------
    labels, writers : ndarray of shape (n,)
        Class and writer of each digit.
    folds : int
        Number of folds, at least 2.
    seed : int
        Seed of the shuffle.

    Returns
    -------
    ndarray of shape (n,), uint8
        The fold of each digit, 0 to `folds` - 1.

    Raises
    ------
    ValueError
        If there are fewer writers than folds.
    """
    n_writers = len(np.unique(writers))
    if n_writers < folds:
        raise ValueError(
            f"`folds` must be at most the number of writers ({n_writers}); got {folds}"
        )
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    fold_of = np.empty(len(labels), np.uint8)
    splits = splitter.split(np.empty((len(labels), 1)), labels, writers)
    for fold, (_, held_out) in enumerate(splits):
        fold_of[held_out] = fold
    return fold_of
