"""From what was found in a picture to answers: digits are predicted, some are cut."""

from dataclasses import replace

import numpy as np

from ensembles.pictures.reading import to_data_url
from ensembles.pictures.separators import DIGIT
from ensembles.serving import predictions
from ensembles.serving.several import BROAD, Surgeon
from ensembles.serving.thresholds import OK, UNSURE
from ensembles.serving.together import join_one
from ensembles.serving.torn import mend_torn
from webapp.answers import Answer
from webapp.predicted import of_prediction


def answer_found(found, predict, thresholds):
    """Answer each mark of a picture.

    Parameters
    ----------
    found : list of ensembles.pictures.reading.Found
    predict : callable
        From digits (n, 28, 28) to an `ensembles.serving.predictor.Prediction`.
    thresholds : ensembles.serving.thresholds.Thresholds

    Returns
    -------
    list of Answer
        In the order of `found`; several for digits that touch.
    """
    digits = [one for one in found if _is_digit(one)]
    read = iter(_answer_digits(digits, predict, thresholds) if digits else [])
    parts = [next(read) if _is_digit(one) else [_unread(one)] for one in found]
    answers = [answer for of_one in parts for answer in of_one]
    statuses = [answer.status for answer in answers]
    whole = join_one(found, statuses, predict, thresholds)
    return answers if whole is None else answer_found([whole], predict, thresholds)


def _answer_digits(found, predict, thresholds):
    """Return the answers to each digit; of some that touch they are several."""
    whole = predict(_stack(found))
    found, prediction = mend_torn(found, whole, predict, thresholds)
    pieces = Surgeon(predict, thresholds).cut_all(found, prediction)
    flat = [piece for one in pieces for piece in one]
    prediction = _of_pieces(pieces, prediction, predict)
    answers = iter(_answer_pieces(flat, prediction, thresholds))
    return [[next(answers) for _ in one] for one in pieces]


def _of_pieces(pieces, prediction, predict):
    """Return the prediction of all pieces; what was not cut is not predicted again."""
    fresh = [piece for one in pieces if len(one) > 1 for piece in one]
    if not fresh:
        return prediction
    both = predictions.join([prediction, predict(_stack(fresh))])
    order: list[int] = []
    next_fresh = len(pieces)
    for whole, one in enumerate(pieces):
        cut = len(one) > 1
        order += range(next_fresh, next_fresh + len(one)) if cut else [whole]
        next_fresh += len(one) if cut else 0
    return predictions.pick(both, order)


def _answer_pieces(found, prediction, thresholds):
    answers = of_prediction(_stack(found), prediction, thresholds)
    return [
        _place(one, answer) if _is_digit(one) else _unread(one)
        for one, answer in zip(found, answers, strict=True)
    ]


def _unread(found):
    """Return the answer to what is not one digit: a separator, or several digits."""
    mark = found.mark
    return Answer(
        row=found.row,
        kind=mark.kind,
        character=mark.character,
        status=OK if mark.character else UNSURE,
        box=list(found.box),
        input=to_data_url(found.digit),
    )


def _place(found, answer):
    """Return an answer with its place; what may be something else is unsure."""
    doubt = found.mark.doubt
    # Two 7s that touch are an unusual 7, and a certain one.
    several = answer.unusual and found.box[2] >= BROAD * found.box[3]
    status = UNSURE if (doubt or several) and answer.status == OK else answer.status
    placed = replace(answer, row=found.row, box=list(found.box), status=status)
    return replace(placed, doubt=doubt if status == UNSURE else None)


def _stack(found):
    return np.stack([one.digit for one in found])


def _is_digit(found):
    return found.mark.kind == DIGIT.kind
