"""The parameters of the record's scale."""

from pathlib import Path

from ruamel.yaml import YAML

from pipeline.commands import rescale
from pipeline.frame.params import Params
from pipeline.frame.schema import build

LAPTOP, RECORD = (
    Path(__file__).parents[1] / folder / "params.yaml" for folder in (".", "record")
)


def record_parameters():
    content, changes = (YAML(typ="safe").load(path) for path in (LAPTOP, RECORD))
    return build(Params, rescale.merge(content, changes), "")
