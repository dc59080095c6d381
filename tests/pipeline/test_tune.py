import io
from dataclasses import asdict
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from ensembles.baselines.pairwise import PairwiseLinear
from pipeline.commands import tune
from pipeline.frame import files

CHOSEN = PairwiseLinear(penalty=1.0, saturate=True, deskew=False)


def test_settings_differ_from_the_chosen_one_in_one_argument():
    chosen = {"k": 3, "warp": 2}
    found = tune.settings_around(chosen, {"k": [1, 3], "warp": [1, 2, 3]})
    assert found[0] == chosen
    assert found[1:] == [
        {"k": 1, "warp": 2},
        {"k": 3, "warp": 1},
        {"k": 3, "warp": 3},
    ]


def test_held_out_digits_are_of_the_fold_and_not_trained_on():
    fold = np.repeat([0, 1, 2], 50)
    inside, outside = tune.hold_out(fold, 1, digits=20)
    assert len(outside) == 20
    assert set(fold[outside]) == {1}
    assert sorted({*fold[inside]}) == [0, 2]
    assert len(inside) == 100


def test_a_small_fold_is_held_out_whole():
    _, outside = tune.hold_out(np.repeat([0, 1], 10), 1, digits=20)
    assert outside.tolist() == list(range(10, 20))


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Sixty digits in three folds, in the current folder, and parameters for them."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (60, 28, 28)).astype(np.uint8)
    labels, fold = np.arange(60) % 2, np.repeat([0, 1, 2], 20)
    files.write_arrays(files.TRAIN, images=images, labels=labels, fold=fold)
    grids = {"pairwise_linear": {"penalty": [1.0, 0.1]}}
    trials = tune.Trials(folds=(0, 2), digits=20, grids=grids)
    monkeypatch.setattr(tune, "load_trials", lambda _: trials)
    return SimpleNamespace(baselines=SimpleNamespace(pairwise_linear=CHOSEN))


def test_the_table_counts_the_errors_of_each_setting(small):
    tune.main(small, "pairwise_linear")
    table = pd.read_csv(files.TUNING / "pairwise_linear.csv")
    assert table["penalty"].tolist() == [1.0, 0.1]
    assert table["digits"].tolist() == [40, 40]
    assert table["folds"].tolist() == ["0 2", "0 2"]
    errors = 0
    images, labels, fold = files.read_arrays(files.TRAIN).values()
    for number in (0, 2):
        out = fold == number
        model = PairwiseLinear(penalty=1.0, saturate=True, deskew=False)
        model.fit(images[~out], labels[~out])
        errors += (model.predict(images[out]) != labels[out]).sum()
    assert table["out_of_fold_errors"][0] == errors
    assert table["error_percent"][0] == pytest.approx(100 * errors / 40)


def test_rows_that_the_table_has_are_not_measured_again(small, monkeypatch):
    tune.main(small, "pairwise_linear")
    place = files.TUNING / "pairwise_linear.csv"
    whole = place.read_text()
    header, chosen, other, _ = whole.split("\n")
    # A run that was ended after its first row, and a row of another protocol.
    foreign = other.replace("0 2", "1")
    place.write_text("\n".join([header, chosen, foreign, ""]))
    measured = []
    real = tune.measure

    def measure(name, setting, **others):
        measured.append(setting)
        return real(name, setting, **others)

    monkeypatch.setattr(tune, "measure", measure)
    tune.main(small, "pairwise_linear")
    assert [setting["penalty"] for setting in measured] == [0.1]
    again = pd.read_csv(place).drop(columns="seconds")
    first = pd.read_csv(io.StringIO(whole)).drop(columns="seconds")
    pd.testing.assert_frame_equal(again, first)


def test_the_command_line_changes_settings_and_folds():
    assert tune.change(CHOSEN, (0, 3), []) == (asdict(CHOSEN), (0, 3))
    asked = ["penalty=4", "folds=[1]"]
    expected = asdict(CHOSEN) | {"penalty": 4.0}
    assert tune.change(CHOSEN, (0, 3), asked) == (expected, (1,))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("penalti=4", "unknown key `penalti`; the nearest is `penalty`"),
        ("penalty", "give changes as `epochs=4` or `folds=.0.`; got 'penalty'"),
        ("penalty=[", "is not valid YAML"),
        ("penalty=much", "`penalty` must be a value of type float; got 'much'"),
        ("penalty=0", "`penalty` must be from 1e-12 to 1000000.0; got 0.0"),
        ("folds=0", "`folds` must be a list that is not empty; got 0"),
        ("folds=[x]", r"`folds\[0\]` must be a value of type int; got 'x'"),
    ],
)
def test_what_cannot_be_changed_so_is_refused(text, message):
    with pytest.raises(ValueError, match=message):
        tune.change(CHOSEN, (0,), [text])


@pytest.mark.parametrize("arguments", [(), ("names",), ("svn",)])
def test_an_unknown_baseline_is_refused(small, arguments):
    with pytest.raises(ValueError, match="name one of knn, "):
        tune.main(small, *arguments)


def test_an_unknown_fold_is_refused(small):
    with pytest.raises(ValueError, match="`folds` must be from 0 to 2; got 9"):
        tune.main(small, "pairwise_linear", "folds=[9]")
    assert not files.TUNING.exists()


def test_a_mapping_is_one_field_of_its_row():
    row = tune.as_row({"passes": 2, "deformation": {"shift_pixels": 1.0}})
    assert row == {"passes": 2, "deformation": '{"shift_pixels": 1.0}'}
