"""The released ensemble is whole, small enough, and what its card says."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scales
from ruamel.yaml import YAML

from ensembles.members import on_disk
from ensembles.members.fingerprint import digest_file
from ensembles.members.identity import identify
from ensembles.metrics import error_interval
from ensembles.serving.predictor import Predictor
from pipeline.commands.release import MOST_BYTES
from pipeline.frame import files

ROOT = Path(__file__).parent.parent
RECORD = ROOT / files.RELEASE


@pytest.fixture(scope="module")
def card():
    return files.read_json(RECORD / "card.json")


@pytest.fixture(scope="module")
def released():
    return Predictor(RECORD / "ensemble.onnx", threads=1)


def test_the_card_is_of_this_graph(card):
    assert digest_file(RECORD / "ensemble.onnx") == card["sha256"]
    assert card["dataset"] == "MNIST"


@pytest.mark.parametrize("name", MOST_BYTES)
def test_graphs_are_small_enough(name):
    assert (RECORD / name).stat().st_size <= MOST_BYTES[name]


def test_the_members_are_those_that_the_parameters_ask_for(card):
    asked = scales.record_parameters().members
    assert [member["name"] for member in card["members"]] == [
        f"{name}/{seed}" for name in asked.architectures for seed in range(asked.seeds)
    ]


def test_the_parameters_differ_from_the_laptops_in_scale_alone():
    differing = YAML(typ="safe").load(RECORD / "params.yaml")
    assert differing.keys() <= {"augment", "members", "baselines", "explore"}
    assert differing["baselines"].keys() == {"names"}


def test_members_of_the_next_release_are_those_that_the_parameters_ask_for():
    asked = scales.record_parameters()
    places = [card.parent for card in sorted((RECORD / "next").glob("*/*/card.json"))]
    for place in places:
        architecture, seed = place.parent.name, int(place.name)
        found = on_disk.load_card(place)["identity"]
        expected = identify(
            architecture,
            seed,
            asked.data.folds,
            asked.members.recipes[architecture],
            asked.augment,
            found["data_digest"],
        )
        assert found == expected, place
        assert len(on_disk.load_curve(place)) == expected["recipe"]["epochs"]


def test_the_test_figures_follow_from_the_errors(card):
    errors, digits = card["test_errors"], 10_000
    assert card["test_error_percent"] == pytest.approx(100 * errors / digits)
    assert card["test_interval"] == pytest.approx(error_interval(errors, digits))
    board = pd.read_csv(RECORD / "leaderboard.csv").set_index("system")
    assert board.loc["ensemble", "errors"] == errors
    assert board.loc["student", "errors"] == card["student_test_errors"]


def test_the_laptops_run_finds_the_same_errors(card):
    board = pd.read_csv(ROOT / files.LEADERBOARD).set_index("system")
    assert board.loc["released", "errors"] == card["test_errors"]


def test_both_graphs_read_digits(released, card, labelled_digits):
    images, labels = (part[:200] for part in labelled_digits)
    answer = released.predict(images)
    assert answer.members.shape == (len(card["members"]), 200, 10)
    assert answer.distances.shape == (200,)
    student = Predictor(RECORD / "student.onnx", threads=1)
    # What its neighbour's card tells is not its own.
    assert student.card == {}
    for read in (answer, student.predict(images)):
        assert np.mean(read.digits == labels) > 0.9
