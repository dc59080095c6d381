import pickle

import numpy as np
import pytest
import shipped

from ensembles.baselines import deformed_copies
from ensembles.baselines.fixed_networks import build_perceptron

SMALL = {"hidden": 16, "epochs": 2, "batch_size": 20}
ALIKE = {"dropout": 0.3, "learning_rate": 0.001, "label_smoothing": 0.0} | SMALL


@pytest.fixture(scope="module")
def digits():
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (40, 28, 28)).astype(np.uint8), np.arange(40) % 10


def test_the_elastic_net_is_the_plain_one_on_deformed_digits(digits, monkeypatch):
    images, labels = digits
    turned = images[:, ::-1].copy()
    monkeypatch.setattr(deformed_copies, "make_passes", lambda *_: [turned])
    elastic = shipped.make("mlp_800_elastic", **ALIKE).fit(images, labels)
    plain = shipped.make("mlp_800", **ALIKE).fit(turned, labels)
    for found, expected in zip(elastic.weights_, plain.weights_, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_the_passes_are_those_asked_for(digits, monkeypatch):
    asked = []

    def record(images, deformation, seed, count):
        asked.append((deformation, seed, count))
        return [images]

    monkeypatch.setattr(deformed_copies, "make_passes", record)
    strong = shipped.BASELINES.cnn_romanuke.deformation
    settings = {"passes": 7, "seed": 5, "deformation": strong}
    shipped.make("mlp_800_elastic", **settings, **SMALL).fit(*digits)
    assert asked == [(strong, 5, 7)]


def test_numpy_predicts_what_the_network_does(digits):
    baseline = shipped.make("mlp_800", **SMALL).fit(*digits)
    network = build_perceptron(baseline.hidden, baseline.dropout)
    network.set_weights(baseline.weights_)
    expected = network.predict(digits[0], verbose=0)
    np.testing.assert_allclose(baseline.predict_proba(digits[0]), expected, atol=1e-5)


def test_the_pickle_holds_arrays_and_nothing_of_keras(digits):
    content = pickle.dumps(shipped.make("mlp_800", **SMALL).fit(*digits))
    assert b"keras" not in content
    assert pickle.dumps(pickle.loads(content)) == content
