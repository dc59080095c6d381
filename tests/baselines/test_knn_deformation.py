from functools import partial

import numpy as np
import pytest
import shipped

from ensembles.baselines.knn_deformation import vote

make = partial(shipped.make, "knn_deformation")


@pytest.fixture(scope="module")
def digits():
    """Draw bars of two classes, upright and level, each at its own place."""
    images = np.zeros((20, 28, 28), np.uint8)
    labels = np.tile([1, 7], 10)
    for number, image in enumerate(images):
        place = 8 + number // 2
        if labels[number] == 1:
            image[5:23, place : place + 4] = 255
        else:
            image[place : place + 4, 5:23] = 255
    return images, labels


def test_votes_are_weighed_by_relative_excess():
    found = vote(np.array([[4, 9, 9]]), np.array([[2.0, 3.0, 4.0]]), sharpness=2.0)
    weights = [1, np.exp(-1), np.exp(-2)]
    assert found[0, 4] == pytest.approx(1 / sum(weights))
    assert found[0, 9] == pytest.approx(sum(weights[1:]) / sum(weights))
    assert found.sum() == pytest.approx(1)


def test_a_distance_of_zero_gives_no_division_by_zero():
    found = vote(np.array([[4, 9]]), np.array([[0.0, 3.0]]), sharpness=2.0)
    assert found[0, 4] == pytest.approx(1)


@pytest.mark.parametrize("views", ["as_drawn", "upright", "both"])
def test_moved_bars_are_known(digits, views):
    images, labels = digits
    model = make(neighbours=1, candidates=8, views=views)
    moved = np.roll(images, 1, axis=(1, 2))
    np.testing.assert_array_equal(model.fit(*digits).predict(moved), labels)


def test_both_views_are_averaged(digits):
    images, _ = digits
    one, other, both = (
        make(views=views).fit(*digits).predict_proba(images)
        for views in ("as_drawn", "upright", "both")
    )
    np.testing.assert_allclose(both, (one + other) / 2)


def test_more_candidates_than_digits_are_all_digits(digits):
    images, labels = digits
    model = make(neighbours=3, candidates=10_000).fit(*digits)
    np.testing.assert_array_equal(model.predict(images), labels)


def test_the_likeliest_candidate_comes_first(digits):
    model = make(candidates=5).fit(*digits)
    assert model._preselect(digits[0])[:, 0].tolist() == list(range(20))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"neighbours": 0}, "`neighbours` must be from 1 to 1000; got 0"),
        ({"neighbours": 21}, "`neighbours` must be from 1 to 20; got 21"),
        ({"candidates": 2}, "`candidates` must be from 5 to 1000000; got 2"),
        ({"warp": 4}, "`warp` must be from 0 to 3; got 4"),
        ({"views": "all"}, "`views` must be one of as_drawn, upright, both; got 'all'"),
        ({"warp": -1}, "`warp` must be from 0 to 3; got -1"),
    ],
)
def test_impossible_arguments_are_refused(digits, arguments, message):
    with pytest.raises(ValueError, match=message):
        make(**arguments).fit(*digits)
