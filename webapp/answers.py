"""Read pictures and digits into answers: what page, API and command line share."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from PIL import Image

from ensembles.pictures.reading import find_writing, read_picture, to_data_url
from ensembles.pictures.separators import DIGIT
from ensembles.serving.predictor import Prediction
from ensembles.serving.several import Surgeon
from ensembles.serving.thresholds import (
    BLANK,
    NOT_A_DIGIT,
    OK,
    UNSURE,
    Thresholds,
    are_unusual,
    judge,
    second_digits,
)

SLICE = 64
"""Digits that are predicted while holding a worker: a tenth of a second's work."""


@dataclass(frozen=True)
class Reading:
    """What was read in a picture.

    Attributes
    ----------
    picture : PIL.Image.Image
        Of a large file a smaller copy; boxes are of ``info["full_size"]``.
    answers : list of dict
        One for each digit or separator, by rows, left to right; a single one if nothing
        is drawn.
    left_out : list of dict
        What could be writing and was not read: its box and why.
    """

    picture: Image.Image
    answers: list[dict]
    left_out: list[dict]


class Reader:
    """Reads with an ensemble, within limits.

    Parameters
    ----------
    predictor : ensembles.serving.predictor.Predictor
    limits : webapp.limits.Limits

    Raises
    ------
    ValueError
        If the ensemble's card has thresholds that cannot be read.
    """

    def __init__(self, predictor, limits):
        self.predictor = predictor
        self.thresholds = Thresholds.of_card(predictor.card)
        self._limits = limits

    def read_file(self, content, deadline):
        """Read the digits of an image file.

        Parameters
        ----------
        content : bytes
        deadline : webapp.limits.Deadline

        Returns
        -------
        Reading

        Raises
        ------
        ensembles.pictures.reading.ImageError
            If it is no image that can be read.
        """
        with self._limits.work(deadline):
            picture = read_picture(content)
            writing = find_writing(picture)
        left_out = [{"box": list(one.box), "why": one.why} for one in writing.left_out]
        answers = self._read_found(writing.found, deadline) or [blank()]
        return Reading(picture, answers, left_out)

    def _read_found(self, found, deadline):
        """Return an answer for each digit or separator."""
        answers = [None if _is_digit(one) else [unread(one)] for one in found]
        digits = [one for one in found if _is_digit(one)]
        read = iter(self._read_marked(digits, deadline) if digits else [])
        return [
            answer
            for answers_of_one in answers
            for answer in (next(read) if answers_of_one is None else answers_of_one)
        ]

    def _read_marked(self, found, deadline):
        """Return the answers to each digit; of some that touch they are several."""

        def predict(digits):
            return self.predict(digits, deadline)

        prediction = predict(np.stack([one.digit for one in found]))
        pieces = Surgeon(predict, self.thresholds).cut_all(found, prediction)
        flat = [piece for one in pieces for piece in one]
        if len(flat) > len(found):
            prediction = predict(np.stack([one.digit for one in flat]))
        told = iter(self._tell_marked(flat, prediction))
        return [[next(told) for _ in one] for one in pieces]

    def _tell_marked(self, found, prediction):
        digits = np.stack([one.digit for one in found])
        boxes = [list(one.box) for one in found]
        answers = self._tell(digits, prediction, boxes)
        for one, answer in zip(found, answers, strict=True):
            if one.mark.doubtful and answer["status"] == OK:
                answer["status"] = UNSURE
        return [
            answer if _is_digit(one) else unread(one)
            for one, answer in zip(found, answers, strict=True)
        ]

    def read_digits(self, digits, deadline):
        """Read digits that are in MNIST's form already.

        Parameters
        ----------
        digits : ndarray of shape (n, 28, 28), uint8
        deadline : webapp.limits.Deadline

        Returns
        -------
        list of dict
            An answer for each.
        """
        drawn = digits.any((1, 2))
        prediction = self.predict(digits[drawn], deadline) if drawn.any() else None
        read = iter(self._tell(digits[drawn], prediction) if prediction else [])
        return [next(read) if one else blank() for one in drawn]

    def predict(self, digits, deadline):
        """Predict many digits on all workers, in turn with other requests.

        Returns
        -------
        ensembles.serving.predictor.Prediction
        """

        def predict_slice(start):
            with self._limits.work(deadline):
                return self.predictor.predict(digits[start : start + SLICE])

        starts = range(0, len(digits), SLICE)
        if len(starts) == 1:
            return predict_slice(0)
        with ThreadPoolExecutor(self._limits.settings.workers) as pool:
            parts = list(pool.map(predict_slice, starts))
        return Prediction(
            np.concatenate([part.probabilities for part in parts]),
            np.concatenate([part.members for part in parts], axis=1),
            _join([part.distances for part in parts]),
        )

    def statuses(self, prediction):
        """Return the status of each digit that was predicted."""
        return judge(prediction, self.thresholds)

    def _tell(self, digits, prediction, boxes=None):
        statuses = self.statuses(prediction)
        unusual = are_unusual(prediction, self.thresholds)
        return [
            {
                "kind": DIGIT.kind,
                "character": None,
                "digit": None if statuses[i] == NOT_A_DIGIT else int(top),
                "status": statuses[i],
                "probabilities": [
                    round(float(p), 6) for p in prediction.probabilities[i]
                ],
                "unusual": bool(unusual[i]),
                "agreement": round(float(prediction.agreement[i]), 4),
                "members": len(prediction.members),
                "second": int(second),
                "box": boxes[i] if boxes else None,
                "input": to_data_url(digits[i]),
            }
            for i, (top, second) in enumerate(
                zip(prediction.digits, second_digits(prediction), strict=True)
            )
        ]


def _join(parts):
    return None if parts[0] is None else np.concatenate(parts)


KEYS = (
    "kind",
    "character",
    "digit",
    "status",
    "probabilities",
    "unusual",
    "agreement",
    "members",
    "second",
    "box",
    "input",
)
"""Of an answer."""


def blank():
    """Return the answer to a picture in which nothing is drawn."""
    return dict.fromkeys(KEYS) | {"status": BLANK}


def unread(found):
    """Return the answer to what is not one digit: a separator, or several digits."""
    mark = found.mark
    return dict.fromkeys(KEYS) | {
        "kind": mark.kind,
        "character": mark.character,
        "status": OK if mark.character else UNSURE,
        "box": list(found.box),
        "input": to_data_url(found.digit),
    }


def _is_digit(found):
    return found.mark.kind == DIGIT.kind


def describe_model(predictor):
    """Return what the page and the API say of the ensemble."""
    errors = ("out_of_fold_error_percent", "test_error_percent")
    keys = ("dataset", "rule", *errors, "parameters", "sha256")
    described = {key: predictor.card.get(key) for key in keys}
    return described | {"members": len(predictor.card.get("members", []))}
