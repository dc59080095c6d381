"""How good predictions are, and how sure that is.

References
----------
Clopper and Pearson (1934), exact binomial intervals, Biometrika 26.
McNemar (1947), comparison of correlated proportions, Psychometrika 12.
Guo et al. (2017), "On calibration of modern neural networks", ICML.
Northcutt, Athalye and Mueller (2021), "Pervasive label errors in test sets
destabilize machine learning benchmarks", NeurIPS Datasets and Benchmarks.
"""

import numpy as np
from scipy.stats import binomtest
from sklearn import metrics

CORRECTED = {
    947: 9,
    1621: 6,
    1901: 4,
    2462: 0,
    2597: 3,
    3558: 0,
    5937: 3,
    6651: 6,
    6783: 6,
    9729: 6,
}
"""MNIST test digits whose label is wrong by human votes, and the voted digit."""

DISPUTED = (*CORRECTED, 2130, 2654, 3520, 8527, 9679)
"""These, the ones that are no digit, and those without a majority."""


def error_interval(errors, n):
    """Return the exact 95 % interval of an error rate, in percent.

    Parameters
    ----------
    errors, n : int
        Misread digits, and digits.

    Returns
    -------
    low, high : float
        The Clopper-Pearson interval.
    """
    interval = binomtest(errors, n).proportion_ci(0.95, method="exact")
    return 100 * interval.low, 100 * interval.high


def error_rate(errors, n):
    """Return ``error_percent``, and ``ci_low`` and ``ci_high`` of `error_interval`."""
    low, high = error_interval(errors, n)
    return {"error_percent": 100 * errors / n, "ci_low": low, "ci_high": high}


def mcnemar(wrong, wrong_other):
    """Return the exact two-sided p-value that two systems err equally often.

    Parameters
    ----------
    wrong, wrong_other : ndarray of bool of shape (n,)
        Which digits each system misreads.
    """
    only_one = int((wrong & ~wrong_other).sum())
    discordant = int((wrong != wrong_other).sum())
    return float(binomtest(only_one, discordant).pvalue) if discordant else 1.0


def log_loss(probabilities, labels):
    """Return the mean negative logarithm of the true digit's probability, in nats."""
    # Float32 rows sum to one only nearly, of which scikit-learn warns.
    exact = np.asarray(probabilities, np.float64)
    exact = exact / exact.sum(1, keepdims=True)
    return float(metrics.log_loss(labels, exact, labels=range(10)))


def brier(probabilities, labels):
    """Return the mean squared distance to the true class, summed over classes."""
    return float(((probabilities - np.eye(10)[labels]) ** 2).sum(1).mean())


def reliability(probabilities, labels, bins):
    """Compare confidence with accuracy in bins of equal width.

    Parameters
    ----------
    probabilities : ndarray of shape (n, 10)
    labels : ndarray of shape (n,)
    bins : int

    Returns
    -------
    list of dict
        ``confidence`` and ``accuracy`` (means) and ``digits`` of each bin that is
        not empty, in order of confidence.
    """
    confidence = probabilities.max(1)
    correct = probabilities.argmax(1) == labels
    # A confidence of exactly 1 belongs to the last bin.
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        {
            "confidence": float(confidence[bin_of == b].mean()),
            "accuracy": float(correct[bin_of == b].mean()),
            "digits": int((bin_of == b).sum()),
        }
        for b in np.unique(bin_of)
    ]


def calibration_error(rows):
    """Return the expected calibration error of `reliability`'s rows, 0 to 1."""
    gaps = [abs(r["confidence"] - r["accuracy"]) * r["digits"] for r in rows]
    return sum(gaps) / sum(r["digits"] for r in rows)


def score(probabilities, labels, bins):
    """Return one system's figures.

    Parameters
    ----------
    probabilities : ndarray of shape (n, 10)
    labels : ndarray of shape (n,)
    bins : int
        Bins of the calibration error.

    Returns
    -------
    dict
        errors, n_test, error_percent, ci_low, ci_high (percent), log_loss (nats),
        brier, ece.
    """
    errors = int((probabilities.argmax(1) != labels).sum())
    return {
        "errors": errors,
        "n_test": len(labels),
        **error_rate(errors, len(labels)),
        "log_loss": log_loss(probabilities, labels),
        "brier": brier(probabilities, labels),
        "ece": calibration_error(reliability(probabilities, labels, bins)),
    }


def label_noise_errors(predictions, labels):
    """Count errors on MNIST's test set under three readings of its labels.

    Parameters
    ----------
    predictions, labels : ndarray of shape (10000,)
        In MNIST's order.

    Returns
    -------
    dict of str to dict
        ``raw``, ``without_disputed`` and ``corrected``: ``errors`` and ``digits``.
    """
    kept = np.ones(len(labels), bool)
    kept[list(DISPUTED)] = False
    corrected = labels.copy()
    corrected[list(CORRECTED)] = list(CORRECTED.values())
    readings = {
        "raw": predictions != labels,
        "without_disputed": (predictions != labels)[kept],
        "corrected": predictions != corrected,
    }
    return {
        name: {"errors": int(wrong.sum()), "digits": len(wrong)}
        for name, wrong in readings.items()
    }
