import numpy as np
import pytest

from ensembles.baselines.base import make_baseline
from ensembles.baselines.deformed_copies import DEFORMATION, make_passes
from ensembles.digits.deformation import deform
from ensembles.settings import Deformation

MILD = DEFORMATION | {"shift_pixels": 1.0, "elastic_probability": 0.0}


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (20, 28, 28)).astype(np.uint8)


def test_each_pass_is_deformed_by_its_own_seed(images):
    passes = make_passes(images, MILD, seed=3, count=3)
    assert len(passes) == 3
    for number, made in enumerate(passes):
        expected = deform(images, Deformation(**MILD), (3, number))
        np.testing.assert_array_equal(made, expected)
    assert (passes[0] != passes[1]).any(axis=(1, 2)).all()


def test_without_strengths_the_default_ones_are_taken(images):
    (made,) = make_passes(images, None, seed=0, count=1)
    expected = deform(images, Deformation(**DEFORMATION), (0, 0))
    np.testing.assert_array_equal(made, expected)


@pytest.mark.parametrize("name", ["cnn_romanuke", "mlp_800_elastic"])
def test_a_strength_out_of_range_is_refused(name, images):
    strong = DEFORMATION | {"scale_percent": 95.0}
    with pytest.raises(ValueError, match="`scale_percent` must be from 0 to 90"):
        make_baseline(name, deformation=strong).fit(images, np.arange(20) % 10)
