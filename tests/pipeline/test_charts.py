"""Charts say no more than their intervals do."""

import pandas as pd
import pytest
from scipy.stats import beta

from ensembles import metrics
from pipeline import charts


def by_digit(*errors):
    rows = [
        {"digit": digit, **metrics.error_rate(wrong, 1000)}
        for digit, wrong in enumerate(errors)
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("errors", "told"),
    [
        ((1, 6, 2), "No digit is surely the hardest: the intervals overlap"),
        ((1, 60, 2), "1 is hardest: 6.00 %"),
        ((40, 60, 2), "No digit is surely the hardest: the intervals overlap"),
    ],
)
def test_a_digit_is_the_hardest_only_beyond_all_other_intervals(errors, told):
    figure = charts.errors_by_digit(by_digit(*errors))
    assert figure.axes[0].get_title() == told


def test_the_reliability_diagram_has_exact_intervals():
    rows = pd.DataFrame(
        {"confidence": [0.5, 0.8], "accuracy": [0.75, 1.0], "digits": [8, 20]}
    )
    axes = charts.reliability(rows).axes[0]
    *_, bars = axes.collections
    (one, other) = ([tuple(end) for end in bar] for bar in bars.get_segments())
    low, high = beta.ppf(0.025, 6, 3), beta.ppf(0.975, 7, 2)
    assert one == [(0.5, pytest.approx(low)), (0.5, pytest.approx(high))]
    assert other == [(0.8, pytest.approx(0.025 ** (1 / 20))), (0.8, pytest.approx(1))]
