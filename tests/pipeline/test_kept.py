"""Predictions of a slow baseline stand for it, for its digits and parameters alone."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from pipeline import baseline, kept, predict
from pipeline.frame import files, params

NAME = "knn"


@pytest.fixture
def run(tmp_path, monkeypatch, labelled_digits):
    """Return the parameters of a run whose one baseline is trained, and has read."""
    parameters = params.load()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(baseline.processor, "prepare_training", lambda: None)
    images, labels = labelled_digits
    files.write_arrays(
        files.TRAIN, images=images[:300], labels=labels[:300], fold=np.arange(300) % 3
    )
    files.write_arrays(files.TEST, images=images[300:400])
    baseline.main(parameters, NAME)
    read = predict.load_baseline(NAME).predict_proba(images[300:400])
    files.write_arrays(files.PREDICTIONS, **{NAME: read.astype(np.float32)})
    return parameters


def keep(monkeypatch, folder, seconds=0):
    """Keep what took so long, in place of what is there."""
    monkeypatch.setattr(kept, "SLOW_SECONDS", seconds)
    kept.keep([NAME], folder)
    shutil.rmtree(files.BASELINES)
    if folder.is_dir():
        shutil.copytree(folder, files.BASELINES)


@pytest.fixture
def released(run, tmp_path, monkeypatch):
    keep(monkeypatch, tmp_path / "released")
    return run


def contents(folder):
    return {path.name: path.read_bytes() for path in (folder / NAME).iterdir()}


def test_what_is_kept_stands_for_the_baseline(released, capsys):
    baseline.main(released, NAME)
    assert capsys.readouterr().out == f"{NAME}: finished before\n"
    images = files.read_arrays(files.TEST, "images")["images"]
    read = predict.load_baseline(NAME).predict_proba(images)
    np.testing.assert_array_equal(read, files.read_arrays(files.PREDICTIONS)[NAME])
    assert contents(files.BASELINES).keys() == {"card.json", "predictions.npz"}


def test_what_was_kept_before_is_kept_as_it_is(released, tmp_path, monkeypatch):
    files.PREDICTIONS.unlink()
    first = contents(files.BASELINES)
    keep(monkeypatch, tmp_path / "again")
    assert contents(files.BASELINES) == first


def test_other_digits_are_refused(released):
    images = files.read_arrays(files.TEST, "images")["images"][::-1]
    with pytest.raises(ValueError, match="answers to other digits than"):
        predict.load_baseline(NAME).predict_proba(images)


def test_one_of_other_parameters_is_trained(released):
    knn = replace(released.baselines.knn, neighbours=5)
    asked = replace(released, baselines=replace(released.baselines, knn=knn))
    baseline.main(asked, NAME)
    assert (files.BASELINES / NAME / "model.joblib").is_file()


@pytest.mark.parametrize("name", ["card.json", "predictions.npz"])
def test_what_is_not_whole_is_trained(released, name):
    (files.BASELINES / NAME / name).unlink()
    baseline.main(released, NAME)
    assert (files.BASELINES / NAME / "model.joblib").is_file()


def test_what_is_fast_is_not_kept(run, tmp_path, monkeypatch):
    keep(monkeypatch, tmp_path / "released", seconds=600)
    assert not (tmp_path / "released").exists()


def test_predictions_that_were_changed_are_refused(released):
    path = files.BASELINES / NAME / kept.PREDICTIONS
    with np.load(path) as held:
        np.savez(path, **dict(held) | {"probabilities": held["probabilities"][::-1]})
    with pytest.raises(ValueError, match="is not the file that the pipeline wrote"):
        predict.load_baseline(NAME)
