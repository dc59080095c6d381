"""From what was predicted of digits to answers."""

import numpy as np

from ensembles.pictures.reading import to_data_url
from ensembles.pictures.separators import DIGIT
from ensembles.serving.thresholds import (
    BLANK,
    CERTAIN,
    NOT_A_DIGIT,
    are_unusual,
    judge,
    second_digits,
)
from webapp.answers import Answer, blank


def statuses_of(prediction, thresholds):
    """Return what is said of digits, wherever it is said.

    Parameters
    ----------
    prediction : ensembles.serving.predictor.Prediction
        Without any probability of what is blank.
    thresholds : ensembles.serving.thresholds.Thresholds

    Returns
    -------
    list of str
    """
    told = judge(prediction, thresholds, CERTAIN)
    return np.where(prediction.probabilities.any(1), told, BLANK).tolist()


def of_prediction(digits, prediction, thresholds):
    """Return the answers to digits that were predicted.

    Parameters
    ----------
    digits : ndarray of shape (n, 28, 28), uint8
    prediction, thresholds
        As for `statuses_of`.

    Returns
    -------
    list of Answer
    """
    statuses = statuses_of(prediction, thresholds)
    unusual = are_unusual(prediction, thresholds)
    seconds, agreement = second_digits(prediction), prediction.agreement
    return [
        blank()
        if statuses[i] == BLANK
        else Answer(
            kind=DIGIT.kind,
            digit=None if statuses[i] == NOT_A_DIGIT else int(top),
            status=statuses[i],
            probabilities=[round(float(p), 6) for p in prediction.probabilities[i]],
            unusual=bool(unusual[i]),
            agreement=round(float(agreement[i]), 4),
            members=len(prediction.members),
            second=int(seconds[i]),
            input=to_data_url(digits[i]),
        )
        for i, top in enumerate(prediction.digits)
    ]
