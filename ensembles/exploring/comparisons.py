"""Named comparisons: one choice varied at a time around a plain network."""

import numpy as np
import pandas as pd

from ensembles.exploring.families import FIXED

PLAIN = {"dropout": 0.0, "l2": 0.0, "normalise": False}
"""What is changed of the textbook's setting, so that each remedy shows what it does."""

REGULARISED = {"dropout": 0.4, "l2": 1e-5}

USUAL_RATES = {"sgd": 1e-2, "adam": 1e-3, "rmsprop": 1e-3}
"""Keras's own, for optimizers whose steps differ in length at the same rate."""

ACTIVATIONS = ("relu", "tanh", "sigmoid")


def name_comparisons(family):
    """List what is compared with what.

    Variants are named by what they are, not by what is expected of them.

    Parameters
    ----------
    family : Family

    Returns
    -------
    dict of str to dict of str to dict
        Comparison to variant to setting; a setting may stand in several.
    """
    plain = family.textbook | FIXED | PLAIN
    compared = {
        "normalisation": {"without": plain, "with": plain | {"normalise": True}},
        "regularisation": {"without": plain, "with": plain | REGULARISED},
        "optimizer": {
            f"{one} ({_name(rate)})": plain | {"optimizer": one, "learning_rate": rate}
            for one, rate in USUAL_RATES.items()
        },
    }
    for choice, values in _values(family, plain).items():
        compared[choice] = {_name(one): plain | {choice: one} for one in values}
    return compared


def _values(family, plain):
    rate, size = plain["learning_rate"], plain["batch_size"]
    values = {
        "learning_rate": (rate / 30, rate, rate * 30),
        "batch_size": (size // 4, size, size * 4),
        "activation": ACTIVATIONS,
    }
    if "pooling" in family.shape:
        values["pooling"] = family.shape["pooling"].choices
    return values


def _name(value):
    """Write a word as it is, a number with two digits, and not as a power."""
    if isinstance(value, str | int):
        return str(value)
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
