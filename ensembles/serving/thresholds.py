"""What to say of a prediction: sure, unsure, or that it is no digit at all.

References
----------
Lakshminarayanan, Pritzel and Blundell (2017), "Simple and scalable predictive
uncertainty estimation using deep ensembles".
"""

from dataclasses import dataclass

import numpy as np

OK, UNSURE, BLANK, NOT_A_DIGIT = "ok", "unsure", "blank", "not_a_digit"

UNSURE_BELOW = 0.9
"""Where a card names no threshold: by its own word one answer in ten is wrong."""

CERTAIN = 0.9985
"""What is this probable need not be doubted for being unusual: a hand or pen drew it
that MNIST does not know. Of printed letters and of scribbles one in a hundred is so."""


@dataclass(frozen=True)
class Thresholds:
    """From where on an answer is doubted.

    Attributes
    ----------
    unsure_below : float
        An answer that is less probable is unsure.
    unsure_beyond : float or None
        What is at a greater distance from the training digits is unusual: an answer
        about it is unsure, however probable. None: nothing is unusual.
    strange_above : float or None
        What is unusual and has a higher `strangeness` is no digit. None: everything
        is one.
    """

    unsure_below: float = UNSURE_BELOW
    unsure_beyond: float | None = None
    strange_above: float | None = None

    @classmethod
    def of_card(cls, card):
        """Read the key ``thresholds`` of an ensemble's card, if it has one.

        Raises
        ------
        ValueError
            If one is not a number, or a key is unknown.
        """
        given = card.get("thresholds") or {}
        known = cls.__dataclass_fields__
        for name, value in given.items():
            if name not in known:
                raise ValueError(
                    f"the card's thresholds may be {', '.join(known)}; got {name!r}"
                )
            if not isinstance(value, int | float | None):
                raise ValueError(f"the card's `{name}` must be a number; got {value!r}")
        return cls(**given)


def strangeness(prediction):
    """Return how little the members know of each picture, in nats.

    The mean entropy of the members' probabilities: 0 if each is certain, log 10 if
    none has any idea. It knows only what the members say, so what they all take for
    a digit with certainty is not strange to it, be it a letter.

    Parameters
    ----------
    prediction : ensembles.serving.predictor.Prediction

    Returns
    -------
    ndarray of shape (n,)
    """
    probabilities = prediction.members.astype(np.float64)
    logarithms = np.log(np.maximum(probabilities, np.finfo(float).tiny))
    return -(probabilities * logarithms).sum(2).mean(0)


def set_thresholds(prediction, labels, accepted_error, refused, doubted):
    """Set the thresholds on digits that the members did not see in training.

    Parameters
    ----------
    prediction : ensembles.serving.predictor.Prediction
        Of n digits.
    labels : ndarray of shape (n,)
        True digits.
    accepted_error : float
        Share of wrong answers that those which are not doubted may have.
    refused : float
        Share of the digits that may be taken for no digit.
    doubted : float
        Share of the digits that may be unusual, the refused among them.

    Returns
    -------
    Thresholds
        Of those that keep to these shares, the ones that doubt least and refuse most.

    Raises
    ------
    ValueError
        If more are to be refused than may be unusual.

    References
    ----------
    El-Yaniv and Wiener (2010), "On the foundations of noise-free selective
    classification", JMLR 11, for error against coverage.
    """
    if refused > doubted:
        raise ValueError(
            f"`refused` must be at most `doubted` ({doubted:g}); got {refused:g}"
        )
    beyond = np.quantile(prediction.distances, 1 - doubted)
    unusual = prediction.distances > beyond
    # The strangeness that so many exceed among the unusual, for the rest counts not.
    strange = np.where(unusual, strangeness(prediction), 0)
    return Thresholds(
        unsure_below=_least_confidence(prediction, labels, accepted_error),
        unsure_beyond=float(beyond),
        strange_above=float(np.quantile(strange, 1 - refused)),
    )


def _least_confidence(prediction, labels, accepted_error):
    """Return how probable answers must be, that so large a share of them is wrong."""
    confidence = prediction.probabilities.max(1)
    surest_first = np.argsort(-confidence, kind="stable")
    wrong = (prediction.digits != labels)[surest_first]
    errors = wrong.cumsum() / np.arange(1, len(wrong) + 1)
    within = np.flatnonzero(errors <= accepted_error)
    return float(confidence[surest_first[within[-1]]]) if len(within) else 1.0


def second_digits(prediction):
    """Return the second candidates, shape (n,)."""
    others = prediction.probabilities.copy()
    np.put_along_axis(others, prediction.digits[:, None], -1, axis=1)
    return others.argmax(1)


def judge(prediction, thresholds, certain_from=np.inf):
    """Return the status of each picture: ok, unsure or not_a_digit.

    Parameters
    ----------
    prediction : ensembles.serving.predictor.Prediction
    thresholds : Thresholds
    certain_from : float
        What is so probable is not doubted for being unusual.

    Returns
    -------
    list of str
    """
    unusual = are_unusual(prediction, thresholds)
    chances = prediction.probabilities.max(1)
    unsure = chances < thresholds.unsure_below
    unsure |= unusual & (chances < certain_from)
    strange_above = thresholds.strange_above
    strange = strange_above is not None and strangeness(prediction) > strange_above
    return np.select([unusual & strange, unsure], [NOT_A_DIGIT, UNSURE], OK).tolist()


def are_unusual(prediction, thresholds):
    """Tell which pictures are unlike most training digits, bool of shape (n,)."""
    beyond = thresholds.unsure_beyond
    if beyond is None or prediction.distances is None:
        return np.zeros(len(prediction.digits), bool)
    return prediction.distances > beyond
