import json
import pickle

import numpy as np
import pytest
import shipped

from ensembles.baselines import plain_weights, random_networks, rmdl

TINY = {
    "dense": 2,
    "recurrent": 1,
    "convolutional": 1,
    "dense_width": 0.02,
    "recurrent_width": 0.1,
    "convolutional_width": 0.02,
    "epochs": 1,
    "batch_size": 20,
}


@pytest.fixture(scope="module")
def digits():
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (40, 28, 28)).astype(np.uint8), np.arange(40) % 10


@pytest.fixture(scope="module")
def fitted(digits, tmp_path_factory):
    folder = tmp_path_factory.mktemp("networks")
    return shipped.make("rmdl", folder=folder, **TINY).fit(*digits)


@pytest.fixture
def trained(monkeypatch):
    """List the networks that are to be trained, and train none."""
    drawn = []

    def train(network, *_, **__):
        drawn.append(network)
        return [np.zeros(3)]

    monkeypatch.setattr(random_networks, "train_network", train)
    return drawn


def test_votes_are_counted_as_by_hand():
    first = np.eye(10)[[3, 5]]
    second = np.eye(10)[[3, 3]]
    third = np.full((2, 10), 0.05)
    third[:, 5] = 0.55
    shares = rmdl.count_votes([first, second, third], np.arange(10))
    expected = np.zeros((2, 10))
    expected[0, [3, 5]] = 2 / 3, 1 / 3
    expected[1, [3, 5]] = 1 / 3, 2 / 3
    np.testing.assert_allclose(shares, expected)


def test_a_class_that_was_not_seen_has_no_votes():
    found = np.tile(np.linspace(0, 1, 10), (4, 1))
    shares = rmdl.count_votes([found], np.array([2, 6]))
    np.testing.assert_array_equal(shares, np.eye(10)[[6] * 4])


def test_of_equal_votes_the_lower_digit_wins(fitted, monkeypatch, digits):
    votes = iter([7, 2, 7, 2])
    monkeypatch.setattr(
        plain_weights, "predict_with", lambda *_: np.eye(10)[[next(votes)] * 3]
    )
    assert fitted.predict(digits[0][:3]).tolist() == [2, 2, 2]


def test_the_same_seed_draws_the_same_networks():
    first, second = (shipped.make("rmdl", seed=4).draw() for _ in range(2))
    assert first == second
    assert first != shipped.make("rmdl", seed=5).draw()


def test_more_networks_leave_the_first_as_they_were():
    few = shipped.make("rmdl", dense=2, recurrent=0, convolutional=1).draw()
    many = shipped.make("rmdl", dense=4, recurrent=2, convolutional=3).draw()
    assert set(few) <= set(many)


def test_a_run_goes_on_where_it_stopped(fitted, digits, monkeypatch):
    drawn = []

    def train(network, *given, train_network=random_networks.train_network, **schedule):
        drawn.append(network)
        return train_network(network, *given, **schedule)

    monkeypatch.setattr(random_networks, "train_network", train)
    lost = fitted.networks_[1]
    (fitted.folder / f"dense-{lost.seed}.json").unlink()
    again = shipped.make("rmdl", **fitted.get_params()).fit(*digits)
    assert drawn == [lost]
    np.testing.assert_array_equal(
        again.predict_proba(digits[0]), fitted.predict_proba(digits[0])
    )
    assert pickle.dumps(again) == pickle.dumps(fitted)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"epochs": 2}, 4),
        ({"dropout": 0.2}, 4),
        ({"dense_width": 0.03}, 2),
        ({"dense": 3}, 1),
        ({}, 0),
    ],
)
def test_only_what_is_changed_is_trained_again(
    fitted, digits, trained, tmp_path, change, expected
):
    parameters = TINY | {"folder": tmp_path}
    shipped.make("rmdl", **parameters).fit(*digits)
    del trained[:]
    shipped.make("rmdl", **parameters | change).fit(*digits)
    assert len(trained) == expected


def test_each_network_starts_at_its_own_optimizer_s_rate(digits, monkeypatch):
    used = set()

    def train(network, *_, rate, **__):
        used.add((network.optimizer, rate))
        return [np.zeros(3)]

    monkeypatch.setattr(random_networks, "train_network", train)
    rates = {"rmsprop_rate": 0.1, "adagrad_rate": 0.2, "adam_rate": 0.3}
    shipped.make("rmdl", dense=5, **rates).fit(*digits)
    assert used == {("RMSprop", 0.1), ("Adagrad", 0.2), ("Adam", 0.3)}


def test_other_digits_are_trained_on_anew(digits, trained, tmp_path):
    images, labels = digits
    shipped.make("rmdl", folder=tmp_path, **TINY).fit(images, labels)
    shipped.make("rmdl", folder=tmp_path, **TINY).fit(images, labels[::-1])
    assert len(trained) == 8


def test_nothing_half_written_is_left_and_the_cards_can_be_read(fitted):
    names = sorted(path.suffix for path in fitted.folder.iterdir())
    assert names == [".json"] * 4 + [".npz"] * 4
    cards = [json.loads(path.read_text()) for path in fitted.folder.glob("*.json")]
    assert {card["network"]["kind"] for card in cards} == {
        "dense",
        "recurrent",
        "convolutional",
    }


def test_weights_without_their_card_are_not_trusted(digits, trained, tmp_path):
    baseline = shipped.make("rmdl", folder=tmp_path, **TINY).fit(*digits)
    card = next(tmp_path.glob("*.json"))
    card.write_text(card.read_text().replace('"epochs": 1', '"epochs": 9'))
    del trained[:]
    baseline.fit(*digits)
    assert len(trained) == 1


def test_a_vote_without_networks_is_refused(digits):
    nobody = {"dense": 0, "recurrent": 0, "convolutional": 0}
    with pytest.raises(ValueError, match="must ask for at least one network"):
        shipped.make("rmdl", **nobody).fit(*digits)
