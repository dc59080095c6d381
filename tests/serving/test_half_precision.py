"""Weights in half precision take half the room and change answers by little."""

import numpy as np
import onnx
import pytest
from conftest import make_ensemble
from onnx import numpy_helper

from ensembles.members.networks import ARCHITECTURES
from ensembles.serving.graph import export_onnx, merge
from ensembles.serving.half_precision import halve
from ensembles.serving.predictor import Predictor


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Export one network of each of two architectures."""
    names = ("strided", "deskewed_strided")
    networks = {name: [ARCHITECTURES[name]()] for name in names}
    path = tmp_path_factory.mktemp("two") / "two.onnx"
    digits = np.zeros((1, 28, 28), np.uint8)
    export_onnx(merge(networks, [0.5, 0.5], "mean"), path, digits)
    return path


def test_only_the_weights_are_halved(ensemble, mnist_digits, tmp_path):
    path = tmp_path / "ensemble.onnx"
    onnx.save(halve(onnx.load(ensemble)), path)
    kinds = {
        constant.name: numpy_helper.to_array(constant).dtype
        for constant in onnx.load(path).graph.initializer
    }
    assert kinds == {"w/half": np.float16, "shape": np.int64}
    assert path.stat().st_size < 0.6 * ensemble.stat().st_size
    whole = Predictor(ensemble).predict(mnist_digits)
    half = Predictor(path).predict(mnist_digits)
    assert half.members.dtype == np.float32
    np.testing.assert_allclose(half.members, whole.members, atol=0.01)
    assert not np.array_equal(half.members, whole.members)


@pytest.mark.parametrize(
    ("whole", "other"),
    [("strided", "deskewed_strided"), ("deskewed_strided", "strided")],
)
def test_architectures_may_stay_as_they_are(whole, other, two, tmp_path):
    before = {c.name: c.raw_data for c in onnx.load(two).graph.initializer}
    graph = halve(onnx.load(two), {whole})
    after = {c.name: c.raw_data for c in graph.graph.initializer}
    kept = {name for name in after if after[name] == before.get(name)}
    assert {name for name in before if f"/{whole}_1/" in name} <= kept
    halved = {name for name in after if name.endswith("/half")}
    assert len(halved) == 4  # of three convolutions but the first, and the answers
    assert all(f"/{other}_1/" in name for name in halved)


def test_a_weight_that_does_not_fit_is_refused():
    graph = make_ensemble()
    weights = numpy_helper.to_array(graph.graph.initializer[0]).copy()
    weights[3, 4] = 1e5
    graph.graph.initializer[0].CopyFrom(numpy_helper.from_array(weights, "w"))
    with pytest.raises(ValueError, match=r"w has a weight of 1e\+05"):
        halve(graph)
