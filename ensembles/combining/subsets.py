"""What ensembles of some of the members misread, by the mean of their probabilities."""

import itertools

import numpy as np


def error_against_size(members, labels, subsets, seed):
    """Measure the averaged error of random subsets of the members.

    Parameters
    ----------
    members : ndarray of shape (n_members, n, 10)
    labels : ndarray of shape (n,)
    subsets : int
        Random subsets of each size.
    seed : int

    Returns
    -------
    list of dict
        ``members``, ``mean_percent``, ``sd_percent`` for each size; the sd is
        between subsets that share members, so it shrinks to 0 at the full size. Of
        single members all are taken.
    """
    rng = np.random.default_rng(seed)
    drawn = np.zeros((subsets, len(members)))
    for row in drawn:
        order = rng.permutation(len(members))
        votes = np.cumsum(members[order], axis=0).argmax(2)
        row[:] = (votes != labels).mean(1)
    alone = (members.argmax(2) != labels).mean(1)
    return [
        {"members": size, "mean_percent": 100 * e.mean(), "sd_percent": 100 * e.std()}
        for size, e in enumerate([alone, *drawn.T[1:]], start=1)
    ]


def disjoint_errors(members, labels, groups=3):
    """Count the errors of ensembles that share no member.

    Parameters
    ----------
    members : ndarray of shape (n_members, n, 10)
        Those of an architecture one after the other; they are dealt out in turn.
    labels : ndarray of shape (n,)
    groups : int
        Number of ensembles.

    Returns
    -------
    dict
        ``errors`` of each, ``members`` of the smallest, ``mean_percent``,
        ``sd_percent`` (of the sample).
    """
    parts = [members[first::groups] for first in range(min(groups, len(members)))]
    errors = [int((part.mean(0).argmax(1) != labels).sum()) for part in parts]
    percent = 100 * np.array(errors) / len(labels)
    return {
        "errors": errors,
        "members": min(map(len, parts)),
        "mean_percent": float(percent.mean()),
        "sd_percent": float(percent.std(ddof=1)) if len(parts) > 1 else 0.0,
    }


def best_on_test(members, labels, size=3):
    """Count the errors of the member and of the small ensemble that suit the test set.

    Published records were found so. These figures flatter, and are given only to show
    by how much: nothing is chosen by them.

    Parameters
    ----------
    members : ndarray of shape (n_members, n, 10)
    labels : ndarray of shape (n,)
    size : int
        Members in an ensemble; all of that size are tried.

    Returns
    -------
    dict
        ``member_errors``, ``ensemble_errors``, ``size``.
    """
    # Where all members agree every ensemble agrees with them.
    readings = members.argmax(2)
    split = (readings != readings[0]).any(0)
    common = int((readings[0] != labels)[~split].sum())
    size = min(size, len(members))
    trials = [
        int((sum(members[i][split] for i in chosen).argmax(1) != labels[split]).sum())
        for chosen in itertools.combinations(range(len(members)), size)
    ]
    return {
        "member_errors": int((readings != labels).sum(1).min()),
        "ensemble_errors": common + min(trials),
        "size": size,
    }
