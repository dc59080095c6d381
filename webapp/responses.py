"""One response to all pictures of a request, as API and command line give it."""

from dataclasses import dataclass, replace
from itertools import groupby
from math import prod

from ensembles.serving.thresholds import OK, UNSURE
from webapp.answers import FILE, PICTURE, Answer, Reading, Refused, Unread
from webapp.schemas import COUNT, SHARE, STATUS, TEXT, described, optional


@dataclass(frozen=True, kw_only=True)
class Number:
    """A row of a picture as one string."""

    file: str | None = described(*FILE)
    picture: int = described(*PICTURE, default=0)
    row: int = described(COUNT, "of the picture, from 0 at the top", default=0)
    number: str | None = described(
        optional(TEXT), "digits and separators; null if one of them is not told"
    )
    probability: float | None = described(
        optional(SHARE), "that all its digits are right, if they err independently"
    )
    status: str = described(STATUS, "ok if all of the row is", default=UNSURE)


def respond(outcomes, model):
    """Join what was read in the pictures of a request.

    Parameters
    ----------
    outcomes : list of Reading or Refused
        In the order of the request.
    model : dict
        What is said of the ensemble.

    Returns
    -------
    dict
    """
    answers, left_out, errors = _number_pictures(outcomes)
    readings = [one for one in outcomes if isinstance(one, Reading)]
    scaled = [one.scaled_from for one in readings if one.scaled_from]
    return {
        "predictions": answers,
        "numbers": numbers_of(answers),
        "left_out": left_out,
        "errors": errors,
        "pixels_scaled_from": scaled[0] if scaled else None,
        "transposed": any(one.turned for one in readings),
        "model": model,
    }


def _number_pictures(outcomes):
    """Give each answer its file and its picture's number.

    Each digit of a file of digits is a picture of its own.
    """
    answers: list[Answer] = []
    left_out: list[Unread] = []
    errors: list[Refused] = []
    number = 0
    for one in outcomes:
        if isinstance(one, Refused):
            errors.append(replace(one, picture=number))
            number += 1
            continue
        answers += [
            replace(answer, file=one.name, picture=number + one.of_digits * i)
            for i, answer in enumerate(one.answers)
        ]
        left_out += [replace(u, file=one.name, picture=number) for u in one.left_out]
        number += len(one.answers) if one.of_digits else 1
    return answers, left_out, errors


def numbers_of(answers):
    """Return each row of some pictures as one string.

    Parameters
    ----------
    answers : list of Answer
        By pictures, and by rows in each.

    Returns
    -------
    list of Number
    """
    rows = groupby(answers, lambda one: (one.file, one.picture, one.row))
    return [
        _join_row(list(row), file, picture, number)
        for (file, picture, number), row in rows
        if number is not None
    ]


def _join_row(row, file, picture, number):
    signs = [one.sign for one in row]
    whole = None not in signs
    chances = [max(one.probabilities) for one in row if one.probabilities]
    return Number(
        file=file,
        picture=picture,
        row=number,
        number="".join(signs) if whole else None,
        probability=round(prod(chances), 6) if whole else None,
        status=OK if {one.status for one in row} == {OK} else UNSURE,
    )


def describe_model(predictor):
    """Return what the page and the API say of the ensemble."""
    errors = ("out_of_fold_error_percent", "test_error_percent")
    keys = ("dataset", "rule", *errors, "parameters", "sha256")
    described = {key: predictor.card.get(key) for key in keys}
    return described | {"members": len(predictor.card.get("members", []))}
