"""Errors and their intervals if digits of one hand are taken together."""

import itertools

import numpy as np
import pandas as pd

from ensembles.combining.temperature import temper
from ensembles.explaining import writers
from ensembles.members import on_disk
from pipeline.frame import files

MEMBERS = files.RELEASE / files.MEMBERS.name


def measure():
    """Measure the release's errors out of fold and on the test digits.

    Returns
    -------
    dict of str to dict
        ``out_of_fold`` and, on the test digits, ``released``: ``errors``, ``writers``,
        how many times the ``variance`` is that of independent digits, and the interval
        from ``low`` to ``high``, in percent. ``between_networks``: on how many digits
        of a fold one of two released networks alone errs, ``least`` and ``most``.
    """
    train = files.read_arrays(files.TRAIN, "labels", "writer", "fold")
    of_test = files.read_arrays(files.TEST, "writer")["writer"]
    card = files.read_json(files.RELEASE / files.ENSEMBLE_CARD.name)
    wrong = out_of_fold(card["members"], train).argmax(1) != train["labels"]
    return {
        "out_of_fold": describe(wrong, train["writer"]),
        "released": describe(misread("released", len(of_test)), of_test),
        "between_networks": between_networks(card["members"], train),
    }


def describe(wrong, hands):
    """Return what `measure` tells of one system."""
    low, high = writers.error_interval(wrong, hands)
    return {
        "errors": int(wrong.sum()),
        "writers": len(np.unique(hands)),
        "variance": writers.design_effect(wrong, hands),
        "low": low,
        "high": high,
    }


def misread(system, digits):
    """Return which test digits a system of the last run misreads, bool (digits,)."""
    errors = pd.read_csv(files.ERRORS)
    wrong = np.zeros(digits, bool)
    wrong[errors.loc[errors[system] != errors["label"], "index"]] = True
    return wrong


def out_of_fold(members, train):
    """Return the release's probabilities of training digits, by who had not seen them.

    Parameters
    ----------
    members : list of dict
        Of the release's card.
    train : dict of str to ndarray
        ``fold`` of each training digit.

    Returns
    -------
    ndarray of shape (n, 10)
    """
    answers = np.zeros((len(train["fold"]), 10))
    for member in members:
        own = on_disk.load_held_out(MEMBERS / member["name"])
        inside = train["fold"] == _fold_of(member)
        answers[inside] += member["weight"] * temper(own, member["temperature"])
    return answers


def between_networks(members, train):
    """Count what one of two networks alone misreads of the fold that neither saw."""
    apart = []
    for one, other in itertools.combinations(members, 2):
        if _fold_of(one) == _fold_of(other):
            labels = train["labels"][train["fold"] == _fold_of(one)]
            wrong, beside = (_misread_alone(m, labels) for m in (one, other))
            apart.append(int((wrong != beside).sum()))
    return {"least": min(apart), "most": max(apart)}


def _misread_alone(member, labels):
    return on_disk.load_held_out(MEMBERS / member["name"]).argmax(1) != labels


def _fold_of(member):
    return on_disk.load_card(MEMBERS / member["name"])["identity"]["held_out_fold"]
