"""The exported graph computes what the networks compute."""

import json

import keras
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from ensembles.members.networks import ARCHITECTURES, PUBLISHED, deskewed_m5
from ensembles.serving import graph
from ensembles.serving.novelty import NoveltyDetector, describe
from ensembles.serving.predictor import (
    DamagedEnsembleError,
    EnsembleMissingError,
    Predictor,
)

WEIGHTS = [0.5, 0.3, 0.2]
TEMPERATURES = [0.4, 1.0, 2.5]


@pytest.fixture(scope="module")
def networks():
    names = ["pooled", "strided", "deskewed_strided"]
    return {name: [ARCHITECTURES[name]()] for name in names}


@pytest.fixture(scope="module")
def one(networks):
    return {"pooled": networks["pooled"]}


@pytest.fixture(scope="module")
def alone(networks, labelled_digits):
    return read_alone(networks, labelled_digits[0][:30])


def read_alone(networks, images):
    every = [network for alike in networks.values() for network in alike]
    return np.stack([n.predict(images, verbose=0) for n in every])


def build(name, seed):
    """Build a network that has statistics and scales as if it had been trained."""
    network, rng = ARCHITECTURES[name](), np.random.default_rng(seed)
    network.set_weights(
        [w + rng.uniform(0, 0.1, w.shape) for w in network.get_weights()]
    )
    return network


def tempered(members):
    powers = members ** (1 / np.array(TEMPERATURES)[:, None, None])
    return powers / powers.sum(2, keepdims=True)


def geometric(members):
    product = np.exp(np.tensordot(WEIGHTS, np.log(members), axes=1))
    return product / product.sum(1, keepdims=True)


@pytest.mark.parametrize(
    ("rule", "combine"),
    [
        ("mean", lambda members: np.tensordot(WEIGHTS, members, axes=1)),
        ("geometric_mean", geometric),
    ],
)
def test_the_graph_answers_what_the_networks_answer(
    rule, combine, networks, alone, labelled_digits, tmp_path
):
    images, path = labelled_digits[0][:30], tmp_path / "ensemble.onnx"
    model = graph.merge(networks, WEIGHTS, rule, TEMPERATURES)
    checked = graph.export_onnx(model, path, images)
    assert checked["largest_difference"] <= 1e-5
    assert [p.name for p in tmp_path.iterdir()] == ["ensemble.onnx"]
    got = Predictor(path).predict(images)
    members = tempered(alone)
    np.testing.assert_allclose(got.members, members, atol=1e-5)
    np.testing.assert_allclose(got.probabilities, combine(members), atol=1e-5)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_networks_are_joined_and_answer_as_before(name, labelled_digits, tmp_path):
    images, path = labelled_digits[0][:4], tmp_path / "ensemble.onnx"
    networks = {name: [build(name, seed) for seed in range(3)]}
    model = graph.merge(networks, [0.2, 0.3, 0.5], "mean")
    graph.export_onnx(model, path, images)
    got, expected = Predictor(path).predict(images), read_alone(networks, images)
    np.testing.assert_allclose(got.members, expected, atol=1e-5)
    assert expected.std(axis=0).max() > 1e-3
    convolutions = [n for n in onnx.load(path).graph.node if n.op_type == "Conv"]
    one_by_one = len(convolutions) == 3 * count_convolutions(networks[name][0])
    assert one_by_one == (ARCHITECTURES[name] in (*PUBLISHED, deskewed_m5))


def count_convolutions(network):
    return sum(
        count_convolutions(layer)
        if isinstance(layer, keras.Model)
        else isinstance(layer, keras.layers.Conv2D)
        for layer in network.layers
    )


def test_one_member_alone_is_an_ensemble(one, alone, labelled_digits, tmp_path):
    images, path = labelled_digits[0][:30], tmp_path / "one.onnx"
    graph.export_onnx(graph.merge(one, [1.0], "mean"), path, images)
    got = Predictor(path).predict(images)
    assert got.members.shape == (1, 30, 10)
    np.testing.assert_allclose(got.probabilities, alone[0], atol=1e-5)


def test_a_graph_that_differs_is_refused_and_not_left(
    one, labelled_digits, tmp_path, monkeypatch
):
    monkeypatch.setattr(graph, "TOLERANCE", -1.0)
    model = graph.merge(one, [1.0], "mean")
    with pytest.raises(graph.ExportError, match=r"differ by .* on 5 digits"):
        graph.export_onnx(model, tmp_path / "bad.onnx", labelled_digits[0][:5])
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_rule_is_refused(networks):
    with pytest.raises(ValueError, match="got 'median'"):
        graph.merge(networks, WEIGHTS, "median")


@pytest.fixture(scope="module")
def predictor(networks, labelled_digits, tmp_path_factory):
    path = tmp_path_factory.mktemp("ensemble") / "ensemble.onnx"
    model = graph.merge(networks, WEIGHTS, "mean")
    checked = graph.export_onnx(model, path, labelled_digits[0][:5])
    path.with_name("card.json").write_text(json.dumps(checked | {"rule": "mean"}))
    return Predictor(path)


def test_batches_are_joined_in_order(predictor, labelled_digits):
    images = labelled_digits[0][:600]
    whole = predictor.predict(images).probabilities
    np.testing.assert_allclose(
        whole[500:510], predictor.predict(images[500:510]).probabilities, atol=1e-6
    )


def test_digits_and_agreement_follow_from_the_outputs(predictor, labelled_digits):
    got = predictor.predict(labelled_digits[0][:40])
    for row in range(40):
        votes = [int(p.argmax()) for p in got.members[:, row]]
        digit = int(got.probabilities[row].argmax())
        assert got.digits[row] == digit
        assert got.agreement[row] == pytest.approx(votes.count(digit) / len(votes))


def test_the_card_beside_the_graph_is_read(predictor):
    assert predictor.card["rule"] == "mean"


def test_a_missing_ensemble_says_what_to_run(tmp_path):
    with pytest.raises(EnsembleMissingError, match=r"no ensemble at .*`make repro`"):
        Predictor(tmp_path / "none.onnx")


def test_a_damaged_ensemble_is_refused(tmp_path):
    path = tmp_path / "ensemble.onnx"
    path.write_bytes(b"no graph at all")
    with pytest.raises(DamagedEnsembleError, match=r"not an ONNX graph .*make repro"):
        Predictor(path)


def test_a_graph_of_other_outputs_is_refused(tmp_path):
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    other = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])
    node = helper.make_node("Relu", ["x"], ["y"])
    graph = helper.make_graph([node], "other", [value], [other])
    opset = helper.make_opsetid("", 17)
    onnx.save(
        helper.make_model(graph, opset_imports=[opset], ir_version=8),
        tmp_path / "other.onnx",
    )
    with pytest.raises(DamagedEnsembleError, match=r"got \['y'\]"):
        Predictor(tmp_path / "other.onnx")


def test_a_graph_that_is_not_its_cards_is_refused(one, labelled_digits, tmp_path):
    path, images = tmp_path / "ensemble.onnx", labelled_digits[0][:3]
    checked = graph.export_onnx(graph.merge(one, [1.0], "mean"), path, images)
    path.with_name("card.json").write_text(json.dumps(checked))
    Predictor(path)
    path.with_name("card.json").write_text(json.dumps(checked | {"sha256": "ab"}))
    with pytest.raises(DamagedEnsembleError, match=r"SHA-256 \w{64}, expected ab"):
        Predictor(path)


def test_a_graph_that_reads_other_files_is_refused(one, labelled_digits, tmp_path):
    image = labelled_digits[0][:3]
    graph.export_onnx(graph.merge(one, [1.0], "mean"), tmp_path / "one.onnx", image)
    whole, place = onnx.load(tmp_path / "one.onnx"), tmp_path / "apart.onnx"
    onnx.save(
        whole, place, save_as_external_data=True, location="w.bin", size_threshold=0
    )
    assert (tmp_path / "w.bin").is_file()
    with pytest.raises(DamagedEnsembleError, match="keeps weights in other files"):
        Predictor(place)


def test_a_file_larger_than_any_ensemble_is_not_read(tmp_path):
    place = tmp_path / "ensemble.onnx"
    with place.open("wb") as sparse:
        sparse.truncate(500_000_001)
    with pytest.raises(DamagedEnsembleError, match=r"500,000,001 bytes; .* at most"):
        Predictor(place)


def test_a_damaged_card_is_refused(predictor, tmp_path, one, labelled_digits):
    path = tmp_path / "one.onnx"
    model = graph.merge(one, [1.0], "mean")
    graph.export_onnx(model, path, labelled_digits[0][:3])
    path.with_name("card.json").write_text("{")
    with pytest.raises(DamagedEnsembleError, match=r"card\.json is not JSON"):
        Predictor(path)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((2, 28, 28)), "uint8"),
        (np.zeros((28, 28), np.uint8), "shape"),
        (np.zeros((0, 28, 28), np.uint8), "at least one"),
    ],
)
def test_bad_digits_are_refused(predictor, images, message):
    with pytest.raises(ValueError, match=message):
        predictor.predict(images)


def test_a_graph_that_lies_beside_anothers_card_has_none(
    one, labelled_digits, tmp_path
):
    """As the student does."""
    images = labelled_digits[0][:300]
    model = graph.merge(one, [1.0], "mean")
    checked = graph.export_onnx(model, tmp_path / "ensemble.onnx", images[:3])
    detector = NoveltyDetector.fit(describe(images), labelled_digits[1][:300])
    detector.save(tmp_path / "novelty.npz")
    (tmp_path / "card.json").write_text(json.dumps(checked))
    other = graph.merge({"pooled": [build("pooled", 1)]}, [1.0], "mean")
    graph.export_onnx(other, tmp_path / "student.onnx", images[:3])
    for name, card in (("ensemble.onnx", checked), ("student.onnx", {})):
        predictor = Predictor(tmp_path / name)
        assert predictor.card == card
        assert (predictor.predict(images[:3]).distances is None) == (card == {})
        assert predictor.ask(images[:3]).distances is None
