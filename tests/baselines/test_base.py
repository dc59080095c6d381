import pickle
from dataclasses import MISSING, fields, is_dataclass

import numpy as np
import pytest
import shipped
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from ensembles.baselines.base import BASELINES, baseline_class, make_baseline, spread

SMALL = {
    "mlp_800": {"epochs": 3, "hidden": 16},
    "mlp_800_elastic": {"epochs": 3, "hidden": 16, "passes": 1},
    "random_forest": {"trees": 10},
    "cnn_romanuke": {"epochs": 20, "batch_size": 40, "passes": 1},
    "rmdl": {"dense": 1, "dense_width": 0.1, "recurrent": 0, "convolutional": 0},
}


@pytest.fixture(params=BASELINES, scope="module")
def name(request):
    return request.param


@pytest.fixture
def baseline(name):
    return shipped.make(name, **SMALL.get(name, {}))


@pytest.fixture(scope="module")
def fitted(name, digits):
    """Return a baseline that is fitted once for all tests that only predict."""
    return shipped.make(name, **SMALL.get(name, {})).fit(*digits)


@pytest.fixture(scope="module")
def digits():
    """Draw forty noisy digits, each with a block where no other has one."""
    rng = np.random.default_rng(0)
    labels = np.tile(np.arange(10), 4)
    images = rng.integers(0, 40, (40, 28, 28)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        top, left = 4 + 10 * (label // 5), 4 + 4 * (label % 5)
        image[top : top + 8, left : left + 4] = 255
    return images, labels


def test_a_baseline_is_registered_by_the_name_that_it_has(name):
    assert baseline_class(name).name == name
    assert list(BASELINES).count(name) == 1


def test_arguments_are_typed_and_have_no_defaults(name, baseline):
    kind = baseline_class(name)
    assert is_dataclass(kind)
    assert {entry.name for entry in fields(kind)} == set(baseline.get_params())
    for entry in fields(kind):
        assert entry.default is entry.default_factory is MISSING


def test_arguments_are_stored_as_they_came(name, baseline):
    given = baseline.get_params()
    again = make_baseline(name, **given)
    assert all(getattr(again, key) is value for key, value in given.items())


def test_a_copy_has_equal_arguments_and_nothing_learned(fitted):
    copy = clone(fitted)
    assert copy is not fitted
    assert copy.get_params() == fitted.get_params()
    assert vars(copy).keys() == fitted.get_params().keys()


def test_arguments_can_be_set(baseline):
    key, value = next(iter(baseline.get_params().items()))
    assert baseline.set_params(**{key: 2 * value}) is baseline
    assert baseline.get_params()[key] == 2 * value
    with pytest.raises(ValueError, match="Invalid parameter 'absent'"):
        baseline.set_params(absent=1)


OUT_OF_RANGE = {
    "knn": {"neighbours": 0},
    "random_forest": {"min_leaf": 0},
    "mlp_800": {"learning_rate": 0.0},
    "mlp_800_elastic": {"passes": 0},
    "linear": {"tolerance": 0.0},
    "pairwise_linear": {"penalty": -1.0},
    "knn_deformation": {"cells": 29},
    "svm": {"C": 0.0},
    "cnn_romanuke": {"weight_decay": 1.5},
    "rmdl": {"recurrent_width": 0.0},
}


def test_arguments_out_of_range_are_refused_however_they_come(name, baseline, digits):
    ((key, value),) = bad = OUT_OF_RANGE[name].items()
    with pytest.raises(ValueError, match=f"`{key}` must be from .*; got {value}"):
        shipped.make(name, **dict(bad))
    with pytest.raises(ValueError, match=f"`{key}` must be from .*; got {value}"):
        baseline.set_params(**dict(bad)).fit(*digits)


def test_probabilities_are_ten_per_digit_and_sum_to_one(fitted, digits):
    chances = fitted.predict_proba(digits[0][:7])
    assert chances.shape == (7, 10)
    assert chances.min() >= 0
    np.testing.assert_allclose(chances.sum(1), 1, atol=1e-5)


def test_the_prediction_is_the_most_probable(fitted, digits):
    chances = fitted.predict_proba(digits[0])
    np.testing.assert_array_equal(fitted.predict(digits[0]), chances.argmax(1))


def test_a_copy_learns_the_same_and_leaves_its_digits_as_they_came(fitted, digits):
    copy, given = clone(fitted), [part.copy() for part in digits]
    assert copy.fit(*given) is copy
    learned = copy.predict_proba(given[0])
    np.testing.assert_array_equal(learned, fitted.predict_proba(digits[0]))
    for part, original in zip(given, digits, strict=True):
        np.testing.assert_array_equal(part, original)


def test_a_pickled_baseline_predicts_the_same(fitted, digits):
    expected = fitted.predict_proba(digits[0])
    restored = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(restored.predict_proba(digits[0]), expected)


def test_each_digit_is_predicted_by_itself(fitted, digits):
    together = fitted.predict_proba(digits[0][:5])
    alone = [fitted.predict_proba(image[None])[0] for image in digits[0][:5]]
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_digits_that_are_not_seen_are_not_expected(baseline, digits):
    images, labels = digits
    inside = labels < 3
    chances = baseline.fit(images[inside], labels[inside]).predict_proba(images)
    assert chances[:, 3:].max() < 0.2


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((40, 784), np.uint8), r"must have the shape \(n, 28, 28\)"),
        (np.zeros((40, 32, 32), np.uint8), r"must have the shape \(n, 28, 28\)"),
        (np.full((40, 28, 28), np.nan), "must be a uint8 array; got float64"),
        ([[0] * 784] * 40, "must be a uint8 array; got list"),
    ],
)
def test_what_is_no_digit_is_refused(baseline, fitted, digits, images, message):
    with pytest.raises(ValueError, match=message):
        baseline.fit(images, digits[1])
    with pytest.raises(ValueError, match=message):
        fitted.predict_proba(images)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.zeros(40, int), "at least two classes; got 40 digits of 1"),
        (np.arange(39) % 10, r"must have the shape \(40,\)"),
        (np.arange(40) % 11, "must be 0 to 9; got 0 to 10"),
        (np.arange(40) % 10 - 1, "must be 0 to 9; got -1 to 8"),
        (np.linspace(0, 9, 40), "must be integers; got float64"),
    ],
)
def test_what_are_no_labels_is_refused(baseline, digits, labels, message):
    with pytest.raises(ValueError, match=message):
        baseline.fit(digits[0], labels)


def test_predicting_before_fitting_is_refused(baseline, digits):
    with pytest.raises(NotFittedError):
        baseline.predict_proba(digits[0])


@pytest.mark.parametrize("name", ["knn", "knn_deformation"])
def test_more_neighbours_than_digits_are_refused(name, digits):
    with pytest.raises(ValueError, match="`neighbours` must be from 1 to"):
        shipped.make(name, neighbours=41).fit(*digits)


def test_an_unknown_baseline_is_refused():
    with pytest.raises(ValueError, match="unknown baseline 'cnn'; known are knn, "):
        make_baseline("cnn")


def test_columns_are_spread_over_the_ten_digits():
    found = spread(np.array([[0.25, 0.75]]), np.array([3, 9]))
    assert found.tolist() == [[0, 0, 0, 0.25, 0, 0, 0, 0, 0, 0.75]]
