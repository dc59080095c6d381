"""Intervals over writers against cases that are known, and against drawing anew."""

import numpy as np
import pytest

from ensembles import metrics
from ensembles.explaining import writers

LITTERS = {
    1.232495: (
        "13/13 12/12 9/9 9/9 8/8 8/8 12/13 11/12",
        "9/10 9/10 8/9 11/13 4/5 5/7 7/10 7/10",
    ),
    3.952861: (
        "12/12 11/11 10/10 9/9 10/11 9/10 9/10 8/9",
        "8/9 4/5 7/9 4/7 5/10 3/6 3/10 0/7",
    ),
}
"""Rats that lived, of those born, by the litter (Weil, 1970), and the effect that R's
package PF finds in both groups of Rao's and Scott's first table."""


@pytest.mark.parametrize("effect", LITTERS)
def test_the_design_effect_is_that_of_rao_and_scott(effect):
    told = " ".join(LITTERS[effect]).split()
    pairs = [tuple(map(int, litter.split("/"))) for litter in told]
    lived = np.concatenate([np.arange(born) < alive for alive, born in pairs])
    litters = np.repeat(np.arange(len(pairs)), [born for _, born in pairs])
    assert writers.design_effect(lived, litters) == pytest.approx(effect, abs=1e-6)


def draw(seed, hands=300, rate=0.02, spread=1.0):
    """Draw digits of hands, some of which are misread more often than others."""
    rng = np.random.default_rng(seed)
    digits = rng.integers(10, 60, hands)
    chance = rate * rng.gamma(1 / spread, spread, hands)
    of_digit = np.repeat(np.arange(hands), digits)
    return rng.random(len(of_digit)) < chance[of_digit], of_digit


def test_of_a_digit_for_each_writer_it_is_the_exact_interval():
    wrong = np.arange(1000) < 13
    assert writers.design_effect(wrong, np.arange(1000)) == pytest.approx(1, abs=2e-3)
    assert writers.error_interval(wrong, np.arange(1000)) == pytest.approx(
        metrics.error_interval(13, 1000), rel=5e-3
    )


def test_digits_that_are_misread_together_count_as_one():
    wrong, hands = np.repeat(np.arange(1000) < 13, 5), np.repeat(np.arange(1000), 5)
    assert writers.design_effect(wrong, hands) == pytest.approx(5, rel=2e-3)
    assert writers.error_interval(wrong, hands) == pytest.approx(
        metrics.error_interval(13, 1000), rel=5e-3
    )


def test_writers_alike_do_not_narrow_the_interval():
    wrong, hands = np.tile(np.arange(50) < 1, 20), np.repeat(np.arange(20), 50)
    assert writers.design_effect(wrong, hands) == 0
    assert writers.error_interval(wrong, hands) == pytest.approx(
        metrics.error_interval(20, 1000)
    )


def test_the_variance_is_that_of_writers_drawn_anew():
    wrong, hands = draw(0)
    errors = np.bincount(hands, weights=wrong)
    digits = np.bincount(hands)
    rng = np.random.default_rng(1)
    drawn = rng.integers(0, len(digits), (4000, len(digits)))
    rates = errors[drawn].sum(1) / digits[drawn].sum(1)
    independent = wrong.mean() * (1 - wrong.mean()) / len(wrong)
    effect = writers.design_effect(wrong, hands)
    assert effect == pytest.approx(rates.var() / independent, rel=0.1)
    assert effect > 1.3


def test_the_interval_holds_the_truth_where_the_exact_one_often_does_not():
    kept = {"writers": 0, "digits": 0}
    for seed in range(200):
        wrong, hands = draw(seed)
        found = {
            "writers": writers.error_interval(wrong, hands),
            "digits": metrics.error_interval(int(wrong.sum()), len(wrong)),
        }
        for name, (low, high) in found.items():
            kept[name] += low < 2 < high
    assert kept["digits"] < 0.93 * 200 <= kept["writers"]
