"""Searched networks: what is built, when training ends, and what is given up."""

import itertools
import math
from dataclasses import replace

import keras
import numpy as np
import pytest
from optuna.distributions import CategoricalDistribution

from ensembles.exploring import explored
from ensembles.exploring.families import FAMILIES
from ensembles.exploring.runs import Run, stopping_epoch, train_run
from ensembles.exploring.searched_networks import build_network
from ensembles.members.networks import multiply_adds


@pytest.fixture(scope="module")
def place(tmp_path_factory, labelled_digits):
    images, labels = labelled_digits
    folder = tmp_path_factory.mktemp("digits")
    np.savez(folder / "train.npz", images=images, labels=labels)
    np.save(folder / "pass.npy", images[:, ::-1])  # upside down: plain to see
    return folder


@pytest.fixture(scope="module")
def make(place):
    textbook = FAMILIES["mlp"].textbook | {"batch_size": 32, "learning_rate": 3e-3}

    def make_run(**changes):
        setting = textbook | changes.pop("setting", {})
        asked = {
            "family": "mlp",
            "setting": setting,
            "digits": place / "train.npz",
            "passes": (place / "pass.npy",),
            "train": np.arange(600),
            "watched": np.arange(600, 800),
            "epochs": 4,
            "patience": 2,
            "seed": 0,
        }
        return Run(**(asked | changes))

    return make_run


def corners(family):
    """Yield settings at all ends of a family's space, and every category."""
    shape = FAMILIES[family].shape
    ends = [
        one.choices if isinstance(one, CategoricalDistribution) else (one.low, one.high)
        for one in shape.values()
    ]
    for values in itertools.product(*ends):
        yield FAMILIES[family].textbook | dict(zip(shape, values, strict=True))


@pytest.mark.parametrize("family", FAMILIES)
def test_any_shape_can_be_built(family):
    for setting in corners(family):
        for normalise in (False, True):
            network = build_network(family, setting | {"normalise": normalise})
            assert network.output_shape == (None, 10)
            kinds = [type(layer).__name__ for layer in network.layers]
            assert ("BatchNormalization" in kinds) == normalise


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize("family", FAMILIES)
def test_hidden_layers_have_the_activation_that_is_asked_for(family, activation):
    setting = FAMILIES[family].textbook | {"activation": activation}
    network = build_network(family, setting)
    bends = [
        layer.get_config().get("activation", "relu")
        for layer in network.layers
        if isinstance(layer, keras.layers.ReLU | keras.layers.Activation)
    ]
    hidden = {"mlp": 1, "cnn": 3}[family]
    assert bends == [activation] * hidden


def test_a_perceptrons_size_is_reckoned():
    setting = FAMILIES["mlp"].textbook | {"depth": 2, "width": 100}
    network = build_network("mlp", setting)
    assert network.count_params() == 784 * 100 + 100 + 100 * 100 + 100 + 1000 + 10
    assert multiply_adds(network) == 784 * 100 + 100 * 100 + 1000


@pytest.mark.parametrize("pooling", ["max", "average", "stride"])
def test_a_convolutional_networks_size_is_reckoned(pooling):
    setting = FAMILIES["cnn"].textbook | {
        "blocks": 2,
        "filters": 8,
        "kernel": 5,
        "pooling": pooling,
        "dense": 0,
    }
    # 28 - 4 = 24, halved to 12, and to 6.
    expected = (25 * 8 + 8) + (25 * 8 * 16 + 16) + (6 * 6 * 16 * 10 + 10)
    assert build_network("cnn", setting).count_params() == expected


def test_a_network_learns(make):
    outcome = train_run(make(patience=None, epochs=6))
    assert [row["epoch"] for row in outcome.curve] == [1, 2, 3, 4, 5, 6]
    assert outcome.curve[-1]["held_out_error_percent"] < 30
    assert not outcome.pruned


def test_what_is_scored_is_what_the_best_epochs_weights_read(make, tmp_path, place):
    run = make(setting={"learning_rate": 0.02}, epochs=12, scored=np.arange(800, 1000))
    outcome = train_run(run)
    card = {"family": run.family, "setting": run.setting}
    explored.keep(tmp_path, card, outcome.weights)
    with np.load(place / "train.npz") as archive:
        images, labels = archive["images"], archive["labels"]
    probabilities = explored.predict(tmp_path, images[run.scored])
    wrong = probabilities.argmax(1) != labels[run.scored]
    assert outcome.scored_errors == wrong.sum()
    # The loss told is that of the epoch whose weights were kept, without penalties.
    watched = explored.predict(tmp_path, images[run.watched])
    own = watched[np.arange(len(run.watched)), labels[run.watched]]
    assert outcome.best["held_out_loss"] == pytest.approx(-np.log(own).mean(), rel=1e-3)


def test_early_stopping_ends_where_the_whole_curve_says(make):
    setting = {"learning_rate": 0.02, "dropout": 0.0}
    whole = train_run(make(setting=setting, patience=None, epochs=14))
    losses = [row["held_out_loss"] for row in whole.curve]
    stop = stopping_epoch(losses, patience=2)
    assert stop < 14, "this setting must overfit, else nothing is tested"
    stopped = train_run(make(setting=setting, patience=2, epochs=14))
    assert [row["held_out_loss"] for row in stopped.curve] == losses[:stop]


def test_a_deformed_pass_is_learned_from_where_asked(make):
    plain = train_run(make())
    turned = train_run(make(setting={"deformed": True}))
    # Whoever has seen digits upside down only misreads most that stand.
    assert plain.best["held_out_error_percent"] < 30
    assert turned.best["held_out_error_percent"] > 40


def test_what_falls_behind_is_given_up(make):
    good, bad = (0.01,) * 4, (9.0,) * 4
    assert train_run(make(rivals=(good, good, bad))).pruned
    assert not train_run(make(rivals=(good, bad, bad))).pruned
    assert not train_run(make(rivals=(good,))).pruned  # one is no company


def test_a_rate_that_destroys_the_weights_has_a_loss(make):
    setting = {"optimizer": "sgd", "learning_rate": 10.0, "depth": 3}
    outcome = train_run(make(setting=setting))
    assert outcome.best["held_out_loss"] == pytest.approx(math.log(1e6))


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "rmsprop"])
@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_every_optimizer_and_schedule_learns(make, optimizer, schedule):
    setting = {"optimizer": optimizer, "schedule": schedule, "learning_rate": 3e-3}
    curve = train_run(make(setting=setting)).curve
    assert curve[-1]["held_out_loss"] < curve[0]["held_out_loss"]


def test_penalties_are_in_no_loss_that_is_told(make):
    run = make(setting={"l2": 0.0}, epochs=1)
    heavy = replace(run, setting=run.setting | {"l2": 10.0, "learning_rate": 1e-8})
    light = replace(run, setting=run.setting | {"learning_rate": 1e-8})
    one, other = (
        train_run(asked).curve[0]["held_out_loss"] for asked in (heavy, light)
    )
    assert one == pytest.approx(other, rel=1e-3)


@pytest.mark.parametrize(
    ("losses", "patience", "epoch"),
    [
        ([3, 2, 1], 1, 3),
        ([3, 2, 2, 2, 1], 2, 4),
        ([3, 2, 2, 1, 2, 2], 2, 6),
        ([1, 2], 1, 2),
        ([1, 2, 3, 4], 5, 4),
    ],
)
def test_where_early_stopping_ends(losses, patience, epoch):
    assert stopping_epoch(losses, patience) == epoch
