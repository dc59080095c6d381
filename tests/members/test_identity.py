"""Every network can be trained on every deformation: no two names in its code clash."""

from dataclasses import replace
from pathlib import Path

import pytest

from ensembles.digits.strengths import MarkedDeformation, MarkedMesh
from ensembles.members.identity import identify
from ensembles.members.networks import ARCHITECTURES
from pipeline.frame import params
from pipeline.frame.sections import Augment

MARKS = (0.3, 0.3, 0.15, 0.1)
ELASTIC = (10.0, 10.0, 6.0, 1.0, 0.8, 5.0, 0.5)
MESH = (3, 10.0, 4, 1)
DEFORMATIONS = {
    "elastic": MarkedDeformation(*ELASTIC, *MARKS),
    "mesh": MarkedMesh(*MESH, *MARKS),
}


@pytest.mark.parametrize("deformation", DEFORMATIONS)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_member_has_an_identity(architecture, deformation):
    members = params.load(Path(__file__).parents[2] / "params.yaml").members
    recipe = replace(members.recipes["pooled"], deformation=deformation)
    augment = Augment(passes=1, seed=0, deformations=DEFORMATIONS)
    identity = identify(architecture, 7, 6, recipe, augment, "0")
    assert identity["held_out_fold"] == 1
    assert "deformation" not in identity["recipe"]
    strengths = identity["augmentation"]["deformation"]
    assert strengths["upstroke_share"] == MARKS[0]
