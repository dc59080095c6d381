"""What the report writes beside its page, and other systems and runs that it shows."""

import json
import subprocess

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from small_run import write_run

from ensembles import metrics
from pipeline import report
from pipeline.browser import comparison
from pipeline.frame import files

WRONG = {"ensemble": [3, 50, 120], "released": [3, 7], "linear": [5, 6, 7, 8]}


@pytest.fixture(scope="module")
def run(tmp_path_factory, labelled_digits):
    """Write a run and its report into the current folder; yield the parameters."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("run"))
        asked = write_run(*labelled_digits, WRONG)
        report.main(asked)
        yield asked


def content(place=files.PAGE):
    """Return what the page's script reads."""
    text = place.read_text().split('<script type="application/json" id="content">')[1]
    return json.loads(text.split("</script>")[0])


def test_misread_digits_are_pictures_of_stable_names(run):
    names = {path.name for path in (files.REPORTS / "errors").iterdir()}
    assert names == {f"test-{index}.png" for index in WRONG["ensemble"]}
    images = files.read_arrays(files.TEST, "images")["images"]
    for index in WRONG["ensemble"]:
        with Image.open(files.REPORTS / f"errors/test-{index}.png") as picture:
            np.testing.assert_array_equal(np.asarray(picture), images[index])


def test_every_figure_is_there_as_png_svg_and_data(run):
    figures = {path.stem for path in files.FIGURES.glob("*.png")}
    assert len(figures) == 10
    for kind in ("svg", "csv"):
        assert {path.stem for path in (files.FIGURES / kind).iterdir()} == figures
    for path in (files.FIGURES / "svg").iterdir():
        assert "<text" in path.read_text(), path
        assert "currentColor" in path.read_text() or path.stem == "errors", path
    table = pd.read_csv(files.FIGURES / "csv/errors.csv")
    assert sorted(table["index"]) == WRONG["ensemble"]
    counts = pd.read_csv(files.FIGURES / "csv/errors_by_digit.csv")
    assert counts["errors"].sum() == len(WRONG["ensemble"])


def test_the_same_run_gives_the_same_page(run):
    before = files.PAGE.read_bytes()
    report.main(run)
    assert files.PAGE.read_bytes() == before


def test_a_time_that_was_not_measured_is_empty(run):
    board = pd.read_csv(files.LEADERBOARD).set_index("system")["seconds"]
    assert board[["student", "released", "stacking", "linear"]].isna().all()
    assert board["ensemble"] == 40


def test_the_page_counts_by_label_and_reading(run):
    systems = {system["name"]: system for system in content()["systems"]}
    digits = files.read_arrays(files.TEST, "labels")["labels"].astype(int)
    counts = np.reshape(systems["linear"]["counts"], (10, 10))
    assert np.trace(counts) == len(digits) - 4
    for index in WRONG["linear"]:
        assert counts[digits[index], (digits[index] + 1) % 10] > 0


def test_another_system_has_a_page_of_its_own(run):
    before = files.PAGE.read_bytes()
    report.main(run, system="linear")
    assert files.PAGE.read_bytes() == before
    assert content(report.OTHER)["inspected"] == "linear"
    assert "4 of 400 digits misread" in report.OTHER.read_text()
    report.main(run, system="released")
    assert content(report.OTHER)["comparison"] is None


def test_an_unknown_system_is_refused_by_name(run):
    with pytest.raises(ValueError, match="no system 'vgg' in this run; there are ense"):
        report.main(run, system="vgg")


def test_beside_the_released_ensemble(run):
    found = content()["comparison"]
    assert (found["mended"], found["broken"], found["both"]) == ([7], [50, 120], [3])
    one, other = (np.isin(np.arange(400), WRONG[n]) for n in ("ensemble", "released"))
    assert found["p"] == pytest.approx(metrics.mcnemar(one, other))


@pytest.fixture
def other_run(run, tmp_path):
    """Return the reports of another run on the same digits: it misreads 3 and 9."""
    table = pd.read_csv(files.ERRORS)
    row = table.iloc[[0]].assign(index=9, label=int(label_of(9)))
    row["ensemble"] = (row["label"] + 1) % 10
    kept = table[table["index"] == 3]
    pd.concat([kept, row]).to_csv(tmp_path / "errors.csv", index=False)
    (tmp_path / "metrics.json").write_text(files.METRICS.read_text())
    return tmp_path


def label_of(index):
    return files.read_arrays(files.TEST, "labels")["labels"][index]


def test_beside_a_folder_of_reports(run, other_run):
    report.main(run, against=str(other_run))
    found = content(report.OTHER)["comparison"]
    assert (found["mended"], found["broken"], found["both"]) == ([9], [50, 120], [3])


def test_beside_a_revision_of_git(run, other_run):
    def git(*command):
        who = ["-c", "user.name=a", "-c", "user.email=a@b"]
        subprocess.run(["git", *who, *command], check=True, capture_output=True)

    git("init", "--quiet")
    git("add", str(files.REPORTS))
    git("commit", "--quiet", "-m", "one")
    report.main(run, against="HEAD")
    found = content(report.OTHER)["comparison"]
    assert (found["mended"], found["broken"], found["p"]) == ([], [], 1)
    assert found["both"] == WRONG["ensemble"]


@pytest.mark.parametrize("against", ["no-such", "--output=x", "HEAD~1000"])
def test_what_cannot_be_compared_is_refused(run, against):
    with pytest.raises(ValueError, match="is no folder of reports, and no revision"):
        comparison.beside(report.finished_run.read(), "ensemble", against)


def test_reports_of_other_digits_are_refused(run, other_run):
    figures = json.loads((other_run / "metrics.json").read_text())
    (other_run / "metrics.json").write_text(json.dumps(figures | {"digits": 10_000}))
    with pytest.raises(ValueError, match=r"10,000 digits of some digits"):
        report.main(run, against=str(other_run))
    (other_run / "metrics.json").unlink()
    with pytest.raises(ValueError, match=r"has no metrics\.json"):
        report.main(run, against=str(other_run))
