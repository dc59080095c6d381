"""The crop that is read, and the scale of its greys."""

import numpy as np
import pytest

from ensembles.digits.strengths import MeshDeformation
from ensembles.digits.warps import MeshWarp, enlarged
from ensembles.members.crop_layers import CentreCrop, Standardise
from ensembles.members.networks import doucet

GRID = np.stack(np.meshgrid(np.arange(28.0), np.arange(28.0)))


def test_the_central_crop_is_enlarged_as_the_warp_would(labelled_digits):
    images = labelled_digits[0][:50]
    warp = MeshWarp(MeshDeformation(3, 0.0, 4, 0))
    expected = [warp.apply(image, enlarged(GRID, 3, 1.5)) for image in images]
    found = np.asarray(CentreCrop(3)(images))
    # The warp tells 32 places between two pixels apart, the layer all.
    difference = np.abs(found - np.stack(expected))
    assert difference.max() <= 8
    assert difference.mean() < 0.5


def test_in_training_digits_pass_as_they_come(labelled_digits):
    images = labelled_digits[0][:5]
    np.testing.assert_array_equal(CentreCrop(3)(images, training=True), images)


def test_each_digit_has_mean_zero_and_deviation_one(labelled_digits):
    images = labelled_digits[0][:20].astype(np.float32)
    found = np.asarray(Standardise()(images)).reshape(20, -1)
    np.testing.assert_allclose(found.mean(1), 0, atol=1e-5)
    np.testing.assert_allclose(found.std(1), 1, atol=1e-4)


@pytest.mark.parametrize("grey", [0, 255])
def test_a_picture_of_one_grey_is_zeros(grey):
    blank = np.full((1, 28, 28), grey, np.float32)
    np.testing.assert_array_equal(Standardise()(blank), np.zeros((1, 28, 28)))


def test_initial_weights_are_as_published_and_no_two_layers_share_them():
    kernels = [w for w in doucet().get_weights() if w.ndim == 4]
    for kernel in kernels:
        most = np.prod(kernel.shape[:3]) ** -0.5
        assert 0.98 * most < np.abs(kernel).max() <= 1.0001 * most
        assert abs(kernel.mean()) < 0.05 * most
    pair = [kernel for kernel in kernels if kernel.shape == (3, 3, 128, 128)]
    assert len(pair) == 2
    assert (pair[0] != pair[1]).any()
