"""Digits that would be others if a gap in their strokes were closed are doubted."""

from dataclasses import replace

import numpy as np

from ensembles.pictures.mending import close_loops
from ensembles.pictures.mnist_form import even_strokes, fit_ink
from ensembles.pictures.separators import DIGIT, DOUBTFUL
from ensembles.serving.predictor import Prediction
from ensembles.serving.several import CUT_FAIR
from ensembles.serving.thresholds import OK, judge


def mend_torn(found, prediction, predict, thresholds):
    """Read digits anew whose loops are torn; what then differs is doubted.

    Parameters
    ----------
    found : list of ensembles.pictures.reading.Found
        What is to be answered, n of it.
    prediction : ensembles.serving.predictor.Prediction
        Of it.
    predict : callable
        From digits (m, 28, 28) to such a prediction.
    thresholds : ensembles.serving.thresholds.Thresholds

    Returns
    -------
    found : list of ensembles.pictures.reading.Found
    prediction : ensembles.serving.predictor.Prediction
        What is surer when mended is answered as that.
    """
    mended = {
        i: digit for i, one in enumerate(found) if (digit := _mend(one)) is not None
    }
    if not mended:
        return found, prediction
    places = np.array(list(mended))
    anew = predict(np.stack(list(mended.values())))
    before = prediction.probabilities[places].max(1)
    was_sure = np.array(judge(prediction, thresholds))[places] == OK
    is_sure = np.array(judge(anew, thresholds)) == OK
    differs = is_sure & (anew.digits != prediction.digits[places])
    chances = anew.probabilities.max(1)
    better = is_sure & (chances > before)
    better &= ~differs | (~was_sure & (chances >= CUT_FAIR))
    found = list(found)
    for i, doubted, one in zip(places, differs, better, strict=True):
        if doubted:
            found[i] = replace(found[i], mark=DOUBTFUL)
        if one:
            found[i] = replace(found[i], digit=mended[i])
    return found, _put(prediction, places[better], anew, better)


def _mend(one):
    """Return what was found with its loops closed, in MNIST's form, or None."""
    if one.ink is None or one.mark.kind != DIGIT.kind:
        return None
    closed = close_loops(one.ink)
    return None if closed is None else fit_ink(even_strokes(closed))


def _put(prediction, places, anew, chosen):
    """Return a prediction with some of another one's in its place."""
    probabilities, members = prediction.probabilities.copy(), prediction.members.copy()
    probabilities[places] = anew.probabilities[chosen]
    members[:, places] = anew.members[:, chosen]
    distances = prediction.distances
    if distances is not None:
        distances = distances.copy()
        distances[places] = anew.distances[chosen]
    return Prediction(probabilities, members, distances)
