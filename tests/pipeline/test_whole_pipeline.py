"""The whole pipeline in a temporary clone: scikit-learn's digits, smoke scale."""

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import clones
import numpy as np
import onnx
import pandas as pd
import pytest
from clones import attempt, change_params, environment, is_alive, run, stage
from pptx import Presentation
from ruamel.yaml import YAML

from ensembles import metrics
from ensembles.exploring import explored
from ensembles.members import on_disk
from ensembles.members.networks import ARCHITECTURES
from ensembles.serving import graph
from ensembles.serving.predictor import DamagedEnsembleError, Predictor
from pipeline import combination, held_out
from pipeline.commands import notebooks, release
from pipeline.frame import params, trusted

SMOKE = {
    "data": {"folds": 2},
    "augment": {"passes": 2},
    "members": {
        "seeds": 2,
        "recipes": {"pooled": {"epochs": 2, "batch_size": 32, "min_steps": 100}},
    },
    "baselines": {
        "random_forest": {"trees": 10},
        "mlp_800": {"epochs": 2},
        "mlp_800_elastic": {"epochs": 1, "passes": 1},
    },
    "student": {"recipe": {"epochs": 2, "batch_size": 32, "min_steps": 100}},
    "explore": {
        "digits": 400,
        "watched_digits": 150,
        "round_size": 2,
        "patience": 2,
        "mlp": {"trials": 3, "epochs": 3, "final_epochs": 12},
        "cnn": {"trials": 3, "epochs": 3, "final_epochs": 12},
    },
    "evaluate": {"subsets": 5},
}
EXPLORED = ("explored_mlp", "explored_cnn")
TRAINING = ("train", "baseline")


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """Run everything in a clone."""
    folder = clones.make(tmp_path_factory.mktemp("clone"), SMOKE)
    folder.joinpath("log").write_text(run(folder, "dvc", "repro"))
    return folder


@pytest.fixture(scope="module")
def board(clone):
    return pd.read_csv(clone / "reports/leaderboard.csv").set_index("system")


@pytest.fixture(scope="module")
def labels(clone):
    with np.load(clone / "data/test.npz") as test:
        return test["labels"].astype(int)


@pytest.fixture(scope="module")
def predictions(clone):
    with np.load(clone / "data/predictions.npz") as archive:
        return dict(archive)


def test_the_replacement_of_mnist_is_announced_and_marked(clone, board):
    assert "INSTEAD OF MNIST" in (clone / "log").read_text()
    assert set(board["dataset"]) == {"scikit-learn digits"}
    card = json.loads((clone / "models/card.json").read_text())
    assert card["dataset"] == "scikit-learn digits"
    assert "not MNIST's" in (clone / "reports/index.html").read_text()


def test_bars_are_silent_without_a_terminal(clone):
    assert "epoch/s" not in (clone / "log").read_text()
    assert "%|" not in (clone / "log").read_text()


def test_a_second_run_has_nothing_to_do(clone):
    assert "up to date" in run(clone, "dvc", "repro")


def would_run(clone):
    """Return the stages that `dvc repro` would run now, in its order."""
    return re.findall(r"Running stage '(\S+)'", run(clone, "dvc", "repro", "--dry"))


def test_another_report_retrains_nothing(clone):
    place = clone / "pipeline/report.py"
    kept = place.read_text()
    place.write_text(kept + "# Another.\n")
    asked = would_run(clone)
    place.write_text(kept)
    assert asked == ["report"]


@pytest.mark.parametrize(
    ("section", "name", "change", "stage"),
    [
        ("members.recipes", "pooled", {"epochs": 3}, "train@pooled"),
        ("baselines", "knn", {"neighbours": 4}, "baseline@knn"),
    ],
)
def test_what_is_changed_is_retrained_alone(clone, section, name, change, stage):
    place = clone / "params.yaml"
    kept = place.read_text()
    yaml = YAML()
    parameters = yaml.load(place)
    within = parameters
    for key in section.split("."):
        within = within[key]
    # A copy, for one recipe stands for several architectures.
    within[name] = dict(within[name]) | change
    yaml.dump(parameters, place)
    trained = [one for one in would_run(clone) if one.split("@")[0] in TRAINING]
    place.write_text(kept)
    assert trained == [stage]


def test_the_ensemble_reads_the_digits(board):
    assert board.loc["ensemble", "error_percent"] < 15


def test_the_leaderboard_is_that_of_the_predictions(board, predictions, labels):
    for name in ("ensemble", "stacking", "knn", "random_forest", "mlp_800"):
        wrong = (predictions[name].argmax(1) != labels).sum()
        assert board.loc[name, "errors"] == wrong
        assert board.loc[name, "n_test"] == len(labels)
    for name, probabilities in zip(
        predictions["roster"], predictions["members"], strict=True
    ):
        assert board.loc[name, "errors"] == (probabilities.argmax(1) != labels).sum()


def test_the_leaderboard_has_its_columns(board):
    assert {
        "kind",
        "errors",
        "n_test",
        "error_percent",
        "ci_low",
        "ci_high",
        "log_loss",
        "ece",
        "p_vs_ensemble",
        "published_percent",
        "dataset",
    } <= set(board.columns)


def test_the_errors_are_those_of_any_system(clone, predictions, labels):
    table = pd.read_csv(clone / "reports/errors.csv")
    baselines = YAML(typ="safe").load(clone / "params.yaml")["baselines"]["names"]
    systems = ("ensemble", "stacking", "student", "released", *EXPLORED, *baselines)
    wrong = np.any([predictions[n].argmax(1) != labels for n in systems], axis=0)
    assert sorted(table["index"]) == np.flatnonzero(wrong).tolist()
    np.testing.assert_array_equal(table["label"], labels[table["index"]])


def test_the_page_shows_every_digit_that_the_ensemble_misreads(
    clone, predictions, labels
):
    page = (clone / "reports/index.html").read_text()
    text = page.split('<script type="application/json" id="content">')[1]
    digits = json.loads(text.split("</script>")[0])["digits"]
    places = zip(digits["index"], digits["training"], strict=True)
    shown = {index for index, training in places if not training}
    wrong = np.flatnonzero(predictions["ensemble"].argmax(1) != labels)
    assert shown >= set(wrong.tolist())
    pictures = {path.stem for path in (clone / "reports/errors").iterdir()}
    assert pictures == {f"test-{index}" for index in wrong}
    assert not re.search(r'(src|href)="(?!data:|#)', page)  # self-contained


def test_doubtful_labels_are_by_those_who_had_not_seen_them(clone):
    table = pd.read_csv(clone / "reports/doubtful_labels.csv")
    with np.load(clone / "data/train.npz") as train:
        labels, folds = train["labels"], train["fold"]
    # The mean of both architectures, each by its member without that fold; the ranks
    # are of tempered predictions, so that only the clear ones must be the same.
    out_of_fold = np.zeros((len(labels), 10))
    for path in clone.glob("models/members/*/*/held_out.npy"):
        fold = json.loads(path.with_name("card.json").read_text())["identity"]
        out_of_fold[folds == fold["held_out_fold"]] += np.load(path) / 2
    own = out_of_fold[np.arange(len(labels)), labels]
    first = own.argsort()[:20]
    assert set(first) <= set(table["index"])
    assert table["probability_of_label"].is_monotonic_increasing
    np.testing.assert_array_equal(table["label"], labels[table["index"]])


def test_neighbours_are_training_digits_of_mostly_the_same_label(clone, labels):
    with np.load(clone / "data/explained.npz") as found:
        test, neighbours = found["test"], found["neighbours"]
    with np.load(clone / "data/train.npz") as train:
        alike = train["labels"][neighbours[: len(test)]]
    assert (alike == labels[test][:, None]).mean() > 0.6


def test_confusion_and_classes_cover_every_system(clone, board, labels):
    confusion = pd.read_csv(clone / "reports/confusion.csv")
    digits = confusion.groupby("system")["digits"].sum()
    assert digits.to_dict() == dict.fromkeys(board.index, len(labels))
    off = confusion[confusion["label"] != confusion["prediction"]]
    wrong = off.groupby("system")["digits"].sum()
    assert wrong.to_dict() == {
        name: errors for name, errors in board["errors"].items() if errors
    }
    classes = pd.read_csv(clone / "reports/classes.csv")
    assert classes.groupby("system").size().to_dict() == dict.fromkeys(board.index, 10)


def test_the_metrics_are_those_of_the_leaderboard(clone, board, predictions, labels):
    found = json.loads((clone / "reports/metrics.json").read_text())
    assert found["systems"]["ensemble"]["errors"] == board.loc["ensemble", "errors"]
    assert found["members"]["number"] == 4
    assert found["label_noise"] == {}
    assert found["writers"]["unknown"]["digits"] == len(labels)
    expected = metrics.score(predictions["ensemble"], labels, bins=15)
    assert found["systems"]["ensemble"] == pytest.approx(
        {k: v for k, v in expected.items() if k != "n_test"}
    )


def test_dvc_draws_the_plots(clone):
    page = run(clone, "dvc", "plots", "show")
    assert "dvc_plots" in page
    drawn = (clone / "dvc_plots/index.html").read_text()
    for name in ("learning_curves", "confusion", "error_against_size", "reliability"):
        assert name in drawn


def test_the_exported_ensemble_makes_the_predictions(clone, predictions):
    with np.load(clone / "data/test.npz") as test:
        got = Predictor(clone / "models/ensemble.onnx").predict(test["images"])
    np.testing.assert_allclose(got.probabilities, predictions["ensemble"], atol=1e-6)


@pytest.mark.parametrize("name", EXPLORED)
def test_a_conclusion_is_that_of_the_predictions(clone, predictions, labels, name):
    family = name.split("_")[1]
    found = json.loads((clone / "reports/explored.json").read_text())[family]
    wrong = predictions[name].argmax(1) != labels
    assert found["test"]["errors"] == wrong.sum()
    assert wrong.mean() < 0.5
    with np.load(clone / "data/train.npz") as train:
        images, train_labels, fold = (train[n] for n in ("images", "labels", "fold"))
    # Scored on a fold that it had no part of.
    scored = fold == 0
    read = explored.predict(clone / "models/explore" / family, images[scored]).argmax(1)
    assert found["out_of_fold"]["errors"] == (read != train_labels[scored]).sum()
    assert found["out_of_fold"]["digits"] == scored.sum()
    trials = pd.read_csv(clone / "reports/explore" / family / "trials.csv")
    assert found["trials"] == len(trials) == 3
    finished = trials[trials["state"] == "complete"]
    best = finished.loc[finished["held_out_loss"].idxmin()]
    for choice, value in found["setting"].items():
        exact = isinstance(value, str | bool)
        expected = value if exact else pytest.approx(value, rel=1e-4)
        assert best[choice] == expected, choice


def test_a_killed_exploration_goes_on_to_the_same_trials(clone):
    table = clone / "reports/explore/mlp/trials.csv"
    kept = pd.read_csv(table).drop(columns="seconds")
    shutil.rmtree(clone / "models/explore/mlp")
    started = [sys.executable, "-m", "pipeline.explore", "mlp"]
    quiet = dict.fromkeys(("stdout", "stderr"), subprocess.DEVNULL)
    killed = subprocess.Popen(
        started, cwd=clone, env=environment(), start_new_session=True, **quiet
    )
    # One for the search, two for the trials of the first round.
    wait_for(lambda: journal_lines(clone) == 3, killed)
    killed.kill()
    killed.wait()
    wait_for(lambda: not is_alive(group=killed.pid))
    assert journal_lines(clone), "the kill came too late to test anything"
    log = stage(clone, "explore", "mlp")
    assert "2 of 3 trials finished" in log
    assert "0 of 3" not in log
    found = pd.read_csv(table).drop(columns="seconds")
    pd.testing.assert_frame_equal(found, kept)


def journal_lines(clone):
    """Count what the journal of the perceptrons' search says."""
    paths = clone.glob("models/explore/mlp/*.journal")
    return sum(len(path.read_text().splitlines()) for path in paths)


def test_the_slides_are_of_this_run(clone, board):
    slides = Presentation(clone / "reports/slides.pptx").slides
    first = "\n".join(s.text_frame.text for s in slides[0].shapes if s.has_text_frame)
    assert f"{board.loc['ensemble', 'errors']} of 359" in first
    assert "not MNIST's" in first
    for slide in slides:
        assert slide.notes_slide.notes_text_frame.text
        assert "{" not in slide.shapes.title.text


@pytest.mark.parametrize("name", ["exploration", "modelling"])
def test_a_notebook_runs_on_this_run(clone, name):
    done = notebooks.execute(clone / "notebooks" / f"{name}.ipynb")
    cells = [cell for cell in done.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    shown = str([cell.outputs for cell in cells])
    assert "scikit-learn digits" in shown
    assert shown.count("image/png") >= 8


def test_every_out_of_fold_row_is_by_members_that_did_not_see_it(clone):
    with np.load(clone / "data/train.npz") as train:
        folds, train_labels = train["fold"], train["labels"]
    for card in clone.glob("models/members/*/*/card.json"):
        identity = json.loads(card.read_text())["identity"]
        held_out = np.load(card.with_name("held_out.npy"))
        assert identity["held_out_fold"] == identity["seed"] % 2
        inside = folds == identity["held_out_fold"]
        assert held_out.shape == (inside.sum(), 10)
        assert (held_out.argmax(1) == train_labels[inside]).mean() > 0.8


def test_killed_training_resumes_to_the_same_combination(clone):
    before = (clone / "models/combination.json").read_text()
    members = clone / "models/members/pooled"
    kept = {path: path.read_bytes() for path in members.glob("*/held_out.npy")}
    shutil.rmtree(members)
    killed = subprocess.Popen(
        [sys.executable, "-m", "pipeline.train", "pooled"],
        cwd=clone,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_for(lambda: any(p.read_text() for p in members.glob(".*.progress")), killed)
    killed.kill()
    killed.wait()
    wait_for(lambda: not is_alive(group=killed.pid))
    assert list(members.glob(".*")), "the kill came too late to test anything"
    for place in members.glob("[0-9]*"):
        assert (place / "card.json").is_file()
    stage(clone, "train", "pooled")
    assert list(members.glob(".*")) == []
    assert {path: path.read_bytes() for path in kept} == kept
    stage(clone, "combine")
    assert (clone / "models/combination.json").read_text() == before


def wait_for(happened, process=None, seconds=120):
    deadline = time.monotonic() + seconds
    while not happened():
        assert not process or process.poll() is None, "the process ended too early"
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


KILLED_RELEASE = """
import os, signal, sys
from pathlib import Path
from pipeline.commands import release
from pipeline.frame import params
replace, left = Path.replace, int(sys.argv[1])
def replace_or_die(self, target):
    global left
    if self.parent.name.startswith(".draft-") and target.parent == Path(sys.argv[2]):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
    return replace(self, target)
Path.replace = replace_or_die
release.main(params.load(), sys.argv[2])
"""


@pytest.mark.long
def test_a_release_that_is_killed_between_its_renames_is_refused(clone, tmp_path):
    """It is never taken for one; the next release mends it."""
    place = tmp_path / "new"
    stage(clone, "commands.release", place)
    released = {path.name: path.read_bytes() for path in place.iterdir()}
    for renamed in (0, 1, len(released) - 1):
        old = {name: content + b" " for name, content in released.items()}
        old |= {"ensemble.onnx": (clone / "models/ensemble.onnx").read_bytes()}
        old |= {"card.json": (clone / "models/card.json").read_bytes()}
        for name, content in old.items():
            (place / name).write_bytes(content)
        command = [sys.executable, "-c", KILLED_RELEASE, str(renamed), str(place)]
        assert clones.execute(clone, *command).returncode == -signal.SIGKILL
        news = [n for n in released if (place / n).read_bytes() == released[n]]
        assert len(news) == renamed
        if renamed:
            with pytest.raises(DamagedEnsembleError, match="is not that of the card"):
                Predictor(place / "ensemble.onnx")
    stage(clone, "commands.release", place)
    assert {path.name: path.read_bytes() for path in place.iterdir()} == released
    Predictor(place / "ensemble.onnx")


def test_a_release_holds_what_was_evaluated(clone, tmp_path):
    (tmp_path / "new/.draft-killed").mkdir(parents=True)
    stage(clone, "commands.release", tmp_path / "new")
    names = {path.name for path in (tmp_path / "new").iterdir()}
    assert names == {
        "ensemble.onnx",
        "student.onnx",
        "card.json",
        "novelty.npz",
        "dvc.lock",
        "metrics.json",
        "leaderboard.csv",
        "errors.csv",
        "error_against_size.csv",
    }
    card = json.loads((tmp_path / "new/card.json").read_text())
    with np.load(clone / "data/test.npz") as test:
        read = Predictor(tmp_path / "new/ensemble.onnx").predict(test["images"])
        wrong = int((read.digits != test["labels"]).sum())
    assert card["test_errors"] == wrong
    assert card["test_error_percent"] == pytest.approx(100 * wrong / len(read.digits))
    single = card["in_single_precision"]
    assert set(single) <= set(card["training"])
    whole = sum(ARCHITECTURES[name]().count_params() for name in single)
    every = sum(ARCHITECTURES[name]().count_params() for name in card["training"])
    before = (clone / "models/ensemble.onnx").stat().st_size
    after = (tmp_path / "new/ensemble.onnx").stat().st_size
    assert after < (0.55 + 0.5 * whole / every) * before


@pytest.mark.parametrize(
    ("sufficient", "kept"),
    [
        ([], []),
        (["deskewed_strided"], ["deskewed_strided"]),
        (None, ["pooled", "deskewed_strided"]),
    ],
)
def test_a_release_keeps_whole_what_half_precision_changes(
    sufficient, kept, clone, tmp_path, monkeypatch
):
    """Which constants are whole decides here what is read."""
    monkeypatch.chdir(clone)
    names = ["pooled", "deskewed_strided"]

    def halved(path):
        constants = onnx.load(path).graph.initializer
        return [one.name for one in constants if "/half" in one.name]

    def read_unseen(path, card):
        half = halved(path)
        whole = [n for n in names if not any(f"/{n}_1/" in name for name in half)]
        return whole in (names, sufficient)

    monkeypatch.setattr(release, "read_unseen", read_unseen)
    monkeypatch.setattr(release, "read", halved)
    card = json.loads((clone / "models/card.json").read_text())
    student = params.load().student.architecture
    assert release.write_graphs(tmp_path, card, student) == kept
    assert halved(tmp_path / "student.onnx") == []


@pytest.mark.parametrize(
    ("path", "change", "message"),
    [
        ("models/members/pooled/1/card.json", None, "missing .*: pooled/1;"),
        ("reports/metrics.json", ("ensemble_sha256", "ab"), "metrics.json is of ab"),
        ("models/card.json", ("sha256", "cd"), "card.json is of cd"),
    ],
)
def test_a_release_is_refused(clone, tmp_path, path, change, message):
    kept = (clone / path).read_text()
    (clone / path).unlink()
    if change:
        key, value = change
        (clone / path).write_text(json.dumps(json.loads(kept) | {key: value}))
    done = attempt(clone, "commands.release", tmp_path / "new")
    (clone / path).unlink(missing_ok=True)
    (clone / path).write_text(kept)
    assert done.returncode == 3
    assert re.search(message, done.stderr), done.stderr
    assert not (tmp_path / "new").exists()


def test_more_seeds_train_the_new_members_alone(clone):
    asked = (clone / "params.yaml").read_text()
    change_params(clone, {"members": {"seeds": 4}})
    said = stage(clone, "train", "pooled")
    (clone / "params.yaml").write_text(asked)
    assert "pooled: 2 finished, 2 to train" in said
    for seed in ("2", "3"):
        shutil.rmtree(clone / "models/members/pooled" / seed)


def test_removing_an_architecture_or_a_seed_needs_no_training(clone):
    change_params(clone, {"members": {"architectures": ["pooled"]}})
    log = run(clone, "dvc", "repro", "export")
    assert set(re.findall(r"(\d+) to train", log)) <= {"0"}
    card = json.loads((clone / "models/card.json").read_text())
    assert [m["name"] for m in card["members"]] == ["pooled/0", "pooled/1"]


READERS = {
    "models/members/pooled/0/held_out.npy": on_disk.load_held_out,
    "models/members/pooled/0/member.weights.h5": graph.load_network,
    "models/baselines/knn/out_of_fold.npy": lambda _: held_out.of_baselines(["knn"]),
    "models/combination.json": lambda _: combination.read(),
    "models/ensemble.onnx": lambda folder: Predictor(folder / "ensemble.onnx"),
    "data/augmented/elastic/pass-00.npy": lambda folder: trusted.check_passes(
        [folder / "pass-00.npy"]
    ),
}


@pytest.mark.parametrize("name", READERS)
def test_what_was_changed_is_refused_by_its_name(clone, name, monkeypatch):
    monkeypatch.chdir(clone)
    place = Path(name)
    whole = place.read_bytes()
    middle = len(whole) // 2
    place.unlink()
    # A digit for a digit: a table of JSON stays one.
    other = b"1" if whole[middle : middle + 1] != b"1" else b"2"
    place.write_bytes(whole[:middle] + other + whole[middle + 1 :])
    with pytest.raises(ValueError, match=re.escape(place.name)):
        READERS[name](place.parent)
    place.write_bytes(whole)
    READERS[name](place.parent)


def test_a_pickle_that_was_changed_is_not_opened(clone):
    model = clone / "models/baselines/knn/model.joblib"
    model.chmod(0o644)
    model.write_bytes(model.read_bytes() + b"x")
    done = attempt(clone, "predict")
    assert done.returncode == 3
    assert "is not the file that the pipeline wrote" in done.stderr
    assert "Traceback" not in done.stderr
