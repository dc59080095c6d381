"""The invariants that every combiner must pass, and what each one is."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.metrics import log_loss as sklearn_log_loss

from ensembles.combining import combiners
from ensembles.combining.combiners import COMBINERS

N = 400


def make_predictions(strengths, n=N, seed=0):
    """Make labels and noisy probabilities; a higher strength is a better system."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 10
    logits = rng.normal(size=(len(strengths), n, 10))
    logits += np.reshape(strengths, (-1, 1, 1)) * np.eye(10)[labels]
    shares = np.exp(logits)
    return shares / shares.sum(2, keepdims=True), labels


@pytest.fixture(params=COMBINERS)
def combiner(request):
    return COMBINERS[request.param]()


def test_rows_are_probabilities(combiner):
    predictions, labels = make_predictions([2.0, 3.0, 1.0])
    combined = combiner.fit(predictions, labels).predict_proba(predictions)
    assert combined.shape == (N, 10)
    assert combined.min() >= 0
    np.testing.assert_allclose(combined.sum(1), 1, atol=1e-9)


def test_fit_returns_the_combiner_and_changes_no_input(combiner):
    predictions, labels = make_predictions([2.0, 3.0])
    before = predictions.copy()
    assert combiner.fit(predictions, labels) is combiner
    np.testing.assert_array_equal(predictions, before)


def test_permuting_the_digits_permutes_the_result(combiner):
    predictions, labels = make_predictions([2.0, 3.0])
    order = np.random.default_rng(1).permutation(N)
    combiner.fit(predictions, labels)
    straight = combiner.predict_proba(predictions)
    permuted = combiner.predict_proba(predictions[:, order])
    np.testing.assert_allclose(permuted, straight[order], atol=1e-12)


def test_permuting_the_systems_changes_nothing(combiner):
    predictions, labels = make_predictions([2.0, 3.0, 1.0])
    straight = combiner.fit(predictions, labels).predict_proba(predictions)
    turned = predictions[::-1]
    reverse = clone(combiner).fit(turned, labels).predict_proba(turned)
    np.testing.assert_allclose(reverse, straight, atol=2e-3)


def test_equal_systems_are_combined_to_what_each_says(combiner):
    predictions, labels = make_predictions([2.0])
    combiner.fit(np.repeat(predictions, 3, axis=0), labels)
    combined = combiner.predict_proba(np.repeat(predictions, 3, axis=0))
    if isinstance(combiner, combiners.StackingCombiner):
        # A regression calibrates anew: the order of the classes may move a little.
        assert (combined.argmax(1) == predictions[0].argmax(1)).mean() > 0.9
    else:
        np.testing.assert_allclose(combined, predictions[0], atol=1e-6)


def test_the_same_data_give_the_same_rule(combiner):
    predictions, labels = make_predictions([2.0, 3.0])
    first = clone(combiner).fit(predictions, labels).predict_proba(predictions)
    again = clone(combiner).fit(predictions, labels).predict_proba(predictions)
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize(
    ("probabilities", "labels", "message"),
    [
        (np.full((2, 3), 0.1), [0, 1, 2], "shape"),
        (np.full((1, 3, 9), 1 / 9), [0, 1, 2], "shape"),
        (np.zeros((0, 3, 10)), [0, 1, 2], "none of them 0"),
        (np.full((1, 3, 10), 0.2), [0, 1, 2], "sum to one"),
        (np.full((1, 3, 10), np.nan), [0, 1, 2], "finite"),
        (np.full((1, 3, 10), 0.1), [0, 1], "labels must have the shape"),
        (np.full((1, 3, 10), 0.1), [0, 1, 10], "labels must be 0 to 9"),
        (np.full((1, 3, 10), 0.1), [0.0, 1.0, 2.0], "integers"),
    ],
)
def test_what_is_malformed_is_refused(combiner, probabilities, labels, message):
    with pytest.raises(ValueError, match=message):
        combiner.fit(probabilities, np.asarray(labels))


def test_another_number_of_systems_than_in_fit_is_refused(combiner):
    predictions, labels = make_predictions([2.0, 3.0])
    combiner.fit(predictions, labels)
    with pytest.raises(ValueError, match="expected 2 systems"):
        combiner.predict_proba(predictions[:1])


def test_the_mean_is_the_mean():
    predictions, labels = make_predictions([1.0, 2.0, 3.0])
    combiner = COMBINERS["mean"]().fit(predictions, labels)
    expected = (predictions[0] + predictions[1] + predictions[2]) / 3
    np.testing.assert_allclose(combiner.predict_proba(predictions), expected)


def test_the_geometric_mean_of_a_hand_worked_example():
    one = np.array([0.8, 0.2] + [0] * 8) * (1 - 8e-7) + 0
    one = np.where(one == 0, 1e-7, one)
    two = np.where(one == one[0], one[1], np.where(one == one[1], one[0], one))
    combiner = COMBINERS["geometric_mean"]().fit(
        np.stack([one, two])[:, None], np.array([0])
    )
    combined = combiner.predict_proba(np.stack([one, two])[:, None])[0]
    # The square roots of 0.8 × 0.2 are equal, so both classes share the whole.
    assert combined[:2] == pytest.approx([0.5, 0.5], abs=1e-5)


def test_the_simplex_weights_are_no_worse_than_a_fine_grid():
    predictions, labels = make_predictions([1.0, 2.5], n=1000)
    combiner = COMBINERS["simplex"]().fit(predictions, labels)
    assert combiner.weights_.sum() == pytest.approx(1)
    assert (combiner.weights_ >= 0).all()
    grid = [
        sklearn_log_loss(labels, w * predictions[0] + (1 - w) * predictions[1])
        for w in np.linspace(0, 1, 201)
    ]
    ours = sklearn_log_loss(labels, combiner.predict_proba(predictions))
    assert ours <= min(grid) + 1e-6


def test_greedy_selection_takes_the_best_system_first():
    predictions, labels = make_predictions([1.0, 4.0, 2.0])
    assert COMBINERS["greedy"](rounds=1).fit(predictions, labels).weights_.tolist() == [
        0,
        1,
        0,
    ]


def test_greedy_selection_refuses_no_rounds():
    predictions, labels = make_predictions([1.0])
    with pytest.raises(ValueError, match="`rounds` must be at least 1; got 0"):
        COMBINERS["greedy"](rounds=0).fit(predictions, labels)


def test_stacking_learns_what_a_mean_cannot():
    # The second system names the class after the true one, reliably.
    predictions, labels = make_predictions([1.0])
    shifted = np.full((N, 10), 0.01)
    shifted[np.arange(N), (labels + 1) % 10] = 0.91
    systems = np.stack([predictions[0], shifted])
    half = N // 2
    stacking = COMBINERS["stacking"]().fit(systems[:, :half], labels[:half])
    wrong = stacking.predict(systems[:, half:]) != labels[half:]
    mean = systems.mean(0)[half:].argmax(1) != labels[half:]
    assert wrong.mean() < 0.02 < mean.mean()


def test_stacking_needs_every_class():
    predictions, _ = make_predictions([1.0])
    with pytest.raises(ValueError, match=r"none of \[9\]"):
        COMBINERS["stacking"]().fit(predictions, np.arange(N) % 9)
