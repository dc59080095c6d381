"""How the rule is chosen, and on which predictions."""

import numpy as np
import pytest

from ensembles.combining import out_of_fold
from ensembles.combining.combiners import MeanCombiner
from ensembles.combining.temperature import fit_temperature

RNG = np.random.default_rng(0)
N = 400


def test_cross_validation_never_fits_on_the_fold_it_combines():
    predictions = RNG.dirichlet(np.ones(10), size=(2, N))
    labels = np.arange(N) % 10
    folds = np.arange(N) // 10 % 4

    fitted_on = []

    class Recorder(MeanCombiner):
        def _fit(self, probabilities, labels):
            fitted_on.append(probabilities.shape[1])
            super()._fit(probabilities, labels)

    combined = out_of_fold.cross_validate(Recorder(), predictions, labels, folds)
    assert fitted_on == [300] * 4
    np.testing.assert_allclose(combined, predictions.mean(0))


@pytest.mark.parametrize(
    ("errors", "chosen"),
    [
        ({"mean": 110, "geometric_mean": 100, "greedy": 95}, "geometric_mean"),
        ({"mean": 104, "geometric_mean": 100, "greedy": 95}, "mean"),
        ({"mean": 200, "geometric_mean": 150, "greedy": 95}, "greedy"),
        ({"mean": 0, "greedy": 0}, "mean"),
    ],
)
def test_the_simplest_rule_within_one_standard_error_wins(errors, chosen):
    # The standard error of 95 errors in 10,000 is about 9.7.
    assert out_of_fold.choose_simplest(errors, 10_000) == chosen


def test_out_of_fold_predictions_are_means_of_those_that_did_not_see():
    folds = np.array([0, 1, 0, 1])
    rows = RNG.dirichlet(np.ones(10), size=(4, 2)).astype(np.float32)
    gathered = out_of_fold.gather_out_of_fold(list(rows), [0, 1, 0, 1], folds)
    np.testing.assert_allclose(gathered[[0, 2]], (rows[0] + rows[2]) / 2)
    np.testing.assert_allclose(gathered[[1, 3]], (rows[1] + rows[3]) / 2)


def test_a_fold_that_nobody_left_out_is_an_error():
    folds = np.array([0, 1, 2])
    rows = [np.full((1, 10), 0.1)] * 2
    with pytest.raises(ValueError, match=r"no member left out the folds \[2\]"):
        out_of_fold.gather_out_of_fold(rows, [0, 1], folds)


def test_a_temperature_never_sees_the_fold_that_it_tempers():
    folds, labels = np.arange(N) % 4, np.arange(N) // 4 % 10
    sure = np.where(np.eye(10, dtype=bool)[labels], 0.55, 0.05).astype(np.float32)
    members = [sure[folds == fold] for fold in range(4)], range(4)
    tempered, _ = out_of_fold.temper_out_of_fold(*members, labels, folds)
    assert (tempered.max(1) > 0.9).all()  # all are right, so surer is truer
    labels[folds == 2] = (labels[folds == 2] + 1) % 10
    changed, temperature = out_of_fold.temper_out_of_fold(*members, labels, folds)
    np.testing.assert_array_equal(changed[folds == 2], tempered[folds == 2])
    assert (changed[folds != 2].max(1) < 0.9).all()
    raw = out_of_fold.gather_out_of_fold(*members, folds)
    assert temperature == fit_temperature(raw, labels)
