"""A trained baseline is kept as long as it is whole and the one that is asked for."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline import baseline
from pipeline.frame import files, params


@pytest.fixture
def asked(tmp_path, monkeypatch, labelled_digits):
    """Return parameters, in a folder that holds 300 digits in three folds."""
    parameters = params.load()
    monkeypatch.chdir(tmp_path)
    # It is for good: of the tests' process memory would never be given back.
    monkeypatch.setattr(baseline.processor, "prepare_training", lambda: None)
    images, labels = (part[:300] for part in labelled_digits)
    files.write_arrays(
        files.TRAIN, images=images, labels=labels, fold=np.arange(300) % 3
    )
    return parameters


def made_at():
    """Return when each file of the nearest neighbours was written, in nanoseconds."""
    folder = files.BASELINES / "knn"
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


def test_a_finished_baseline_is_not_trained_again(asked, capsys):
    baseline.main(asked, "knn")
    first = made_at()
    assert set(first) == {"card.json", "model.joblib", "out_of_fold.npy"}
    baseline.main(asked, "knn")
    assert made_at() == first
    assert capsys.readouterr().out.endswith("knn: finished before\n")


@pytest.mark.parametrize("name", ["model.joblib", "out_of_fold.npy", "card.json"])
@pytest.mark.parametrize("harm", ["cut", "lost"])
def test_one_that_is_not_whole_is_trained_again(asked, name, harm):
    baseline.main(asked, "knn")
    place = files.BASELINES / "knn" / name
    whole = place.read_bytes()
    if harm == "lost":
        place.unlink()
    elif name == "card.json":  # of an older version: none is ever cut
        place.write_text(whole.decode().replace('"identity"', '"name"', 1))
    else:
        place.write_bytes(whole[:-9])
    baseline.main(asked, "knn")
    if name == "card.json":
        assert "identity" in files.read_json(place)
    else:
        assert place.read_bytes() == whole


def test_one_of_other_parameters_or_digits_is_trained_again(asked):
    def card():
        return files.read_json(files.BASELINES / "knn/card.json")

    baseline.main(asked, "knn")
    first = card()
    other = replace(
        asked,
        baselines=replace(
            asked.baselines, knn=replace(asked.baselines.knn, neighbours=5)
        ),
    )
    baseline.main(other, "knn")
    second = card()
    assert second["identity"]["parameters"]["neighbours"] == 5
    assert second["sha256"] != first["sha256"]
    digits = files.read_arrays(files.TRAIN)
    files.write_arrays(files.TRAIN, **digits | {"labels": digits["labels"][::-1]})
    baseline.main(other, "knn")
    assert card()["identity"]["data_digest"] != second["identity"]["data_digest"]
