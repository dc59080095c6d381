"""Digits that would be others if a gap in their strokes were closed are doubted."""

from dataclasses import replace

import numpy as np

from ensembles.pictures.mending import close_loops
from ensembles.pictures.mnist_form import even_strokes, fit_ink
from ensembles.pictures.separators import DIGIT, TORN, doubted
from ensembles.serving import predictions
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
    differs, better = _weigh(predictions.pick(prediction, places), anew, thresholds)
    found = list(found)
    for i in places[differs]:
        found[i] = replace(found[i], mark=doubted(TORN))
    for i in places[better]:
        found[i] = replace(found[i], digit=mended[i])
    return found, predictions.replace(
        prediction, places[better], predictions.pick(anew, better)
    )


def _weigh(before, anew, thresholds):
    """Tell what is surely another digit when mended, and what is better read then."""
    was_sure, is_sure = (
        np.array(judge(one, thresholds)) == OK for one in (before, anew)
    )
    chances = anew.probabilities.max(1)
    differs = is_sure & (anew.digits != before.digits)
    better = is_sure & (chances > before.probabilities.max(1))
    better &= ~differs | (~was_sure & (chances >= CUT_FAIR))
    return differs, better


def _mend(one):
    """Return what was found with its loops closed, in MNIST's form, or None."""
    if one.ink is None or one.mark.kind != DIGIT.kind:
        return None
    closed = close_loops(one.ink)
    return None if closed is None else fit_ink(even_strokes(closed))
