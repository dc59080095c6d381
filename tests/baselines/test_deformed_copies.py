from dataclasses import asdict, replace

import numpy as np
import pytest
import shipped

from ensembles.baselines.base import baseline_class
from ensembles.baselines.deformed_copies import make_passes
from ensembles.digits.deformation import deform
from pipeline.frame.schema import build

MILD = replace(
    shipped.BASELINES.cnn_romanuke.deformation,
    shift_pixels=1.0,
    elastic_probability=0.0,
)


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (20, 28, 28)).astype(np.uint8)


def test_each_pass_is_deformed_by_its_own_seed(images):
    passes = make_passes(images, MILD, seed=3, count=3)
    assert len(passes) == 3
    for number, made in enumerate(passes):
        expected = deform(images, MILD, (3, number))
        np.testing.assert_array_equal(made, expected)
    assert (passes[0] != passes[1]).any(axis=(1, 2)).all()


@pytest.mark.parametrize("name", ["cnn_romanuke", "mlp_800_elastic"])
def test_a_strength_out_of_range_is_refused(name):
    arguments = asdict(getattr(shipped.BASELINES, name))
    arguments["deformation"]["scale_percent"] = 95.0
    with pytest.raises(ValueError, match="`scale_percent` must be from 0 to 90"):
        build(baseline_class(name), arguments, "")
