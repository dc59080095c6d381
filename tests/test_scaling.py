"""What documents say of cost, coordination and kills is what was measured."""

import math
from pathlib import Path

import pytest

from pipeline.frame import files

ROOT = Path(__file__).parents[1]
LANGUAGES = {"docs": ".", "docs/fr": ","}
"""Folders, and the sign before decimals."""


def told(folder, name):
    return " ".join((ROOT / folder / name).read_text().split(" "))


@pytest.fixture(params=LANGUAGES)
def folder(request):
    return request.param


def number(value, folder, digits=1):
    return f"{value:.{digits}f}".replace(".", LANGUAGES[folder])


def test_costs_are_those_of_the_model(folder):
    cost = files.read_json(ROOT / "reports/benchmarks/cost.json")
    text = told(folder, "scaling.md")
    assert f"{number(cost['microseconds_per_digit'], folder, 0)} µs" in text
    assert f"{number(cost['giga_multiply_adds_per_second'], folder, 0)} " in text
    assert str(math.ceil(cost["largest_error_percent"])) in text
    for name, row in cost["architectures"].items():
        hours = (number(row["hours_of_members"][n], folder) for n in ("1", "8", "100"))
        each = number(row["seconds_per_member"], folder, 0)
        line = f"| `{name}` | {row['epochs']} | {each} | {' | '.join(hours)} |"
        assert line in text


def test_the_machine_is_the_cards_and_beside_the_benchmarks(folder):
    text = told(folder, "scaling.md").replace("\n", " ")
    card = files.read_json(ROOT / "record/card.json")
    assert card["hardware"] in text
    measured = files.read_json(ROOT / "reports/benchmarks/train_speed.json")
    limits = [row["limit"] for row in measured["architectures"].values()]
    low, high = (end(limits) / measured["cores"] for end in (min, max))
    spans = {
        "docs": f"{low:.0f} to {high:.0f} ",
        "docs/fr": f"de {low:.0f} à {high:.0f} ",
    }
    assert spans[folder] in text
    cost = files.read_json(ROOT / "reports/benchmarks/cost.json")
    assert cost["giga_multiply_adds_per_second"] > high


def test_coordination_is_what_was_measured(folder):
    text = told(folder, "scaling.md")
    ways = files.read_json(ROOT / "reports/benchmarks/coordination.json")["ways"]
    for way in ways.values():
        assert f"{number(way['overhead_ms'], folder)} ms" in text
        assert number(way["processor_ms"], folder) in text


def test_kills_are_counted(folder):
    faults = files.read_json(ROOT / "reports/faults.json")
    text = told(folder, "operating.md").replace("\n", " ")
    counted = {"docs": "tells of {} kills", "docs/fr": "compte {} exécutions tuées"}
    assert counted[folder].format(faults["compared"]) in text
    for name in ("trained_twice", "drafts_left", "differences"):
        assert faults[name] == []
