"""Networks, their training, and members on disk."""

import json
import os
import pickle
import signal
import subprocess
import sys
import typing
from dataclasses import replace
from importlib.util import find_spec

import keras
import numpy as np
import pytest

from ensembles.digits.strengths import Deformation, MeshDeformation
from ensembles.members import identity, on_disk, worker
from ensembles.members.networks import ARCHITECTURES, find, multiply_adds
from ensembles.members.training import DeformedDigits, train_network
from ensembles.serving import graph
from ensembles.settings import Architecture, Recipe
from pipeline.frame.sections import Augment

RECIPE = Recipe(
    optimizer="muon",
    schedule="cosine",
    epochs=2,
    batch_size=32,
    min_steps=1,
    learning_rate=0.002,
    weight_decay=0.01,
    label_smoothing=0.1,
    precision="float32",
    deformation="elastic",
)


@pytest.fixture
def job(tmp_path, labelled_digits):
    """Return the job of one member on 240 digits, in four folds."""
    images, labels = (part[:240] for part in labelled_digits)
    folds = np.arange(240) % 4
    np.savez(tmp_path / "train.npz", images=images, labels=labels, fold=folds)
    np.save(tmp_path / "pass-00.npy", images)
    return on_disk.Job(
        folder=tmp_path / "members",
        architecture="pooled",
        seed=5,
        fold=1,
        epochs=2,
        recipe=RECIPE,
        digits=tmp_path / "train.npz",
        passes=(tmp_path / "pass-00.npy",),
        identity={"any": "thing"},
    )


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_docstrings_give_parameters_and_multiply_adds(name):
    network = ARCHITECTURES[name]()
    mmac = multiply_adds(network) / 1e6
    text = f"{network.count_params():,} parameters, {mmac:.2f} MMAC."
    assert text in ARCHITECTURES[name].__doc__


def test_an_architecture_that_is_not_there_is_refused_by_name():
    with pytest.raises(
        ValueError, match="no architecture 'poled'; use one of pooled, "
    ):
        find("poled")


def test_parameters_know_the_names_of_all_architectures():
    assert typing.get_args(Architecture) == tuple(ARCHITECTURES)


def test_multiply_adds_of_a_hand_worked_network():
    image = keras.Input((6, 6, 2))
    inner = keras.layers.Conv2D(5, 3)(image)
    outer = keras.layers.Dense(7)(keras.layers.Flatten()(inner))
    # 4 × 4 places of 3 × 3 × 2 × 5, then 80 × 7.
    assert multiply_adds(keras.Model(image, outer)) == 16 * 90 + 560


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_networks_turn_stored_digits_into_probabilities(name, labelled_digits):
    answers = ARCHITECTURES[name]().predict(labelled_digits[0][:7], verbose=0)
    assert answers.shape == (7, 10)
    np.testing.assert_allclose(answers.sum(1), 1, atol=1e-5)


def test_batches_come_from_the_passes_in_turn_and_never_from_held_out_digits():
    passes = [np.full((10, 28, 28), number, np.uint8) for number in range(3)]
    for one in passes:
        one[:, 0, 0] = np.arange(10)
    labels, rows = np.arange(10), np.array([0, 2, 3, 5, 7, 8])
    recipe = replace(RECIPE, batch_size=3, label_smoothing=0.0)
    batches = DeformedDigits(passes, labels, rows, recipe, seed=1)
    turns = []
    for _ in range(6):
        images = np.concatenate([batches[i][0] for i in range(len(batches))])
        targets = np.concatenate([batches[i][1] for i in range(len(batches))])
        turns.append(*set(images[:, 5, 5]))
        assert sorted(images[:, 0, 0]) == rows.tolist()
        np.testing.assert_array_equal(targets.argmax(1), images[:, 0, 0])
        batches.on_epoch_end()
    assert sorted(turns[:3]) == [0, 1, 2]
    assert turns[3:] == turns[:3]


def test_each_seed_takes_the_passes_in_its_own_order():
    passes = [np.full((4, 28, 28), number, np.uint8) for number in range(18)]

    def turns(seed):
        batches = DeformedDigits(passes, np.arange(4), np.arange(4), RECIPE, seed)
        taken = []
        for _ in range(6):
            taken.append(int(batches[0][0][0, 0, 0]))
            batches.on_epoch_end()
        return taken

    assert turns(0) == turns(0)
    assert len({tuple(turns(seed)) for seed in range(6)}) == 6


def test_an_epoch_shows_the_same_wherever_training_begins():
    passes = [np.full((9, 28, 28), number, np.uint8) for number in range(4)]
    labels = np.arange(9)
    undisturbed = DeformedDigits(passes, labels, labels, RECIPE, seed=2)
    orders = set()
    for epoch in range(6):
        begun = DeformedDigits(passes, labels, labels, RECIPE, 2, first_epoch=epoch)
        np.testing.assert_array_equal(begun.order, undisturbed.order)
        assert begun.turn == undisturbed.turn
        orders.add(tuple(begun.order))
        undisturbed.on_epoch_end()
    assert len(orders) == 6


def test_label_smoothing_spreads_probability_over_all_classes():
    passes = [np.zeros((4, 28, 28), np.uint8)]
    batches = DeformedDigits(passes, np.arange(4), np.arange(4), RECIPE, seed=0)
    targets = batches[0][1]
    np.testing.assert_allclose(np.sort(targets[0])[[0, -1]], [0.01, 0.91])


def test_a_small_training_set_is_gone_through_more_often():
    recipe = replace(RECIPE, epochs=3, batch_size=10, min_steps=100)
    assert recipe.epochs_for(50) == 20
    assert recipe.epochs_for(10_000) == 3


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("epochs", 0),
        ("batch_size", 0),
        ("learning_rate", 0.0),
        ("label_smoothing", 1.0),
    ],
)
def test_recipes_out_of_range_are_refused(key, value):
    with pytest.raises(ValueError, match=rf"`{key}` must be from .*; got {value}"):
        replace(RECIPE, **{key: value})


def test_a_member_is_written_whole_and_read_back(job):
    assert worker.train_member(job) is True
    names = {"card.json", "curve.jsonl", "held_out.npy", "member.weights.h5"}
    assert {path.name for path in job.place.iterdir()} == names
    assert [path.name for path in job.place.parent.iterdir()] == ["5"]
    held_out = on_disk.load_held_out(job.place)
    with np.load(job.digits) as digits:
        seen = digits["images"][digits["fold"] == 1]
    again = graph.load_network(job.place).predict(seen, verbose=0)
    np.testing.assert_allclose(held_out, again, atol=1e-6)
    curve = on_disk.load_curve(job.place)
    assert [row["epoch"] for row in curve] == [1, 2]
    assert all(row["loss"] > 0 and row["held_out_loss"] > 0 for row in curve)
    card = on_disk.load_card(job.place)
    assert card["identity"] == job.identity
    assert card["held_out_digits"] == 60


def test_the_same_seed_gives_the_same_member_and_another_does_not(job, tmp_path):
    weights = {}
    for name, seed in (("first", 5), ("again", 5), ("other", 6)):
        one = replace(job, folder=tmp_path / name, seed=seed)
        worker.train_member(one)
        weights[name] = (one.place / on_disk.WEIGHTS).read_bytes()
    assert weights["first"] == weights["again"]
    assert weights["first"] != weights["other"]


def test_weights_take_less_space_than_keras_writes_and_are_the_same(job):
    worker.train_member(job)
    build, place = find(job.architecture), job.place / on_disk.WEIGHTS
    network, again = build(), build()
    network.load_weights(place)
    wide = place.with_name("wide.weights.h5")
    network.save_weights(wide)
    assert place.stat().st_size < wide.stat().st_size * 2 / 3
    again.load_weights(wide)
    for one, other in zip(network.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert [path.name for path in job.place.glob("wide-*")] == []


def test_a_finished_member_is_skipped_and_a_stale_one_trained_again(job):
    worker.train_member(job)
    assert on_disk.is_finished(job)
    assert worker.train_member(job) is False
    stale = replace(job, identity={"another": "recipe"})
    assert not on_disk.is_finished(stale)
    assert worker.train_member(stale) is True
    assert on_disk.load_card(job.place)["identity"] == stale.identity


def test_a_member_that_was_changed_is_refused_by_name_and_trained_again(job):
    worker.train_member(job)
    whole = {path: path.read_bytes() for path in job.place.iterdir()}
    for name in (on_disk.WEIGHTS, on_disk.CURVE, on_disk.PREDICTIONS):
        place = job.place / name
        place.write_bytes(whole[place][:-1] + b"x")
        assert not on_disk.is_finished(job)
        with pytest.raises(on_disk.DamagedMemberError, match=name):
            on_disk.check(job.place, name)
        place.write_bytes(whole[place])
        assert on_disk.is_finished(job)
    (job.place / on_disk.CARD).write_bytes(whole[job.place / on_disk.CARD][:-9])
    assert not on_disk.is_finished(job)
    with pytest.raises(on_disk.DamagedMemberError, match=r"card\.json is damaged"):
        on_disk.load_held_out(job.place)
    assert worker.train_member(job) is True
    place = job.place / on_disk.WEIGHTS
    assert place.read_bytes() == whole[place]


def test_a_failure_leaves_what_was_reached_and_nothing_else(job, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(np, "save", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            worker.train_member(job)
    assert set(job.place.parent.iterdir()) == {job.state, job.progress}
    assert worker.train_member(job) is True
    assert [path.name for path in job.place.parent.iterdir()] == ["5"]


KILLED = """
import os, pickle, signal, sys
from ensembles.members import processor, worker
processor.use_one_thread()
job, dies_after = pickle.load(sys.stdin.buffer)
write = worker._write_epoch
def write_and_die(path, row):
    write(path, row)
    if row["epoch"] == dies_after:
        os.kill(os.getpid(), signal.SIGKILL)
worker._write_epoch = write_and_die
worker.train_member(job)
"""


def train_apart(job, dies_after=None):
    """Train in a process of its own, which may be killed before it keeps an epoch."""
    return subprocess.run(
        [sys.executable, "-c", KILLED],
        input=pickle.dumps((job, dies_after)),
        stderr=subprocess.DEVNULL,
        check=False,
    ).returncode


def test_a_killed_member_loses_one_epoch_and_ends_as_if_undisturbed(job, tmp_path):
    undisturbed = replace(job, folder=tmp_path / "undisturbed")
    recipe = replace(RECIPE, epochs=3)
    jobs = [replace(one, epochs=3, recipe=recipe) for one in (job, undisturbed)]
    assert train_apart(jobs[0], dies_after=2) == -signal.SIGKILL
    with np.load(jobs[0].state) as kept:
        assert kept["epoch"] == 1
    worker.sweep(job.place.parent, [jobs[0]])
    assert set(job.place.parent.iterdir()) == {job.state, job.progress}
    assert [train_apart(one) for one in jobs] == [0, 0]
    for name in (on_disk.WEIGHTS, on_disk.PREDICTIONS):
        resumed, whole = ((one.place / name).read_bytes() for one in jobs)
        assert resumed == whole
    curves = [on_disk.load_curve(one.place) for one in jobs]
    losses = [[row["held_out_loss"] for row in curve] for curve in curves]
    assert losses[0] == losses[1]
    assert [row["epoch"] for row in curves[0]] == [1, 2, 3]


def test_what_another_recipe_reached_is_not_gone_on_from(job):
    job.state.parent.mkdir(parents=True)
    job.state.write_bytes(b"another's")
    other = replace(job, identity={"another": "recipe"})
    worker.sweep(job.place.parent, [other])
    assert list(job.place.parent.iterdir()) == []
    assert worker.train_member(other) is True


def test_a_state_that_is_cut_short_is_not_gone_on_from(job):
    job.state.parent.mkdir(parents=True)
    np.savez(job.state, epoch=1, other=np.zeros(100))
    job.state.write_bytes(job.state.read_bytes()[:-30])
    job.progress.write_text("{}\n")
    worker.sweep(job.place.parent, [job])
    assert list(job.place.parent.iterdir()) == []


def test_weights_are_kept_in_half_precision(job):
    worker.train_member(job)
    for weights in graph.load_network(job.place).get_weights():
        np.testing.assert_array_equal(weights, weights.astype(np.float16))


def test_products_of_half_precision_make_a_network_of_single_precision(job):
    job = replace(job, recipe=replace(RECIPE, precision="mixed_bfloat16"))
    seen = {}

    def build():
        network = ARCHITECTURES["pooled"]()
        seen[len(seen)] = {layer.compute_dtype for layer in network.layers}
        return network

    with np.load(job.digits) as digits:
        held_out = digits["fold"] == job.fold
        network, answers = train_network(
            build, 5, job.recipe, digits, [digits["images"]], held_out, on_epoch=print
        )
        again = network.predict(digits["images"][held_out], verbose=0)
    # Trained in half precision but for its ends, and built anew in single precision.
    assert seen == {0: {"bfloat16", "float32"}, 1: {"float32"}}
    assert keras.config.dtype_policy().name == "float32"
    np.testing.assert_allclose(answers, again, atol=1e-6)
    np.testing.assert_allclose(answers.sum(1), 1, atol=1e-5)


def test_sweeping_removes_what_killed_runs_left_and_nothing_else(job):
    worker.train_member(job)
    (job.place.parent / ".7-abc").mkdir()
    (job.place.parent / ".7-abc" / "member.weights.h5").touch()
    job.progress.write_text("{}\n")
    worker.sweep(job.place.parent, [job])
    assert [path.name for path in job.place.parent.iterdir()] == ["5"]


def test_what_can_go_on_is_not_swept_however_its_folder_is_named(job, monkeypatch):
    folder = job.place.parent
    folder.mkdir(parents=True)
    np.savez(job.state, epoch=1)
    job.progress.write_text("{}\n")
    monkeypatch.chdir(folder.parents[1])
    worker.sweep(folder.relative_to(folder.parents[1]), [job])
    assert set(folder.iterdir()) == {job.state, job.progress}


ELASTIC = Deformation(10.0, 10.0, 6.0, 1.0, 0.8, 5.0, 0.5)
MESH = MeshDeformation(3, 10.0, 4, 1)


def test_the_identity_tells_what_matters():
    augment = Augment(2, 0, {"elastic": ELASTIC, "mesh": MESH})

    def identify(**changes):
        asked = {
            "architecture": "pooled",
            "seed": 7,
            "folds": 6,
            "recipe": RECIPE,
            "augment": augment,
            "data_digest": "abc",
        }
        return identity.identify(**asked | changes)

    assert identify() == json.loads(json.dumps(identify()))
    assert identify()["held_out_fold"] == 1
    stronger = {"elastic": replace(ELASTIC, shift_pixels=2.0), "mesh": MESH}
    changes = [
        {"architecture": "strided"},
        {"seed": 8},
        {"recipe": replace(RECIPE, epochs=3)},
        {"recipe": replace(RECIPE, optimizer="adam")},
        {"recipe": replace(RECIPE, schedule="exponential")},
        {"recipe": replace(RECIPE, deformation="mesh")},
        {"augment": replace(augment, passes=3)},
        {"augment": replace(augment, deformations=stronger)},
        {"data_digest": "abd"},
    ]
    assert all(identify() != identify(**change) for change in changes)
    # What other members learn from, and what a deformation is called, do not matter.
    renamed = replace(augment, deformations={"plain": ELASTIC})
    plain = replace(RECIPE, deformation="plain")
    assert identify() == identify(augment=renamed, recipe=plain)


@pytest.mark.skipif(find_spec("jax") is None, reason="JAX is an optional extra")
def test_a_member_trains_on_jax(job):
    """In a process of its own, for a backend is chosen once."""
    script = (
        "import pickle, sys\n"
        "from ensembles.members import worker\n"
        "worker.train_member(pickle.load(sys.stdin.buffer))\n"
    )

    one_epoch = replace(job, recipe=replace(RECIPE, epochs=1), epochs=1)
    subprocess.run(
        [sys.executable, "-c", script],
        input=pickle.dumps(one_epoch),
        env=os.environ | {"KERAS_BACKEND": "jax"},
        check=True,
    )
    card = on_disk.load_card(job.place)
    assert "jax" in card["versions"]
    answers = graph.load_network(job.place)
    with np.load(job.digits) as digits:
        seen = digits["images"][digits["fold"] == 1]
    np.testing.assert_allclose(
        answers.predict(seen, verbose=0), on_disk.load_held_out(job.place), atol=1e-5
    )


def test_the_initial_loss_is_near_that_of_guessing(job):
    rows = []
    with np.load(job.digits) as digits:
        train_network(
            ARCHITECTURES["pooled"],
            0,
            replace(RECIPE, epochs=1, learning_rate=1e-8, label_smoothing=0.0),
            dict(digits),
            [digits["images"]],
            digits["fold"] == 0,
            rows.append,
        )
    assert rows[0]["held_out_loss"] == pytest.approx(np.log(10), rel=0.3)
