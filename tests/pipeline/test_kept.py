"""Predictions of a slow baseline stand for it, for its digits and parameters alone."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from pipeline import baseline, held_out, kept, predict
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


@pytest.fixture
def released(run, monkeypatch):
    """Keep it, and put the cards where the baselines were, as `make record` does."""
    monkeypatch.setattr(kept, "SLOW_SECONDS", 0)
    kept.keep([NAME], files.RELEASE)
    shutil.rmtree(files.BASELINES)
    shutil.copytree(files.RELEASE / files.BASELINES.name, files.BASELINES)
    return run


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*.*")
    }


def test_what_is_kept_stands_for_the_baseline(released, capsys):
    baseline.main(released, NAME)
    assert capsys.readouterr().out == f"{NAME}: finished before\n"
    images = files.read_arrays(files.TEST, "images")["images"]
    read = predict.load_baseline(NAME).predict_proba(images)
    np.testing.assert_array_equal(read, files.read_arrays(files.PREDICTIONS)[NAME])


def test_of_test_digits_nothing_is_kept_but_what_predict_alone_depends_on(released):
    others = contents(files.RELEASE).keys() - {f"{files.KEPT.name}/{NAME}.npz"}
    assert others == {f"baselines/{NAME}/card.json"}
    assert contents(files.BASELINES).keys() == {f"{NAME}/card.json"}


def test_what_a_card_does_not_tell_of_is_not_read(released):
    shutil.copy(files.TEST, files.BASELINES / NAME / files.OUT_OF_FOLD)
    assert held_out.of_baselines([NAME]) == {}


def test_what_was_kept_before_is_kept_as_it_is(released, tmp_path):
    kept.keep([NAME], tmp_path / "again")
    assert contents(tmp_path / "again") == contents(files.RELEASE)


def test_other_digits_are_refused(released):
    images = files.read_arrays(files.TEST, "images")["images"][::-1]
    with pytest.raises(ValueError, match="answers to other digits than"):
        predict.load_baseline(NAME).predict_proba(images)


def test_one_of_other_parameters_is_trained(released):
    knn = replace(released.baselines.knn, neighbours=5)
    asked = replace(released, baselines=replace(released.baselines, knn=knn))
    baseline.main(asked, NAME)
    assert (files.BASELINES / NAME / "model.joblib").is_file()


def test_without_its_card_it_is_trained(released):
    (files.BASELINES / NAME / "card.json").unlink()
    baseline.main(released, NAME)
    assert (files.BASELINES / NAME / "model.joblib").is_file()


def test_what_is_fast_is_not_kept(run):
    kept.keep([NAME], files.RELEASE)
    assert not files.RELEASE.exists()


def test_predictions_that_were_changed_are_refused(released):
    path = files.KEPT / f"{NAME}.npz"
    with np.load(path) as held:
        np.savez(path, **dict(held) | {"probabilities": held["probabilities"][::-1]})
    with pytest.raises(ValueError, match="is not what was released"):
        predict.load_baseline(NAME)
