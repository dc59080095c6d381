"""What is tried must be what there is."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pipeline.commands import tune
from pipeline.frame import params

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def baselines():
    return params.load(ROOT / "params.yaml").baselines


def test_the_shipped_grids_are_of_arguments_that_there_are(baselines):
    trials = tune.load_trials(baselines)
    assert set(trials.grids) == set(tune.BASELINES)


@pytest.mark.parametrize(
    ("grids", "message"),
    [
        ({"kn": {"warp": [1]}}, "`grids.kn.warp` in .* is not in `baselines`"),
        ({"knn": {"fit": [1]}}, "`grids.knn.fit` in .* is not in `baselines`"),
        ({"names": {"count": [1]}}, "`grids.names.count` in .* is not in `baselines`"),
        ({"knn": {"warp": [1]}}, "`grids.knn.warp` in .* is not in `baselines`"),
        ({"knn": {"blur": 1.0}}, "`grids.knn.blur` in .* must be a list; got 1.0"),
    ],
)
def test_grids_of_what_is_no_argument_are_refused(tmp_path, baselines, grids, message):
    content = YAML(typ="safe").load(tune.PLACE) | {"grids": grids}
    YAML(typ="safe").dump(content, tmp_path / "tune.yaml")
    with pytest.raises(params.ParamsError, match=message):
        tune.load_trials(baselines, tmp_path / "tune.yaml")
