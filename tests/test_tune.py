from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from ensembles.baselines.pairwise import PairwiseLinear as Arguments
from pipeline import files, params, tune


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


def test_the_table_counts_the_errors_of_each_setting(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (60, 28, 28)).astype(np.uint8)
    labels, fold = np.arange(60) % 2, np.repeat([0, 1, 2], 20)
    files.write_arrays(files.TRAIN, images=images, labels=labels, fold=fold)
    chosen = params.PairwiseLinear(penalty=1.0, saturate=True, deskew=False)
    grids = {"pairwise_linear": {"penalty": [1.0, 0.1]}}
    parameters = SimpleNamespace(
        baselines=SimpleNamespace(pairwise_linear=chosen),
        tune=params.Tune(folds=(0, 2), digits=20, grids=grids),
    )
    tune.main(parameters, "pairwise_linear")
    table = pd.read_csv(files.TUNING / "pairwise_linear.csv")
    assert table["penalty"].tolist() == [1.0, 0.1]
    assert table["digits"].tolist() == [40, 40]
    assert table["folds"].tolist() == ["0 2", "0 2"]
    errors = 0
    for number in (0, 2):
        out = fold == number
        model = Arguments(1.0, deskew=False).fit(images[~out], labels[~out])
        errors += (model.predict(images[out]) != labels[out]).sum()
    assert table["out_of_fold_errors"][0] == errors
    assert table["error_percent"][0] == pytest.approx(100 * errors / 40)
