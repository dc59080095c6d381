"""What the warps draw, what they do to digits, and the passes made with them."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import albumentations
import numpy as np
import pytest

from ensembles.digits.deformation import compose, deform
from ensembles.digits.strengths import Deformation, MeshDeformation
from ensembles.digits.warps import ElasticWarp, MeshWarp, enlarged

ROOT = Path(__file__).parents[2]

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


MESH = MeshDeformation(
    crop_pixels=3, rotation_degrees=10.0, mesh_cells=4, mesh_pixels=1
)
GRID = np.stack(np.meshgrid(np.arange(28.0), np.arange(28.0)))


def seeded(kind, deformation):
    warp = kind(deformation)
    warp.set_random_state(np.random.default_rng(0), None)
    return warp


def draw_sources(kind, deformation, n=300):
    """Draw where each pixel is read from, (n, 2, 28, 28), x then y."""
    warp = seeded(kind, deformation)
    return np.stack(
        [warp.get_params_dependent_on_data({}, {})["source"] for _ in range(n)]
    )


def draw_fields(rms, sigma, n=300):
    """Draw displacement fields (n, 2, 28, 28) in pixels, x then y."""
    alone = replace(
        NONE,
        elastic_rms_pixels=rms,
        elastic_sigma_pixels=sigma,
        elastic_probability=1.0,
    )
    return draw_sources(ElasticWarp, alone, n) - GRID


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


@pytest.mark.parametrize(("kind", "asked"), [(ElasticWarp, MILD), (MeshWarp, MESH)])
def test_permuting_the_digits_permutes_the_result(labelled_digits, kind, asked):
    image = labelled_digits[0][:6]
    warp = seeded(kind, asked)
    maps = [warp.get_params_dependent_on_data({}, {}) for _ in image]
    order = np.random.default_rng(3).permutation(len(image))
    straight = [warp.apply(i, **m) for i, m in zip(image, maps, strict=True)]
    permuted = [warp.apply(image[k], **maps[k]) for k in order]
    np.testing.assert_array_equal(permuted, np.stack(straight)[order])


@pytest.mark.parametrize(("kind", "asked"), [(ElasticWarp, MILD), (MeshWarp, MESH)])
def test_pixels_are_read_bicubically_from_their_sources(labelled_digits, kind, asked):
    image = labelled_digits[0][0]
    warp = seeded(kind, asked)
    for source in draw_sources(kind, asked, 20):
        expected = bicubic(image, source)
        np.testing.assert_allclose(warp.apply(image, source), expected, atol=0.501)


def bicubic(image, source):
    """Read places of an image by Keys's kernel of slope -0.75, as the formula has it.

    Places are rounded to a 32nd of a pixel first, which the bound cannot forgive.
    """
    distance = np.abs(np.rint(source * 32)[..., None] / 32 - np.arange(28))
    inner = 1.25 * distance**3 - 2.25 * distance**2 + 1
    outer = -0.75 * (distance**3 - 5 * distance**2 + 8 * distance - 4)
    x, y = np.where(distance <= 1, inner, np.where(distance < 2, outer, 0))
    return np.einsum("ijx,ijy,yx->ij", x, y, image).clip(0, 255)


def test_the_affine_part_is_its_parts_multiplied():
    turned = replace(NONE, rotation_degrees=12.0, shear_degrees=9.0, scale_percent=8.0)
    warp, rng = seeded(ElasticWarp, turned), np.random.default_rng(0)
    scale = 1 + rng.uniform(-0.08, 0.08, 2)
    across, down = np.tan(np.radians(rng.uniform(-9, 9, 2)))
    turn = np.radians(rng.uniform(-12, 12))
    rotation = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
    matrix = rotation @ np.array([[1, across], [down, 1]]) @ np.diag(scale)
    expected = np.einsum("ij,jyx->iyx", np.linalg.inv(matrix), GRID - 13.5) + 13.5
    np.testing.assert_allclose(warp.draw(), expected, atol=1e-6)


def test_the_elastic_part_is_drawn_for_its_share_of_the_digits():
    some = replace(NONE, elastic_rms_pixels=1.0, elastic_probability=0.3)
    moved = np.abs(draw_sources(ElasticWarp, some, 600) - GRID).max((1, 2, 3)) > 0.01
    assert moved.mean() == pytest.approx(0.3, abs=0.06)


def test_a_mesh_moves_its_inner_knots_and_no_edge():
    warp = seeded(MeshWarp, MESH)
    knots = np.arange(0, 29, 7) - 0.5
    place = np.stack(np.meshgrid(knots, knots))
    drawn = np.stack([warp.draw_mesh(place) for _ in range(300)])
    assert (drawn[:, :, [0, -1]] == 0).all() and (drawn[:, :, :, [0, -1]] == 0).all()
    inner = drawn[:, :, 1:-1, 1:-1]
    assert set(inner.round(9).ravel()) == {-1, 0, 1}
    assert np.sqrt((inner**2).mean()) == pytest.approx((2 / 3) ** 0.5, rel=0.03)
    dx, dy = inner[:, 0].ravel(), inner[:, 1].ravel()
    assert abs(np.corrcoef(dx, dy)[0, 1]) < 0.08


def test_a_rotated_digit_has_no_empty_corner():
    # Pixels at most half a pixel outside are read from what is at the edge.
    still = replace(MESH, crop_pixels=0, mesh_pixels=0)
    sources = draw_sources(MeshWarp, still, 500)
    assert sources.min() >= -0.5
    assert sources.max() <= 27.5


def test_a_crop_is_enlarged_at_each_of_its_places():
    still = replace(MESH, rotation_degrees=0.0, mesh_pixels=0)
    sources = draw_sources(MeshWarp, still, 400)
    steps = np.diff(sources[:, 0, 0], axis=1)
    np.testing.assert_allclose(steps, 25 / 28)
    corners = sources[:, :, 0, 0] - enlarged(0.0, 3, 0)
    assert {tuple(c) for c in corners.round(6)} == {
        (x, y) for x in range(4) for y in range(4)
    }


def test_passes_are_the_same_on_lesser_processors(tmp_path):
    """With the instructions of newer processors switched off in every library."""
    script = (
        "import hashlib, numpy as np\n"
        "from tests.digits.test_deformation import MESH, MILD, some_digits\n"
        "from ensembles.digits.deformation import deform\n"
        "made = [deform(some_digits(), asked, 5) for asked in (MILD, MESH)]\n"
        "print(hashlib.sha256(np.stack(made).tobytes()).hexdigest())\n"
    )
    lesser = {
        "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F AVX512_SKX",
        "OPENBLAS_CORETYPE": "Nehalem",
        "OPENCV_CPU_DISABLE": "AVX2",
        "NUMBA_CPU_NAME": "generic",
        "NUMBA_CACHE_DIR": str(tmp_path),
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4",
    }
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        env=os.environ | lesser,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    made = [deform(some_digits(), asked, 5) for asked in (MILD, MESH)]
    assert ran.stdout.split() == [hashlib.sha256(np.stack(made).tobytes()).hexdigest()]


def some_digits():
    """Draw pictures of any grey levels, for deforming needs no digits."""
    return np.random.default_rng(1).integers(0, 256, (500, 28, 28), np.uint8)


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
    for asked, kind in ((MILD, ElasticWarp), (MESH, MeshWarp)):
        composed = compose(asked, 0)
        assert isinstance(composed, albumentations.Compose)
        assert isinstance(composed.transforms[0], albumentations.ImageOnlyTransform)
        # One resampling, whatever is asked for.
        assert [type(step) for step in composed.transforms] == [kind]


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


@pytest.mark.parametrize(
    ("key", "value"),
    [("crop_pixels", 15), ("rotation_degrees", 31.0), ("mesh_cells", 1)],
)
def test_meshes_out_of_range_are_refused(key, value):
    with pytest.raises(ValueError, match=rf"`{key}` must be from .* got"):
        replace(MESH, **{key: value})
