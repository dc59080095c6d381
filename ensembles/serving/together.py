"""Marks that are one digit together, for the networks know it, and none of them."""

from ensembles.pictures.pieces import join_found
from ensembles.pictures.separators import JOINED, doubted
from ensembles.serving.several import LETTER, SURE
from ensembles.serving.thresholds import OK, UNSURE, judge

MOST_PARTS = 3
"""A digit falls into no more."""


def join_one(found, statuses, predict, thresholds):
    """Return all that a picture holds as one digit, or None if it is not.

    The parts of a digit that fell apart farther than two digits stand from each other
    are told from these by recognition: not all of them are digits for sure, and the
    whole is, and a usual one if any of them is.

    Parameters
    ----------
    found : list of ensembles.pictures.reading.Found
        Digits and separators.
    statuses : list of str
        What is said of them.
    predict : callable
        From digits (n, 28, 28) to an `ensembles.serving.predictor.Prediction`.
    thresholds : ensembles.serving.thresholds.Thresholds

    Returns
    -------
    ensembles.pictures.reading.Found or None
        Doubted, for it may be several after all.
    """
    if not 2 <= len(found) <= MOST_PARTS or all(one == OK for one in statuses):
        return None
    if any(one.ink is None for one in found):
        return None
    whole = join_found(found, doubted(JOINED))
    if whole.box[2] >= LETTER * whole.box[3]:
        return None
    prediction = predict(whole.digit[None])
    (status,) = judge(prediction, thresholds)
    likely = status == OK or (status == UNSURE and OK not in statuses)
    return whole if likely and prediction.probabilities.max() >= SURE else None
