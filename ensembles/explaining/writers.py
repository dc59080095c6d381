"""How exactly an error is known if the digits of a writer are taken together.

Digits of one hand are misread or read together, so that they tell less than as many
digits of as many hands.

References
----------
Rao and Scott (1992), "A simple method for the analysis of clustered binary data",
Biometrics 48, for the variance and the effective number.
Korn and Graubard (1998), "Confidence intervals for proportions with small expected
number of positive counts estimated from survey data", Survey Methodology 24, for the
exact interval of that number.
"""

import numpy as np
from scipy.stats import beta


def design_effect(wrong, writers):
    """Return how many times the variance is that of independent digits.

    Parameters
    ----------
    wrong : ndarray of bool of shape (n,)
        Which digits are misread; some are, and not all.
    writers : ndarray of shape (n,)
        Who wrote each; two at least.

    Returns
    -------
    float
        1 if the digits of a writer have no more in common than those of several.
    """
    _, of_digit, digits = np.unique(writers, return_inverse=True, return_counts=True)
    rate, number = wrong.mean(), len(digits)
    beyond = np.bincount(of_digit, weights=wrong) - rate * digits
    variance = number / (number - 1) * (beyond**2).sum() / len(wrong)
    return float(variance / (rate * (1 - rate)))


def error_interval(wrong, writers):
    """Return the 95 % interval of an error rate over writers, in percent.

    Parameters
    ----------
    wrong, writers
        As of `design_effect`.

    Returns
    -------
    low, high : float
        Clopper's and Pearson's interval of as many independent digits as tell as much.
        Where that would be more digits than there are, of these.
    """
    number = len(wrong) / max(design_effect(wrong, writers), 1)
    errors = wrong.mean() * number
    low = beta.ppf(0.025, errors, number - errors + 1)
    high = beta.ppf(0.975, errors + 1, number - errors)
    return 100 * float(low), 100 * float(high)
