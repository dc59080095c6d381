"""Predictions of some digits, and of several lots of digits after each other."""

import numpy as np

from ensembles.serving.predictor import Prediction


def pick(prediction, places):
    """Return the prediction of the digits at these places, in their order."""
    distances = prediction.distances
    return Prediction(
        prediction.probabilities[places],
        prediction.members[:, places],
        None if distances is None else distances[places],
    )


def join(parts):
    """Join the predictions of digits after each other."""
    distances = [part.distances for part in parts]
    return Prediction(
        np.concatenate([part.probabilities for part in parts]),
        np.concatenate([part.members for part in parts], axis=1),
        None if distances[0] is None else np.concatenate(distances),
    )


def replace(prediction, places, anew):
    """Return a prediction with another one of the digits at these places."""
    order = np.arange(len(prediction.probabilities))
    order[places] = len(order) + np.arange(len(places))
    return pick(join([prediction, anew]), order)
