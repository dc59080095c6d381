"""Choose a rule of combination on predictions of digits that nobody had seen.

References
----------
Breiman et al. (1984), "Classification and regression trees", for the rule of one
standard error.
"""

import numpy as np

from ensembles.combining.temperature import fit_temperature, temper


def cross_validate(combiner, probabilities, labels, folds):
    """Combine each fold by a rule that was fitted on the other folds.

    Parameters
    ----------
    combiner : Combiner
        Fitted anew for each fold.
    probabilities : ndarray of shape (n_systems, n, 10)
        Out-of-fold predictions.
    labels, folds : ndarray of shape (n,)
        True digits, and the fold of each.

    Returns
    -------
    ndarray of shape (n, 10)
    """
    combined = np.empty(probabilities.shape[1:])
    for fold in np.unique(folds):
        inside = folds == fold
        combiner.fit(probabilities[:, ~inside], labels[~inside])
        combined[inside] = combiner.predict_proba(probabilities[:, inside])
    return combined


def choose_simplest(errors, n):
    """Return the first rule within one standard error of the best.

    Parameters
    ----------
    errors : dict of str to int
        Misread digits of each rule, the simplest rule first.
    n : int
        Number of digits.

    Returns
    -------
    str
    """
    best = min(errors.values())
    standard_error = np.sqrt(best * (n - best) / n)
    within = best + standard_error
    return next(rule for rule, wrong in errors.items() if wrong <= within)


def gather_out_of_fold(held_out, folds_of_members, folds):
    """Average the predictions of one architecture's members, each on its own fold.

    Parameters
    ----------
    held_out : list of ndarray of shape (n_fold, 10)
        Each member's probabilities on the fold that it did not see.
    folds_of_members : list of int
        Those folds.
    folds : ndarray of shape (n,)
        The fold of each digit.

    Returns
    -------
    ndarray of shape (n, 10), float32

    Raises
    ------
    ValueError
        If no member left out some fold.
    """
    sums = np.zeros((len(folds), 10), np.float32)
    counts = np.zeros(len(folds), int)
    for probabilities, fold in zip(held_out, folds_of_members, strict=True):
        sums[folds == fold] += probabilities
        counts[folds == fold] += 1
    if not counts.all():
        bare = np.unique(folds[counts == 0]).tolist()
        raise ValueError(
            f"no member left out the folds {bare}: `members.seeds` must be "
            f"a multiple of `data.folds`"
        )
    return sums / counts[:, None]


def temper_out_of_fold(held_out, folds_of_members, labels, folds):
    """Make an architecture's predictions as sure as they are right.

    Parameters
    ----------
    held_out, folds_of_members, folds
        As for `gather_out_of_fold`.
    labels : ndarray of shape (n,)
        True digits.

    Returns
    -------
    ndarray of shape (n, 10), float32
        Gathered predictions, each fold's by a temperature of the other folds.
    float
        The temperature of all folds.
    """
    raw = gather_out_of_fold(held_out, folds_of_members, folds)
    of_others = {
        fold: fit_temperature(raw[folds != fold], labels[folds != fold])
        for fold in set(folds_of_members)
    }
    tempered = [
        temper(probabilities, of_others[fold])
        for probabilities, fold in zip(held_out, folds_of_members, strict=True)
    ]
    gathered = gather_out_of_fold(tempered, folds_of_members, folds)
    return gathered, fit_temperature(raw, labels)
