"""The five checks of the elastic transform, and the passes made with it."""

from dataclasses import replace

import albumentations
import numpy as np
import pytest

from ensembles.augmentation import SimardElastic, compose, deform
from ensembles.settings import Deformation

MILD = Deformation(
    rotation_degrees=10.0,
    scale_percent=10.0,
    shear_degrees=6.0,
    shift_pixels=2.0,
    elastic_rms_pixels=1.0,
    elastic_sigma_pixels=5.0,
    elastic_probability=0.7,
)
NONE = replace(
    MILD,
    rotation_degrees=0.0,
    scale_percent=0.0,
    shear_degrees=0.0,
    shift_pixels=0.0,
    elastic_rms_pixels=0.0,
)


def draw_fields(rms, sigma, n=300):
    """Draw displacement fields (n, 2, 28, 28) in pixels, x then y."""
    elastic = SimardElastic(rms, sigma)
    elastic.set_random_state(np.random.default_rng(0), None)
    grid = np.stack(np.meshgrid(np.arange(28), np.arange(28)))
    drawn = [elastic.get_params_dependent_on_data({}, {}) for _ in range(n)]
    return np.stack([one["source"] - grid for one in drawn])


def test_the_two_axes_are_independent():
    fields = draw_fields(rms=1.0, sigma=4.0)
    # Far fewer values than pixels are independent: some 300 × (28 / 14)² of them.
    dx, dy = fields[:, 0].ravel(), fields[:, 1].ravel()
    assert abs(np.corrcoef(dx, dy)[0, 1]) < 0.08
    edge = fields[:, 0, -1].ravel(), fields[:, 1, 0].ravel()
    assert abs(np.corrcoef(*edge)[0, 1]) < 0.12


@pytest.mark.parametrize("sigma", [3.0, 4.0, 6.0])
def test_the_displacement_is_as_strong_as_asked(sigma):
    fields = draw_fields(rms=1.2, sigma=sigma, n=1500)
    assert np.sqrt((fields**2).mean()) == pytest.approx(1.2, rel=0.05)


def test_the_displacement_is_simards_for_simards_alpha_and_sigma():
    # alpha times a field smoothed by a kernel of sum one: computed with SciPy.
    from scipy.ndimage import gaussian_filter

    rng = np.random.default_rng(1)
    noise = rng.uniform(-1, 1, (600, 600))
    simard = 34 * gaussian_filter(noise, 4, mode="wrap")
    ours = draw_fields(rms=34 * 0.1629 / 4, sigma=4.0, n=1500)
    assert ours.std() == pytest.approx(simard.std(), rel=0.05)


def test_the_displacement_is_as_strong_at_the_edge_as_in_the_middle():
    fields = draw_fields(rms=1.0, sigma=4.0, n=2000)
    edge = np.sqrt((fields[:, :, 0] ** 2).mean())
    middle = np.sqrt((fields[:, :, 14] ** 2).mean())
    assert edge == pytest.approx(middle, rel=0.1)


def test_no_strength_is_the_identity(labelled_digits):
    images = labelled_digits[0][:20]
    np.testing.assert_array_equal(deform(images, NONE, 0), images)


def test_permuting_the_digits_permutes_the_result(labelled_digits):
    image = labelled_digits[0][:6]
    elastic = SimardElastic(rms=1.0, sigma=5.0)
    elastic.set_random_state(np.random.default_rng(0), None)
    maps = [elastic.get_params_dependent_on_data({}, {}) for _ in image]
    order = np.random.default_rng(3).permutation(len(image))
    straight = [elastic.apply(i, **m) for i, m in zip(image, maps, strict=True)]
    permuted = [elastic.apply(image[k], **maps[k]) for k in order]
    np.testing.assert_array_equal(permuted, np.stack(straight)[order])


def test_each_digit_stays_in_its_place(labelled_digits):
    images, _ = labelled_digits
    images = images[:100]
    deformed = deform(images, MILD, 0)
    blurred = [_normal(_blur(batch)) for batch in (deformed, images)]
    likeness = blurred[0] @ blurred[1].T
    more_alike = (likeness > np.diag(likeness)[:, None]).mean(1)
    # In a wrong order, half of the other digits would be more alike.
    assert more_alike.mean() < 0.1


def _blur(images):
    from scipy.ndimage import gaussian_filter

    return gaussian_filter(images.astype(float), (0, 2, 2))


def _normal(images):
    flat = images.reshape(len(images), -1)
    return flat / np.linalg.norm(flat, axis=1, keepdims=True)


def test_each_digit_has_its_own_draw(labelled_digits):
    same = np.repeat(labelled_digits[0][:1], 10, axis=0)
    deformed = deform(same, MILD, 0)
    assert len(np.unique(deformed.reshape(10, -1), axis=0)) == 10


def test_the_same_seed_gives_the_same_pass_and_another_does_not(labelled_digits):
    images = labelled_digits[0][:20]
    first, again = deform(images, MILD, (7, 0)), deform(images, MILD, (7, 0))
    np.testing.assert_array_equal(first, again)
    assert (first != deform(images, MILD, (7, 1))).any()


def test_the_affine_part_shifts_no_further_than_asked(labelled_digits):
    shift = replace(NONE, shift_pixels=2.0)
    one = np.zeros((200, 28, 28), np.uint8)
    one[:, 14, 14] = 255
    moved = deform(one, shift, 0)
    rows, columns = (np.tensordot(moved, axis, 2) for axis in np.indices((28, 28)))
    mass = moved.sum((1, 2))
    offsets = np.stack([rows / mass, columns / mass]) - 14
    assert np.abs(offsets).max() <= 2.05
    assert offsets.std() == pytest.approx(2 / np.sqrt(3), rel=0.15)
    assert len(np.unique(offsets.round(2))) > 100  # fractions of a pixel too


def test_the_pipeline_is_albumentations():
    steps = compose(MILD, 0).transforms
    assert isinstance(steps[0], albumentations.Affine)
    names = [type(step).__name__ for step in steps]
    assert names == ["SubpixelAffine", "SimardElastic"]


@pytest.mark.parametrize(
    "images",
    [np.zeros((3, 28, 28)), np.zeros((3, 28, 27), np.uint8), [[1, 2]]],
)
def test_what_is_no_digit_is_refused(images):
    with pytest.raises(ValueError, match="images must"):
        deform(images, MILD, 0)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("rotation_degrees", -1.0),
        ("scale_percent", 100.0),
        ("elastic_probability", 1.5),
        ("elastic_sigma_pixels", 0.5),
        ("shift_pixels", float("nan")),
    ],
)
def test_strengths_out_of_range_are_refused(key, value):
    with pytest.raises(ValueError, match=rf"`{key}` must be from .* got"):
        replace(MILD, **{key: value})
