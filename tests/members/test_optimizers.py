"""How large steps are, and in which direction."""

import keras
import numpy as np
import pytest

from ensembles.members.optimizers import KernelMuon, make_optimizer
from ensembles.settings import Recipe

RECIPE = Recipe("muon", "cosine", 4, 32, 1, 0.002, 0.01, 0.1, "float32", "elastic")


def test_the_schedule_warms_up_and_falls_to_zero():
    schedule = make_optimizer(RECIPE, steps_per_epoch=100, epochs=4)._learning_rate
    rates = [float(schedule(step)) for step in (0, 50, 225, 400)]
    peak = RECIPE.learning_rate
    assert rates == pytest.approx([peak / 50, peak, peak / 2, 0], abs=1e-6)


def first_step(value, gradient, kind):
    """Return by how much the first step at rate 0.1 moves a variable."""
    variable = keras.Variable(value)
    kind(0.1).apply([gradient], [variable])
    return value - keras.ops.convert_to_numpy(variable)


def test_a_kernel_moves_by_the_nearest_orthogonal_matrix():
    rng = np.random.default_rng(0)
    value, gradient = rng.normal(size=(2, 3, 3, 2, 5)).astype(np.float32)
    step = first_step(value, gradient, KernelMuon).reshape(18, 5)
    u, _, v = np.linalg.svd(gradient.reshape(18, 5), full_matrices=False)
    scale = 0.1 * 0.2 * np.sqrt(18)
    # Five iterations bring the singular values near one, not to it.
    spread = np.linalg.svd(step / scale, compute_uv=False)
    assert 0.6 < spread.min() <= spread.max() < 1.3
    np.testing.assert_allclose(u.T @ step @ v.T / scale, np.eye(5), atol=0.4)


@pytest.mark.parametrize("shape", [(18, 5), (5,)])
def test_what_is_no_kernel_moves_as_by_adamw(shape):
    rng = np.random.default_rng(0)
    value, gradient = rng.normal(size=(2, *shape)).astype(np.float32)
    expected = first_step(value, gradient, keras.optimizers.AdamW)
    found = first_step(value, gradient, KernelMuon)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_the_exponential_schedule_falls_to_a_tenth_and_then_to_nearly_nothing():
    recipe = Recipe(
        "adam", "exponential", 11, 100, 1, 4e-4, 0.0, 0.0, "float32", "mesh"
    )
    schedule = make_optimizer(recipe, steps_per_epoch=500, epochs=11)._learning_rate
    rates = [float(schedule(step)) for step in (0, 2500, 5000, 5250, 5500)]
    middle = (4e-5 + 4e-8) / 2
    expected = [4e-4, 4e-4 / 10**0.5, 4e-5, middle, 4e-8]
    assert rates == pytest.approx(expected, rel=1e-3)


def test_adam_is_adam_with_a_short_second_moment():
    recipe = Recipe("adam", "exponential", 2, 100, 1, 4e-4, 0.0, 0.0, "float32", "mesh")
    asked = make_optimizer(recipe, steps_per_epoch=10, epochs=2)
    variables = [keras.Variable(np.ones(3, np.float32)) for _ in range(2)]
    plain = keras.optimizers.Adam(4e-4, beta_1=0.9, beta_2=0.99)
    for optimizer, variable in zip((asked, plain), variables, strict=True):
        optimizer.apply([np.array([0.5, -2.0, 1e-3], np.float32)], [variable])
    np.testing.assert_array_equal(*(v.numpy() for v in variables))
    assert asked.weight_decay is None
