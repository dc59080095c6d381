"""A temperature against the logits it divides, and digits made to need one."""

import numpy as np
import pytest
from scipy.special import softmax

from ensembles.combining.temperature import LEAST, MOST, fit_temperature, temper

RNG = np.random.default_rng(0)
LOGITS = 3 * RNG.normal(size=(20_000, 10))


@pytest.mark.parametrize("temperature", [0.3, 1.0, 4.0])
def test_a_temperature_divides_the_logits(temperature):
    got = temper(softmax(LOGITS, axis=1), temperature)
    np.testing.assert_allclose(got, softmax(LOGITS / temperature, axis=1), rtol=1e-9)


def test_single_precision_stays():
    got = temper(softmax(LOGITS[:100].astype(np.float32), axis=1), LEAST)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got.sum(1), 1, rtol=1e-6)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_the_temperature_that_makes_it_true_is_found(temperature):
    truth = softmax(LOGITS / temperature, axis=1)
    labels = (RNG.random((len(truth), 1)) > truth.cumsum(1)).sum(1).clip(0, 9)
    found = fit_temperature(softmax(LOGITS, axis=1), labels)
    assert found == pytest.approx(temperature, rel=0.03)


def test_the_temperature_stays_within_its_range():
    probabilities = softmax(LOGITS[:100], axis=1)
    right, wrong = probabilities.argmax(1), probabilities.argmin(1)
    assert fit_temperature(probabilities, right) == pytest.approx(LEAST, rel=0.01)
    assert fit_temperature(probabilities, wrong) == pytest.approx(MOST, rel=0.01)
