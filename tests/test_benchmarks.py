"""The table of benchmarks is of whole runs, complete, and what their files say."""

import re
import time
from pathlib import Path

import pytest

from benchmarks import table
from benchmarks.drawn_large import read_kept, side_by_side
from benchmarks.servers import numbers_in
from pipeline.documents.measured import MEASURED
from pipeline.frame import files

ROOT = Path(__file__).parent.parent
TOLD = "run `make benchmarks readme` on an idle machine"


@pytest.fixture(scope="module")
def measured():
    return files.read_json(ROOT / MEASURED)


def test_all_of_it_was_measured_and_in_full(measured):
    there = {path.stem for path in (ROOT / "reports/benchmarks").glob("*.json")}
    assert set(table.NAMES) <= there, TOLD
    assert measured["share"] == 1, TOLD


def test_the_table_is_of_the_files(measured):
    made = table.make_table(ROOT / "reports/benchmarks")
    assert measured["rows"] == made["rows"], TOLD


def test_the_benchmarks_that_are_named_exist():
    assert all((ROOT / f"benchmarks/{name}.py").is_file() for name in table.NAMES)


def test_versions_of_the_peers_are_exact():
    for line in (ROOT / "requirements-benchmarks.txt").read_text().splitlines():
        assert line.startswith("#") or re.match(r"[\w-]+==[\d.]+$", line), line


@pytest.mark.parametrize(
    "body",
    [
        b'{"shape":[1,10],"data":[0.5,0,0,0,0,0,0,0,0,5e-1]}',
        b"[[0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0.5]]",
    ],
)
def test_probabilities_are_found_in_the_answers_of_all_servers(body):
    assert [float(one) for one in numbers_in(body)] == [0.5, *[0] * 8, 0.5]


def test_what_was_read_before_a_kill_is_not_read_again(tmp_path):
    path = tmp_path / "drawn_large/kept.txt"
    assert read_kept(path) == {}
    path.write_text("3 4\n5 -1\n17")
    assert read_kept(path) == {3: 4, 5: -1}
    assert path.read_text() == "3 4\n5 -1\n"


def test_who_stops_reading_drawings_waits_for_no_other():
    asked = []

    def ask(number):
        time.sleep(0.001)  # else many are answered while the last are handed out
        asked.append(number)
        return -number

    answers = side_by_side(ask, range(5000))
    assert [next(answers) for _ in range(3)] == [(0, 0), (1, -1), (2, -2)]
    answers.close()
    assert len(asked) < 2500


@pytest.mark.parametrize(("folder", "point"), [("docs", "."), ("docs/fr", ",")])
def test_what_digits_drawn_large_lose_is_told(folder, point):
    found = files.read_json(ROOT / "reports/benchmarks/drawn_large.json")
    text = " ".join((ROOT / folder / "benchmarks.md").read_text().split())
    for name in ("drawn", "originals", "points_lost", "target_points"):
        assert re.search(rf"\b{found[name]}\b".replace(".", re.escape(point)), text)
