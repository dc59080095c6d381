from functools import partial

import numpy as np
import pytest
import shipped
from sklearn.linear_model import Ridge

from ensembles.baselines.pairwise import fit_units

make = partial(shipped.make, "pairwise_linear", penalty=1.0)


@pytest.fixture
def digits():
    """Draw noisy digits of three classes, each with a block of its own."""
    rng = np.random.default_rng(0)
    labels = np.repeat([2, 5, 7], 20)
    images = rng.integers(0, 120, (60, 28, 28)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[10:18, 2 * label : 2 * label + 4] += 100
    return images, labels


def test_units_are_ridge_regressions_on_plus_and_minus_one():
    rng = np.random.default_rng(0)
    classes = np.repeat([0, 1, 2], 30)
    pixels = rng.normal(size=(90, 5)) + classes[:, None]
    units = fit_units(np.hstack([pixels, np.ones((90, 1))]), classes, penalty=0.1)
    for unit, (one, other) in zip(units.T, [(0, 1), (0, 2), (1, 2)], strict=True):
        inside = (classes == one) | (classes == other)
        sides = np.where(classes[inside] == one, 1.0, -1.0)
        ridge = Ridge(alpha=0.1 * 60).fit(pixels[inside], sides)
        np.testing.assert_allclose(unit, [*ridge.coef_, ridge.intercept_], rtol=1e-8)


def test_the_score_is_the_papers(digits):
    images, labels = digits
    model = make(deskew=False).fit(images, labels)
    pixels = np.hstack([images.reshape(60, -1) / 255, np.ones((60, 1))])
    unit = {}
    for column, pair in enumerate([(2, 5), (2, 7), (5, 7)]):
        unit[pair] = np.clip(pixels @ model.weights_[:, column], -1, 1)
    scores = {
        2: unit[2, 5] + unit[2, 7],
        5: unit[5, 7] - unit[2, 5],
        7: -unit[2, 7] - unit[5, 7],
    }
    expected = np.stack(list(scores.values()), axis=1)
    chances = model.predict_proba(images)
    np.testing.assert_array_equal(chances[:, [2, 5, 7]].argmax(1), expected.argmax(1))
    ratio = np.log(chances[:, 2] / chances[:, 5])
    difference = expected[:, 0] - expected[:, 1]
    np.testing.assert_allclose(ratio, model.sharpness_ * difference, atol=1e-6)


def test_unseen_digits_get_no_probability(digits):
    chances = make().fit(*digits).predict_proba(digits[0])
    assert chances[:, [0, 1, 3, 4, 6, 8, 9]].max() == 0
    np.testing.assert_allclose(chances.sum(1), 1)
