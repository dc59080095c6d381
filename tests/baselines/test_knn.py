"""k nearest neighbours beside scikit-learn's own, and on real digits."""

import numpy as np
import pytest
import shipped
from sklearn.neighbors import KNeighborsClassifier


@pytest.fixture
def split(labelled_digits):
    images, labels = labelled_digits
    return images[:600], labels[:600], images[600:800], labels[600:800]


def test_it_learns_real_digits(split):
    images, labels, unseen, truth = split
    fitted = shipped.make("knn").fit(images, labels)
    assert (fitted.predict(unseen) == truth).mean() > 0.85


def test_plain_knn_is_that_of_scikit_learn(split):
    images, labels, unseen, _ = split
    ours = shipped.make("knn", neighbours=5, deskew=False, blur=0.0)
    theirs = KNeighborsClassifier(5, weights="distance")
    theirs.fit(images.reshape(600, -1) / 1.0, labels)
    np.testing.assert_allclose(
        ours.fit(images, labels).predict_proba(unseen),
        theirs.predict_proba(unseen.reshape(200, -1) / 1.0),
        atol=1e-4,
    )
