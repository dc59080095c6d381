"""The checks that every baseline must pass, and what each one is."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.neighbors import KNeighborsClassifier

from ensembles.baselines.base import BASELINES, make_baseline
from ensembles.baselines.knn import deskew

QUICK = {"random_forest": {"trees": 20}, "mlp_800": {"hidden": 64, "epochs": 20}}


@pytest.fixture(params=BASELINES)
def name(request):
    return request.param


@pytest.fixture
def baseline(name):
    return make_baseline(name, **QUICK.get(name, {}))


@pytest.fixture(scope="module")
def split(labelled_digits):
    images, labels = labelled_digits
    return images[:600], labels[:600], images[600:800], labels[600:800]


@pytest.fixture(scope="module")
def fitted(split):
    """Return a baseline fitted on 600 digits, each trained once for this file."""
    cache = {}

    def fit(name):
        if name not in cache:
            quick = make_baseline(name, **QUICK.get(name, {}))
            cache[name] = quick.fit(*split[:2])
        return cache[name]

    return fit


def test_rows_are_probabilities(name, fitted, split):
    probabilities = fitted(name).predict_proba(split[2])
    assert probabilities.shape == (200, 10)
    assert probabilities.min() >= 0
    np.testing.assert_allclose(probabilities.sum(1), 1, atol=1e-6)


def test_it_learns(name, fitted, split):
    *_, images, labels = split
    assert (fitted(name).predict(images) == labels).mean() > 0.75


def test_the_prediction_is_the_most_probable_digit(name, fitted, split):
    images = split[2]
    probabilities = fitted(name).predict_proba(images)
    np.testing.assert_array_equal(fitted(name).predict(images), probabilities.argmax(1))


def test_permuting_the_digits_permutes_the_result(name, fitted, split):
    images = split[2][:50]
    order = np.random.default_rng(0).permutation(50)
    straight = fitted(name).predict_proba(images)
    permuted = fitted(name).predict_proba(images[order])
    np.testing.assert_allclose(permuted, straight[order], atol=1e-6)


def test_the_same_seed_gives_the_same_answers(name, baseline, fitted, split):
    again = clone(baseline).fit(*split[:2])
    np.testing.assert_allclose(
        again.predict_proba(split[2]), fitted(name).predict_proba(split[2]), atol=1e-6
    )


def test_it_survives_pickling(name, fitted, split):
    copy = pickle.loads(pickle.dumps(fitted(name)))
    np.testing.assert_array_equal(
        copy.predict_proba(split[2]), fitted(name).predict_proba(split[2])
    )


def test_fit_changes_neither_parameters_nor_data(baseline, split):
    images, labels = split[0][:100].copy(), split[1][:100].copy()
    before = baseline.get_params()
    assert baseline.fit(images, labels) is baseline
    assert baseline.get_params() == before
    np.testing.assert_array_equal(images, split[0][:100])


def test_a_class_that_was_not_seen_has_no_or_little_probability(baseline, split):
    images, labels = split[:2]
    few = np.isin(labels, [3, 8])
    probabilities = baseline.fit(images[few], labels[few]).predict_proba(images[few])
    assert probabilities.shape == (few.sum(), 10)
    assert probabilities[:, [3, 8]].sum(1).min() > 0.5


def test_predicting_before_fitting_is_an_error(baseline, split):
    with pytest.raises(NotFittedError):
        baseline.predict_proba(split[2])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda x, y: (x.astype(float), y), "uint8 array; got float64"),
        (lambda x, y: (np.full(x.shape, np.nan), y), "uint8 array; got float64"),
        (lambda x, y: (x[:, :20], y), "images must have the shape"),
        (lambda x, y: (x.reshape(len(x), -1), y), "images must have the shape"),
        (lambda x, y: (x.tolist(), y), "uint8 array; got list"),
        (lambda x, y: (x, y[:-1]), "labels must have the shape"),
        (lambda x, y: (x, y + 1), "labels must be 0 to 9"),
        (lambda x, y: (x, y / 2), "labels must be integers"),
        (lambda x, y: (x, np.full_like(y, 4)), "at least two classes"),
        (lambda x, y: (x[:0], y[:0]), "at least two classes"),
    ],
)
def test_bad_training_digits_are_refused(baseline, split, change, message):
    images, labels = change(split[0][:50], split[1][:50])
    with pytest.raises(ValueError, match=message):
        baseline.fit(images, labels)


def test_bad_digits_to_predict_are_refused(name, fitted, split):
    with pytest.raises(ValueError, match="images must"):
        fitted(name).predict_proba(split[2] / 255)


def test_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="unknown baseline 'knm'; known are knn"):
        make_baseline("knm")


def test_more_neighbours_than_digits_are_refused(split):
    with pytest.raises(ValueError, match=r"training digits \(20\); got 21"):
        make_baseline("knn", neighbours=21).fit(split[0][:20], split[1][:20])


def test_plain_knn_is_that_of_scikit_learn(split):
    images, labels, unseen, _ = split
    ours = make_baseline("knn", neighbours=5, deskew=False, blur=0.0)
    theirs = KNeighborsClassifier(5, weights="distance")
    theirs.fit(images.reshape(600, -1) / 1.0, labels)
    np.testing.assert_allclose(
        ours.fit(images, labels).predict_proba(unseen),
        theirs.predict_proba(unseen.reshape(200, -1) / 1.0),
        atol=1e-4,
    )


def test_deskewing_makes_a_slanted_bar_upright():
    slanted = np.zeros((28, 28), np.uint8)
    for row in range(4, 24):
        slanted[row, 22 - row // 2 : 25 - row // 2] = 255
    rows, columns = np.nonzero(deskew(slanted) > 127)
    before = np.corrcoef(*np.nonzero(slanted))[0, 1]
    assert abs(before) > 0.9
    assert abs(np.corrcoef(rows, columns)[0, 1]) < 0.1


def test_deskewing_leaves_a_blank_image_alone():
    blank = np.zeros((28, 28), np.uint8)
    np.testing.assert_array_equal(deskew(blank), blank)
