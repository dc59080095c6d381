"""Each comparison varies one choice, and its table holds each variant's curve."""

import keras
import pytest

from ensembles.exploring import comparisons
from ensembles.exploring.families import FAMILIES
from ensembles.exploring.runs import Outcome, Run

CHOICES = {
    "normalisation": {"normalise"},
    "regularisation": {"dropout", "l2"},
    "optimizer": {"optimizer", "learning_rate"},
    "learning_rate": {"learning_rate"},
    "batch_size": {"batch_size"},
    "activation": {"activation"},
    "pooling": {"pooling"},
}


@pytest.fixture(params=FAMILIES)
def family(request):
    return FAMILIES[request.param]


@pytest.fixture
def named(family):
    return comparisons.name_comparisons(family)


def test_variants_of_a_comparison_differ_in_what_it_names(family, named):
    has_pooling = "pooling" in family.shape
    assert set(named) == set(CHOICES) - (set() if has_pooling else {"pooling"})
    for name, variants in named.items():
        first = next(iter(variants.values()))
        differing = {
            key
            for setting in variants.values()
            for key in setting
            if setting[key] != first[key]
        }
        assert differing == CHOICES[name]


def test_variants_are_named_by_their_values(named):
    for name in set(named) - {"normalisation", "regularisation", "optimizer"}:
        for variant, setting in named[name].items():
            value = setting[name]
            if isinstance(value, float):  # 0.033 stands for a thirtieth
                assert float(variant) == pytest.approx(value, rel=0.02)
            else:
                assert variant == str(value)
    for variant, setting in named["optimizer"].items():
        assert variant == f"{setting['optimizer']} ({setting['learning_rate']:g})"


def test_all_optimizers_and_kinds_of_pooling_of_the_search_are_compared(family, named):
    for choice in {"optimizer", "pooling"} & set(named):
        compared = {setting[choice] for setting in named[choice].values()}
        assert compared == set(family.space[choice].choices)


def test_usual_rates_are_kerass():
    for name, rate in comparisons.USUAL_RATES.items():
        usual = float(keras.optimizers.get(name).learning_rate)
        assert usual == pytest.approx(rate)


def test_each_setting_is_trained_once(family, named):
    settings = comparisons.distinct(named)
    assert len(settings) == (13 if "pooling" in family.shape else 11)
    assert sum(settings.count(one) for one in settings) == len(settings)
    for variants in named.values():
        assert all(setting in settings for setting in variants.values())


def test_the_table_holds_each_variants_own_curve(named):
    settings = comparisons.distinct(named)
    outcomes = [
        (
            Run("", setting, None, (), None, None, 1, None, 0),
            Outcome([{"epoch": 1, "loss": float(number)}], False, 0, 0.0, [], None),
        )
        for number, setting in enumerate(settings)
    ]
    table = comparisons.tabulate(named, outcomes)
    assert len(table) == sum(map(len, named.values()))
    for row in table.itertuples():
        assert settings[int(row.loss)] == named[row.comparison][row.variant]
