"""A search asks for the same trials, however often it is ended and gone on with."""

import math

import numpy as np
import optuna
import pytest

from ensembles.exploring.families import FAMILIES
from ensembles.exploring.runs import Outcome
from ensembles.exploring.searches import Search

ROUND = 3


def judge(setting):
    """Tell how good a setting is, by a rule whose answer is known."""
    rate = math.log10(setting["learning_rate"]) + 3
    return 0.1 + rate**2 + 0.1 * (setting["optimizer"] != "adam")


def outcome_of(setting, pruned=False):
    loss = judge(setting)
    curve = [
        {
            "epoch": epoch,
            "loss": loss,
            "held_out_loss": loss + extra,
            "held_out_error_percent": 100 * loss,
        }
        for epoch, extra in ((1, 0.5), (2, 0.0), (3, 0.2))
    ]
    return Outcome(curve, pruned, 1000, 1.0, [], None)


def go_on(search, trials):
    while len(search.finished) < trials:
        for setting in search.ask()[: trials - len(search.finished)]:
            search.tell(setting, outcome_of(setting))


@pytest.fixture
def make(tmp_path):
    def make_search(name="one", family="mlp"):
        return Search(family, tmp_path / f"{name}.journal", ROUND, seed=0)

    return make_search


@pytest.mark.parametrize("family", FAMILIES)
def test_the_first_trial_is_the_textbooks(make, family):
    search = make(family=family)
    first, *others = search.ask()
    assert first == FAMILIES[family].textbook
    assert len(others) == ROUND - 1
    for setting in (first, *others):
        assert set(setting) == set(FAMILIES[family].space)


def test_a_search_that_was_ended_asks_for_the_same(make):
    go_on(whole := make("whole"), 15)
    for trials in (1, 4, 5, 11, 15):  # within rounds and between them
        go_on(broken := make("broken"), trials)
    assert [t.params for t in broken.finished] == [t.params for t in whole.finished]


def test_a_finished_search_asks_for_a_new_round(make):
    go_on(search := make(), ROUND)
    assert len(search.ask()) == ROUND
    assert search.ask() == search.ask()


def test_the_sampler_learns(make):
    go_on(search := make(), 45)
    # From the lowest that there is.
    excess = np.array([trial.value for trial in search.finished]) - 0.1
    assert np.median(excess[-15:]) < np.median(excess[:15]) / 2
    assert judge(search.best) == pytest.approx(excess.min() + 0.1)


def test_what_mattered_is_found(tmp_path):
    # One round, for which nothing is known: the settings are drawn at random.
    search = Search("mlp", tmp_path / "one.journal", round_size=80, seed=0)
    go_on(search, 80)
    importances = search.importances()
    assert sum(importances.values()) == pytest.approx(1)
    assert next(iter(importances)) == "learning_rate"
    assert importances["learning_rate"] > 0.7


def test_the_table_has_a_row_of_each_trial(make):
    go_on(search := make(), 7)
    table = search.table()
    assert table["trial"].tolist() == list(range(7))
    for row in table.itertuples():
        assert row.held_out_loss == pytest.approx(judge(row._asdict()))
        assert (row.best_epoch, row.epochs, row.parameters) == (2, 3, 1000)


def test_networks_that_were_given_up_are_no_rivals_and_not_the_best(make):
    search = make()
    asked = search.ask()
    best = min(asked, key=judge)
    for setting in asked:
        search.tell(setting, outcome_of(setting, pruned=setting == best))
    assert len(search.rivals()) == ROUND - 1
    assert judge(search.best) > judge(best)
    assert (search.table()["state"] == "pruned").sum() == 1


def test_rivals_are_of_the_rounds_before(make):
    search = make()
    asked = search.ask()
    search.tell(asked[0], outcome_of(asked[0]))
    assert search.rivals() == ()  # whoever was quicker in this round does not count
    for setting in asked[1:]:
        search.tell(setting, outcome_of(setting))
    losses = [judge(setting) for setting in asked]
    for rival, loss in zip(search.rivals(), losses, strict=True):
        assert rival == pytest.approx((loss + 0.5, loss, loss + 0.2))


def test_the_journal_is_optunas_own(make, tmp_path):
    go_on(make(), 4)
    backend = optuna.storages.journal.JournalFileBackend(str(tmp_path / "one.journal"))
    study = optuna.load_study(
        study_name="mlp", storage=optuna.storages.JournalStorage(backend)
    )
    assert len(study.trials) == 4
