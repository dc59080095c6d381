"""Named comparisons: one choice varied at a time around a plain network."""

import numpy as np
import pandas as pd

PLAIN = {"dropout": 0.0, "l2": 0.0, "normalise": False}
"""What is changed of the textbook's setting, so that each remedy shows what it does."""

REGULARISED = {"dropout": 0.4, "l2": 1e-5}


def name_comparisons(textbook):
    """List what is compared with what.

    Parameters
    ----------
    textbook : dict
        The setting of a family's first trial.

    Returns
    -------
    dict of str to dict of str to dict
        Comparison to variant to setting; a setting may stand in several.
    """
    plain = textbook | PLAIN
    rate, size = plain["learning_rate"], plain["batch_size"]
    sizes = (size // 4, size, size * 4)
    rates = {"too low": rate / 30, "right": rate, "too high": rate * 30}
    return {
        "normalisation": {"without": plain, "with": plain | {"normalise": True}},
        "regularisation": {"without": plain, "with": plain | REGULARISED},
        "learning_rate": {
            f"{what} ({_plainly(value)})": plain | {"learning_rate": value}
            for what, value in rates.items()
        },
        "batch_size": {str(one): plain | {"batch_size": one} for one in sizes},
    }


def _plainly(value):
    """Write a small number with two digits, and not as a power."""
    return np.format_float_positional(value, 2, fractional=False, trim="-")


def distinct(comparisons):
    """Return each setting once, a list of dict in the order of their mention."""
    found: list[dict] = []
    for variants in comparisons.values():
        found += [one for one in variants.values() if one not in found]
    return found


def tabulate(comparisons, outcomes):
    """Join the curves of all variants into one table.

    Parameters
    ----------
    comparisons : dict
        Of `name_comparisons`.
    outcomes : iterable of (Run, Outcome)
        Of each of `distinct`'s settings.

    Returns
    -------
    DataFrame
        ``comparison``, ``variant``, and a curve's columns.
    """
    curves = [(run.setting, outcome.curve) for run, outcome in outcomes]
    return pd.DataFrame(
        {"comparison": comparison, "variant": variant} | row
        for comparison, variants in comparisons.items()
        for variant, setting in variants.items()
        for known, curve in curves
        if known == setting
        for row in curve
    )
