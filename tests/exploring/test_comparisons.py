"""Each comparison varies one choice, and its table holds each variant's curve."""

import pytest

from ensembles.exploring import comparisons
from ensembles.exploring.families import FAMILIES
from ensembles.exploring.runs import Outcome, Run


@pytest.fixture(params=FAMILIES)
def textbook(request):
    return FAMILIES[request.param].textbook


def test_variants_of_a_comparison_differ_in_what_it_names(textbook):
    choices = {
        "normalisation": {"normalise"},
        "regularisation": {"dropout", "l2"},
        "learning_rate": {"learning_rate"},
        "batch_size": {"batch_size"},
    }
    named = comparisons.name_comparisons(textbook)
    assert set(named) == set(choices)
    for name, variants in named.items():
        first = next(iter(variants.values()))
        differing = {
            key
            for setting in variants.values()
            for key in setting
            if setting[key] != first[key]
        }
        assert differing == choices[name]


def test_each_setting_is_trained_once(textbook):
    named = comparisons.name_comparisons(textbook)
    settings = comparisons.distinct(named)
    assert len(settings) == 7
    for variants in named.values():
        assert all(setting in settings for setting in variants.values())


def test_the_table_holds_each_variants_own_curve(textbook):
    named = comparisons.name_comparisons(textbook)
    settings = comparisons.distinct(named)
    outcomes = [
        (
            Run("", setting, None, (), None, None, 1, None, 0),
            Outcome([{"epoch": 1, "loss": float(number)}], False, 0, 0.0, [], None),
        )
        for number, setting in enumerate(settings)
    ]
    table = comparisons.tabulate(named, outcomes)
    assert len(table) == sum(map(len, named.values())) == 10
    for row in table.itertuples():
        assert settings[int(row.loss)] == named[row.comparison][row.variant]
