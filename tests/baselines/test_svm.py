import numpy as np
import pytest
import shipped


@pytest.fixture(scope="module")
def bars():
    """Draw noisy bars at three angles as digits 3, 6 and 8."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 60, (60, 28, 28)).astype(np.uint8)
    labels = np.tile([3, 6, 8], 20)
    for image, label in zip(images, labels, strict=True):
        if label == 3:
            image[5:23, 12:16] = 255
        elif label == 6:
            image[12:16, 5:23] = 255
        else:
            image[np.arange(5, 23), np.arange(5, 23)] = 255
    return images, labels


@pytest.fixture(scope="module")
def model(bars):
    return shipped.make("svm", deskew=False).fit(*bars)


def test_probabilities_agree_with_the_machines_own_votes(model, bars):
    images, labels = bars
    expected = model.model_.predict(model._features(images))
    np.testing.assert_array_equal(model.predict(images), expected)
    np.testing.assert_array_equal(expected, labels)


def test_unseen_digits_get_no_probability(model, bars):
    chances = model.predict_proba(bars[0])
    np.testing.assert_allclose(chances.sum(1), 1)
    assert chances[:, [0, 1, 2, 4, 5, 7, 9]].max() == 0
    assert (chances[:, [3, 6, 8]] > 0).all()


@pytest.mark.parametrize("pair", [(3, 6), (3, 8), (6, 8)])
def test_two_classes_alone_keep_their_sign(bars, pair):
    images, labels = bars
    inside = np.isin(labels, pair)
    model = shipped.make("svm").fit(images[inside], labels[inside])
    np.testing.assert_array_equal(model.predict(images[inside]), labels[inside])
