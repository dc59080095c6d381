import pickle

import keras
import numpy as np
import pytest
import shipped

from ensembles.baselines import deformed_copies
from ensembles.baselines.fixed_networks import build_romanuke
from ensembles.members.networks import multiply_adds


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
def asked():
    """List what passes the fit of `fitted` asked for."""
    return []


@pytest.fixture(scope="module")
def fitted(digits, asked):
    def record(images, *rest):
        asked.append(rest)
        return [images] * rest[-1]

    settings = {"epochs": 12, "batch_size": 10, "passes": 3, "seed": 1}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deformed_copies, "make_passes", record)
        return shipped.make("cnn_romanuke", **settings).fit(*digits)


def learned_sizes(network):
    kinds = keras.layers.Conv2D | keras.layers.Dense
    return [w.kernel.shape[-1] for w in network.layers if isinstance(w, kinds)]


def test_the_layers_have_the_published_sizes():
    network = build_romanuke(dropout=0.4)
    assert np.prod(network.input.shape[1:]) == 784
    assert learned_sizes(network) == [50, 100, 500, 1000, 10, 10]


def test_the_counts_in_the_docstring_are_right():
    network = build_romanuke(dropout=0.4)
    said = build_romanuke.__doc__
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


def test_the_pickle_holds_arrays_and_nothing_of_keras(fitted):
    assert all(type(array) is np.ndarray for array in fitted.weights_)
    content = pickle.dumps(fitted)
    assert b"keras" not in content
    assert pickle.dumps(pickle.loads(content)) == content


def test_the_passes_are_those_asked_for(fitted, asked):
    assert asked == [(shipped.BASELINES.cnn_romanuke.deformation, 1, 3)]
