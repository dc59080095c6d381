import numpy as np
import pytest

from ensembles.digits.deskewing import deskew, deskew_all


def bar(lean):
    """Draw a bar that leans by so many pixels to the right per row upwards."""
    image = np.zeros((28, 28), np.uint8)
    for row in range(5, 23):
        left = round(12 + lean * (14 - row))
        image[row, left : left + 4] = 200
    return image


def slant(image):
    """Return the covariance of row and column over the variance of the row."""
    rows, columns = np.indices(image.shape)
    weights = image / image.sum()
    rows = rows - (weights * rows).sum()
    columns = columns - (weights * columns).sum()
    return (weights * rows * columns).sum() / (weights * rows**2).sum()


@pytest.mark.parametrize("lean", [-0.4, -0.2, 0.25, 0.4])
def test_a_leaning_bar_becomes_upright(lean):
    assert slant(bar(lean)) == pytest.approx(-lean, abs=0.05)
    assert abs(slant(deskew(bar(lean)))) < 0.03


def test_the_centre_of_mass_stays():
    columns = np.arange(28)
    before, after = bar(0.4), deskew(bar(0.4))
    for axis in (0, 1):
        centres = [np.average(columns, weights=i.sum(axis)) for i in (before, after)]
        assert centres[0] == pytest.approx(centres[1], abs=0.15)


def test_what_is_upright_stays_as_it_is():
    np.testing.assert_array_equal(deskew(bar(0)), bar(0))


@pytest.mark.parametrize("value", [0, 255])
def test_what_has_no_slant_stays_as_it_is(value):
    image = np.full((28, 28), value, np.uint8)
    np.testing.assert_array_equal(deskew(image), image)


def test_many_are_made_upright_one_by_one():
    images = np.stack([bar(0.3), bar(-0.3)])
    expected = np.stack([deskew(image) for image in images])
    np.testing.assert_array_equal(deskew_all(images), expected)


def test_none_is_allowed():
    assert deskew_all(np.empty((0, 28, 28), np.uint8)).shape == (0, 28, 28)
