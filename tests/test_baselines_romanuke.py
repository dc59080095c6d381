import pickle

import keras
import numpy as np
import pytest

from ensembles.augmentation import deform
from ensembles.baselines import romanuke
from ensembles.baselines.base import make_baseline
from ensembles.networks import multiply_adds
from ensembles.settings import Deformation

STRENGTHS = Deformation(**romanuke.DEFORMATION)
STILL = dict.fromkeys(romanuke.DEFORMATION, 0.0) | {"elastic_sigma_pixels": 5.0}


@pytest.fixture(scope="module")
def digits():
    """Draw sixty noisy digits, each with a block where no other has one."""
    rng = np.random.default_rng(0)
    labels = np.tile(np.arange(10), 6)
    images = rng.integers(0, 40, (60, 28, 28)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        top, left = 4 + 10 * (label // 5), 4 + 4 * (label % 5)
        image[top : top + 8, left : left + 4] = 255
    return images, labels


@pytest.fixture(scope="module")
def deformed():
    """List what `deform` was called with by the fit of `fitted`."""
    return []


@pytest.fixture(scope="module")
def fitted(digits, deformed):
    def record(images, *rest):
        deformed.append(rest)
        return deform(images, *rest)

    settings = {"epochs": 12, "batch_size": 10, "deformation": STILL, "seed": 1}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(romanuke, "deform", record)
        return make_baseline("cnn_romanuke", **settings).fit(*digits)


def learned_sizes(network):
    kinds = keras.layers.Conv2D | keras.layers.Dense
    return [w.kernel.shape[-1] for w in network.layers if isinstance(w, kinds)]


def test_the_layers_have_the_published_sizes():
    network = romanuke.build_network(dropout=0.4)
    assert np.prod(network.input.shape[1:]) == 784
    assert learned_sizes(network) == [50, 100, 500, 1000, 10, 10]


def test_the_counts_in_the_docstring_are_right():
    network = romanuke.build_network(dropout=0.4)
    said = romanuke.build_network.__doc__
    assert f"{network.count_params():,} parameters" in said
    assert f"{multiply_adds(network) / 1e6:.2f} MMAC" in said
    by_hand = (
        24 * 24 * 25 * 50
        + 10 * 10 * 9 * 50 * 100
        + 3 * 3 * 9 * 100 * 500
        + 4500 * 1000
        + 1000 * 10
        + 10 * 10
    )
    assert multiply_adds(network) == by_hand


def test_it_learns_digits_that_are_easily_told_apart(fitted, digits):
    assert (fitted.predict(digits[0]) == digits[1]).mean() > 0.9


def test_each_epoch_is_deformed_anew(digits):
    passes = romanuke._FreshPasses(digits[0], STRENGTHS, seed=3, count=2)
    first, second = passes[0], passes[1]
    np.testing.assert_array_equal(first, deform(digits[0], STRENGTHS, (3, 0)))
    np.testing.assert_array_equal(second, deform(digits[0], STRENGTHS, (3, 1)))
    assert (first != second).any(axis=(1, 2)).all()


def test_a_pass_is_made_once_for_all_batches_of_an_epoch(digits, monkeypatch):
    made = []
    monkeypatch.setattr(romanuke, "deform", lambda *given: made.append(given[2]))
    passes = romanuke._FreshPasses(digits[0], STRENGTHS, seed=3, count=4)
    for number in (1, 1, 2, 2, 2, 3):
        _ = passes[number]
    assert made == [(3, 1), (3, 2), (3, 3)]


def test_the_pickle_holds_arrays_and_nothing_of_keras(fitted):
    assert all(type(array) is np.ndarray for array in fitted.weights_)
    content = pickle.dumps(fitted)
    assert b"keras" not in content
    assert pickle.dumps(pickle.loads(content)) == content


def test_fitting_deforms_each_epoch_with_the_strengths_given(fitted, deformed):
    assert {strengths for strengths, _ in deformed} == {Deformation(**STILL)}
    assert {seed for _, seed in deformed} == {(1, number) for number in range(12)}


def test_a_strength_out_of_range_is_refused(digits):
    strong = romanuke.DEFORMATION | {"scale_percent": 95.0}
    with pytest.raises(ValueError, match="`scale_percent` must be from 0 to 90"):
        make_baseline("cnn_romanuke", deformation=strong).fit(*digits)
