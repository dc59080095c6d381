"""How members err together, and what is left if the least sure answers are not given.

References
----------
El-Yaniv and Wiener (2010), "On the foundations of noise-free selective classification",
JMLR 11, for risk against coverage.
"""

import numpy as np

from ensembles import metrics


def risk_coverage(probabilities, labels):
    """Count the errors that remain if the least sure digits are left to a human.

    Parameters
    ----------
    probabilities : ndarray of shape (n, 10)
    labels : ndarray of shape (n,)

    Returns
    -------
    dict of str to ndarray of shape (n,)
        ``left_percent`` of the digits left to a human, ``errors`` among the others,
        and ``error_percent`` of those others.
    """
    surest_last = probabilities.max(1).argsort(kind="stable")
    wrong = (probabilities.argmax(1) != labels)[surest_last]
    n = len(labels)
    left = np.arange(n)
    errors = wrong[::-1].cumsum()[::-1]
    return {
        "left_percent": 100 * left / n,
        "errors": errors,
        "error_percent": 100 * errors / (n - left),
    }


def disagreements(readings):
    """Count on how many digits each two systems differ.

    Parameters
    ----------
    readings : ndarray of shape (n_systems, n)

    Returns
    -------
    ndarray of shape (n_systems, n_systems), int
    """
    return np.stack([(readings != one).sum(1) for one in readings])


def leave_one_out(members, kinds, labels):
    """Count the errors of the mean of all, and without each kind of member.

    Parameters
    ----------
    members : ndarray of shape (n_members, n, 10)
    kinds : list of str
        The architecture of each.
    labels : ndarray of shape (n,)

    Returns
    -------
    list of dict
        ``without`` (empty for all), ``members``, ``errors`` of the mean of the
        others, and ``alone``, the errors of the mean of what was left out.
    """
    of = np.array(kinds)
    rows = [{"without": "", "members": len(of), "errors": _errors(members, labels)}]
    for name in dict.fromkeys(kinds):
        kept = of != name
        rows.append(
            {
                "without": name,
                "members": int(kept.sum()),
                "errors": _errors(members[kept], labels),
                "alone": _errors(members[~kept], labels),
            }
        )
    return rows


def _errors(members, labels):
    """Count the errors of the members' mean; None if there are none."""
    return int((members.mean(0).argmax(1) != labels).sum()) if len(members) else None


def errors_by_writer(wrong, writers):
    """Count the writers that have so many digits misread.

    Parameters
    ----------
    wrong : ndarray of bool of shape (n,)
    writers : ndarray of shape (n,)

    Returns
    -------
    list of dict
        ``errors`` from 0 to the most, ``writers`` that have so many, and how many
        are ``expected`` if each digit were misread with the same probability.
    """
    _, of_digit, digits = np.unique(writers, return_inverse=True, return_counts=True)
    errors = np.bincount(of_digit, weights=wrong).astype(int)
    most = int(errors.max())
    expected = _expected(digits, wrong.mean(), most)
    found = np.bincount(errors)
    return [
        {"errors": k, "writers": int(found[k]), "expected": float(expected[k])}
        for k in range(most + 1)
    ]


def _expected(digits, rate, most):
    from scipy.stats import binom

    return binom.pmf(np.arange(most + 1)[:, None], digits, rate).sum(1)


def errors_by_digit(predictions, labels):
    """Give the error rate of each digit, with its exact interval.

    Returns
    -------
    list of dict
        ``digit``, ``errors``, ``digits``, and in percent ``error_percent``,
        ``ci_low``, ``ci_high``. A digit that does not occur is left out.
    """
    rows = []
    for digit in np.unique(labels):
        wrong = predictions[labels == digit] != digit
        errors, n = int(wrong.sum()), len(wrong)
        rate = metrics.error_rate(errors, n)
        rows.append({"digit": int(digit), "errors": errors, "digits": n} | rate)
    return rows
