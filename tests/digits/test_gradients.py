import numpy as np
import pytest
from scipy import ndimage

from ensembles.digits.gradients import directions, histograms, sobel


@pytest.fixture
def digits():
    return np.random.default_rng(0).integers(0, 256, (5, 28, 28), np.uint8)


def test_sobel_equals_scipys_of_each_image_alone(digits):
    horizontal, vertical = sobel(digits / 255)
    for image, across, down in zip(digits / 255, horizontal, vertical, strict=True):
        for axis, found in ((1, across), (0, down)):
            expected = ndimage.sobel(image, axis, mode="constant")
            np.testing.assert_allclose(found, expected, atol=1e-5)


def test_directions_share_a_gradient_without_loss():
    rng = np.random.default_rng(0)
    horizontal, vertical = rng.normal(size=(2, 1000))
    planes = directions(horizontal, vertical)
    angles = np.deg2rad([0, 90, 180, 270, 45, 135, 225, 315])
    np.testing.assert_allclose(np.cos(angles) @ planes, horizontal, atol=1e-12)
    np.testing.assert_allclose(np.sin(angles) @ planes, vertical, atol=1e-12)
    assert planes.min() >= 0
    assert (planes > 0).sum(0).max() == 2


def test_an_edge_to_the_right_counts_as_to_the_right():
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, :, 14:] = 255
    described = histograms(image, cells=4, blur=1.0).reshape(8, 4, 4)
    middle = described[:, 1:3, 1:3].sum((1, 2))
    assert middle.argmax() == 0
    assert middle[1:4].max() == pytest.approx(0, abs=1e-6)


def test_histograms_have_unit_length_and_blank_digits_none(digits):
    digits[0] = 0
    described = histograms(digits, cells=5, blur=2.0)
    assert described.shape == (5, 8 * 25)
    lengths = np.linalg.norm(described, axis=1)
    np.testing.assert_allclose(lengths, [0, 1, 1, 1, 1], atol=1e-6)


def test_histograms_do_not_depend_on_the_other_digits(digits):
    together = histograms(np.tile(digits, (500, 1, 1)), cells=5, blur=2.0)
    np.testing.assert_allclose(
        together[-5:], histograms(digits, cells=5, blur=2.0), atol=1e-6
    )
