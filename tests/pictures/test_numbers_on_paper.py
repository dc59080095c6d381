"""The kept set of numbers keeps its targets, and is what the reader still reads."""

import papers
import pytest

from benchmarks import numbers
from ensembles.serving.predictor import Predictor
from pipeline.documents.results import NUMBERS
from pipeline.frame import files
from webapp.app import create_app
from webapp.environment import ROOT, Settings


@pytest.fixture(scope="module")
def kept():
    return files.read_json(ROOT / NUMBERS)


def test_the_set_keeps_its_targets(kept):
    found = kept["all"]
    assert found["exact_percent"] >= 90
    assert found["digits_right_percent"] >= 98
    assert found["sure_and_wrong"] <= found["sure"] / 300
    assert found["right_and_doubted_percent"] <= 5


def test_the_set_is_read_as_was_kept(kept):
    client = create_app(Predictor(Settings.ensemble, threads=1)).test_client()
    for paper in papers.PAPERS:
        for seed in (0, 2):  # the even ones are of strokes, and need no data
            drawn = papers.draw(paper, seed)
            written, read = kept["written_and_read"][f"{paper} {seed}"]
            assert "".join(map(str, drawn.labels)) == written
            assert numbers.read(client, drawn.content)[0] == read


def test_totals_are_those_of_the_texts(kept):
    texts = kept["written_and_read"].values()
    assert len(texts) == kept["all"]["numbers"]
    assert sum(one == other for one, other in texts) == kept["all"]["exact"]
    assert sum(len(one) for one, _ in texts) == kept["all"]["digits"]


@pytest.mark.parametrize(
    ("written", "read", "sure", "expected"),
    [
        ("123", "123", [True, False, True], (1, 3, 2, 0, 1)),
        ("123", "173", [True, True, True], (0, 2, 3, 1, 0)),
        ("123", "1?23", [True, False, True, True], (0, 3, 3, 0, 0)),
        ("12", "2", [False], (0, 1, 0, 0, 1)),
    ],
)
def test_scores_are_counted_by_hand(written, read, sure, expected):
    names = "exact", "digits_right", "sure", "sure_and_wrong", "right_and_doubted"
    found = numbers.score(written, read, sure)
    assert tuple(found[name] for name in names) == expected
