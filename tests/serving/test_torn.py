"""What would be another digit if a gap were closed is doubted."""

import numpy as np
import pytest

from ensembles.pictures.mnist_form import fit_ink
from ensembles.pictures.reading import Found
from ensembles.serving.predictor import Prediction
from ensembles.serving.thresholds import Thresholds
from ensembles.serving.torn import mend_torn

THRESHOLDS = Thresholds(unsure_below=0.9)


def torn(gap=10):
    """Return a ring with a gap, as found in a picture."""
    y, x = np.mgrid[:100, :100] - 50
    ink = (np.abs(np.hypot(y, x) - 40) <= 5) & ~((np.abs(y) < gap / 2) & (x > 0))
    ink = ink.astype(np.float32)
    return Found(fit_ink(ink), (0, 0, 100, 100), ink=ink)


def read_as(digit, chance):
    """Return a prediction of one digit."""
    probabilities = np.full((1, 10), (1 - chance) / 9, np.float32)
    probabilities[0, digit] = chance
    return Prediction(probabilities, probabilities[None])


@pytest.mark.parametrize(
    ("before", "after", "answered", "doubted"),
    [
        ((6, 0.97), (0, 0.99), 6, True),  # both sure: as it is, but doubted
        ((6, 0.60), (0, 0.99), 0, True),
        ((0, 0.60), (0, 0.99), 0, False),
        ((6, 0.97), (0, 0.60), 6, False),
    ],
)
def test_the_surer_reading_wins(before, after, answered, doubted):
    one, prediction = torn(), read_as(*before)
    (found,), got = mend_torn([one], prediction, lambda _: read_as(*after), THRESHOLDS)
    assert got.digits[0] == answered
    assert found.mark.doubt == ("torn" if doubted else None)
    assert prediction.digits[0] == before[0]


def test_whole_digits_are_not_asked_about():
    def predict(_):
        raise AssertionError

    whole, prediction = torn(gap=0), read_as(0, 0.5)
    found, got = mend_torn([whole], prediction, predict, THRESHOLDS)
    assert found == [whole]
    assert got is prediction
