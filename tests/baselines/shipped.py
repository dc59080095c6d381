"""Baselines as `params.yaml` asks for them, but for what a test is about."""

from pathlib import Path

from ensembles.baselines.base import make_baseline
from pipeline.frame import params

BASELINES = params.load(Path(__file__).parents[2] / "params.yaml").baselines
NOTHING_KEPT = {"rmdl": {"folder": None}}


def make(name, **changes):
    """Build a baseline that is not fitted yet, with some arguments changed."""
    arguments = getattr(BASELINES, name).get_params() | NOTHING_KEPT.get(name, {})
    return make_baseline(name, **arguments | changes)
