"""Figures against hand-worked examples and independent implementations."""

import numpy as np
import pytest
import sklearn.metrics
from scipy.stats import beta

from ensembles import metrics


@pytest.fixture
def scored():
    rng = np.random.default_rng(0)
    labels = np.arange(500) % 10
    logits = rng.normal(size=(500, 10)) + 2.5 * np.eye(10)[labels]
    probabilities = np.exp(logits)
    return probabilities / probabilities.sum(1, keepdims=True), labels


@pytest.mark.parametrize(
    ("errors", "low", "high"),
    [(18, 0.107, 0.284), (13, 0.069, 0.222), (9, 0.041, 0.171)],
)
def test_intervals_of_the_published_records(errors, low, high):
    interval = metrics.error_interval(errors, 10_000)
    assert interval == pytest.approx((low, high), abs=6e-4)


def test_the_interval_is_that_of_the_beta_distribution():
    expected = beta.ppf(0.025, 7, 94), beta.ppf(0.975, 8, 93)
    assert metrics.error_interval(7, 100) == pytest.approx(
        [100 * e for e in expected], rel=1e-6
    )


@pytest.mark.parametrize(
    ("only_one", "only_other", "p"), [(0, 0, 1.0), (5, 0, 0.0625), (8, 2, 0.109375)]
)
def test_mcnemar_counts_only_where_the_systems_differ(only_one, only_other, p):
    one = np.array([True] * only_one + [False] * only_other + [True] * 50)
    other = np.array([False] * only_one + [True] * only_other + [True] * 50)
    assert metrics.mcnemar(one, other) == pytest.approx(p)
    assert metrics.mcnemar(other, one) == pytest.approx(p)


def test_log_loss_and_brier_score_are_those_of_scikit_learn(scored):
    probabilities, labels = scored
    figures = metrics.score(probabilities.astype(np.float32), labels, 15)
    assert figures["log_loss"] == pytest.approx(
        sklearn.metrics.log_loss(labels, probabilities), rel=1e-5
    )
    assert figures["brier"] == pytest.approx(
        sklearn.metrics.brier_score_loss(
            labels, probabilities, labels=range(10), scale_by_half=False
        ),
        rel=1e-5,
    )
    assert figures["errors"] == 500 - sklearn.metrics.accuracy_score(
        labels, probabilities.argmax(1), normalize=False
    )


def test_calibration_of_a_hand_worked_example():
    probabilities = np.zeros((4, 10))
    probabilities[:, 0] = [0.95, 0.95, 0.65, 0.65]
    probabilities[:, 1] = 1 - probabilities[:, 0]
    rows = metrics.reliability(probabilities, np.array([0, 0, 0, 1]), bins=10)
    assert [row["digits"] for row in rows] == [2, 2]
    assert [row["accuracy"] for row in rows] == [0.5, 1.0]
    # Half the digits are off by 0.15, the other half by 0.05.
    assert metrics.calibration_error(rows) == pytest.approx(0.1)


def test_full_confidence_has_a_bin():
    rows = metrics.reliability(np.eye(10), np.arange(10), bins=15)
    assert rows == [{"confidence": 1.0, "accuracy": 1.0, "digits": 10}]


def test_label_noise_is_read_in_three_ways():
    labels = np.zeros(10_000, int)
    labels[947], labels[2654] = 8, 6
    predictions = labels.copy()
    predictions[947] = 9  # right by human votes
    predictions[2654] = 1  # no digit at all
    predictions[5] = 7  # plainly wrong
    found = metrics.label_noise_errors(predictions, labels)
    assert found["raw"] == {"errors": 3, "digits": 10_000}
    assert found["without_disputed"] == {"errors": 1, "digits": 9_985}
    # The other nine corrected labels differ from this made-up prediction of 0,
    # but for the two whose vote is 0.
    assert found["corrected"] == {"errors": 2 + 7, "digits": 10_000}


def test_there_are_ten_corrected_and_fifteen_disputed_labels():
    assert len(metrics.CORRECTED) == 10
    assert len(set(metrics.DISPUTED)) == 15
