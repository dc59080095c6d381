"""The detector of novelty, against Gaussians that are known."""

import numpy as np
import pytest
from scipy.spatial.distance import mahalanobis

from ensembles.serving import novelty
from ensembles.serving.novelty import NoveltyDetector, describe


@pytest.fixture(scope="module")
def detector(labelled_digits):
    images, labels = labelled_digits
    return NoveltyDetector.fit(describe(images), labels)


def test_distance_is_mahalanobis_in_the_components_and_scaled_outside(monkeypatch):
    """Two classes in the plane, and a third direction of little variance."""
    monkeypatch.setattr(novelty, "COMPONENTS", 2)
    monkeypatch.setattr(novelty, "SHRINKAGE", 0.0)
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], 500)
    features = rng.standard_normal((1000, 3)) * [2.0, 1.0, 1e-3]
    features[:, :2] += rng.standard_normal((1000, 1)) + 9 * labels[:, None]
    asked = features[::100] + np.array([1.0, -1.0, 2e-3])
    planes = [features[labels == label, :2] for label in (0, 1)]
    inside = [
        min(
            mahalanobis(one, plane.mean(0), np.linalg.inv(np.cov(plane.T))) ** 2
            for plane in planes
        )
        for one in asked[:, :2]
    ]
    third = features[:, 2]
    outside = (asked[:, 2] - third.mean()) ** 2 / third.var()
    got = NoveltyDetector.fit(features, labels).distances(asked)
    np.testing.assert_allclose(got, inside + outside, rtol=0.05)


def test_noise_and_an_inverted_digit_are_farther_than_digits(detector, labelled_digits):
    digits = labelled_digits[0]
    usual = np.quantile(detector.distances(describe(digits)), 0.99)
    noise = np.random.default_rng(0).integers(0, 256, (50, 28, 28)).astype(np.uint8)
    assert (detector.distances(describe(noise)) > usual).all()
    inverted = detector.distances(describe(255 - digits[:100]))
    assert (inverted > usual).mean() > 0.9


def test_a_detector_that_was_saved_is_the_same(detector, labelled_digits, tmp_path):
    detector.save(tmp_path / "ensemble.npz")
    loaded = NoveltyDetector.load(tmp_path / "ensemble.npz")
    features = describe(labelled_digits[0][:20])
    np.testing.assert_array_equal(
        loaded.distances(features), detector.distances(features)
    )
