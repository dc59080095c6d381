"""Errors of ensembles of some members against hand-worked examples."""

import itertools

import numpy as np
import pytest

from ensembles.combining import subsets


def test_error_against_size_ends_at_the_whole_ensemble():
    rng = np.random.default_rng(1)
    labels = np.arange(500) % 10
    members = rng.dirichlet(np.ones(10), (5, len(labels))) + np.eye(10)[labels] * 0.2
    rows = subsets.error_against_size(members, labels, subsets=60, seed=0)
    assert [row["members"] for row in rows] == [1, 2, 3, 4, 5]
    whole = 100 * (members.mean(0).argmax(1) != labels).mean()
    assert rows[-1]["mean_percent"] == pytest.approx(whole)
    assert rows[-1]["sd_percent"] == pytest.approx(0)
    alone = 100 * (members.argmax(2) != labels).mean(1)
    assert rows[0]["mean_percent"] == pytest.approx(alone.mean())
    assert rows[0]["sd_percent"] == pytest.approx(alone.std())


def one_hot(readings):
    return np.eye(10)[np.array(readings)]


def test_disjoint_ensembles_share_no_member():
    labels = np.array([1, 2, 3, 4])
    right, wrong = [1, 2, 3, 4], [0, 0, 0, 4]
    members = one_hot([right, wrong, [1, 2, 0, 4], right, wrong, [1, 2, 0, 4]])
    found = subsets.disjoint_errors(members, labels)
    assert found["errors"] == [0, 3, 1]
    assert found["members"] == 2
    assert found["mean_percent"] == pytest.approx(100 * 4 / 3 / 4)
    assert found["sd_percent"] == pytest.approx(25 * np.std([0, 3, 1], ddof=1))


def test_the_best_on_the_test_set_is_found_among_all():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, 40)
    members = rng.dirichlet(np.ones(10), (5, 40)) + 0.3 * np.eye(10)[labels]
    trials = [
        (members[list(chosen)].sum(0).argmax(1) != labels).sum()
        for chosen in itertools.combinations(range(5), 3)
    ]
    found = subsets.best_on_test(members, labels)
    assert found["ensemble_errors"] == min(trials)
    assert found["member_errors"] == min((members.argmax(2) != labels).sum(1))
    assert found["size"] == 3
