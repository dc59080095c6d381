from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pipeline.frame import params

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("grids", "message"),
    [
        ({"kn": {"warp": [1]}}, "`tune.grids.kn.warp` is not in `baselines`"),
        ({"knn": {"fit": [1]}}, "`tune.grids.knn.fit` is not in `baselines`"),
        ({"names": {"count": [1]}}, "`tune.grids.names.count` is not in `baselines`"),
        ({"knn": {"warp": [1]}}, "`tune.grids.knn.warp` is not in `baselines`"),
        ({"knn": {"blur": 1.0}}, "`tune.grids.knn.blur` must be a list; got 1.0"),
    ],
)
def test_grids_of_what_is_no_argument_are_refused(tmp_path, grids, message):
    content = YAML(typ="safe").load(ROOT / "params.yaml")
    content["tune"]["grids"] = grids
    YAML(typ="safe").dump(content, tmp_path / "params.yaml")
    with pytest.raises(params.ParamsError, match=message):
        params.load(tmp_path / "params.yaml")
