"""Likeness, evidence, doubt and insight against independent computations."""

import numpy as np
import pytest
from scipy.stats import binomtest

from ensembles import metrics
from ensembles.explaining import doubt, insight
from ensembles.explaining.human_votes import UNANIMOUS, VOTES, say_votes
from ensembles.explaining.likeness import find_alike
from ensembles.explaining.occlusion import WINDOW, WINDOWS, weigh_evidence


def test_a_digit_is_most_like_itself_and_that_is_left_out(labelled_digits):
    images, labels = labelled_digits
    sought, known = images[:40], images
    with_itself, distances = find_alike(sought, known, 5)
    np.testing.assert_array_equal(with_itself[:, 0], np.arange(40))
    np.testing.assert_allclose(distances[:, 0], 0, atol=1e-4)
    without, others = find_alike(sought, known, 5, own=np.arange(40))
    assert (without != np.arange(40)[:, None]).all()
    np.testing.assert_array_equal(without[:, :4], with_itself[:, 1:])
    assert (np.diff(others, axis=1) >= 0).all()
    assert (labels[without[:, 0]] == labels[:40]).mean() > 0.85


def test_a_shifted_digit_is_alike_where_pixels_are_not(labelled_digits):
    image = labelled_digits[0][:1]
    shifted = np.roll(image, 1, axis=2)
    known = np.concatenate([labelled_digits[0][1:300], shifted])
    (found,), (distances,) = find_alike(image, known, 2)
    assert found[0] == len(known) - 1
    assert distances[0] < 0.2 * distances[1]


def test_too_few_known_digits_are_refused(labelled_digits):
    with pytest.raises(ValueError, match="more than 5 known digits"):
        find_alike(labelled_digits[0][:1], labelled_digits[0][:5], 5)


def half_reader(images):
    """Read by where the ink is: 3 by the left half, 8 by the right."""
    left, right = (part.mean((1, 2)) for part in np.split(images / 255.0, 2, axis=2))
    scores = np.zeros((len(images), 10))
    scores[:, 3], scores[:, 8] = 40 * left, 40 * right
    powers = np.exp(scores)
    return powers / powers.sum(1, keepdims=True)


def test_evidence_is_where_the_reader_looks():
    image = np.zeros((28, 28), np.uint8)
    image[10:16, 2:26] = 200
    found = weigh_evidence(half_reader, image, 3, 8)
    assert (found[image == 0] == 0).all()
    assert (found[10:16, 2:9] > 0).all()
    assert (found[10:16, 19:26] < 0).all()
    np.testing.assert_allclose(found, -weigh_evidence(half_reader, image, 8, 3))
    # The window that covers most of one side loses its share of that half's ink.
    lost = 40 * 200 / 255 * WINDOW * WINDOW / (28 * 14)
    assert found.max() <= lost + 1e-4


def test_windows_cover_every_pixel():
    assert WINDOWS.any(0).all()
    assert (WINDOWS.sum((1, 2)) == WINDOW**2).all()


def test_a_blank_picture_has_no_evidence():
    assert not weigh_evidence(half_reader, np.zeros((28, 28), np.uint8), 3, 8).any()


def test_doubtful_labels_are_those_least_believed():
    probabilities = np.full((4, 10), 0.05)
    labels = np.array([1, 2, 3, 4])
    probabilities[np.arange(4), labels] = [0.5, 0.1, 0.9, 0.2]
    assert doubt.rank_doubtful(probabilities, labels, 3).tolist() == [1, 3, 0]
    assert doubt.rank_doubtful(probabilities, labels, 9).tolist() == [1, 3, 0, 2]
    probabilities[:, 7] = 0.06
    assert doubt.runners_up(probabilities, labels).tolist() == [7, 7, 7, 7]


def test_errors_that_remain_if_the_least_sure_are_left_out():
    confidence = np.array([0.9, 0.5, 0.8, 0.6])
    probabilities = np.zeros((4, 10))
    probabilities[:, 0], probabilities[:, 1] = confidence, 1 - confidence
    labels = np.array([0, 1, 1, 0])  # the least sure and the second surest are wrong
    found = insight.risk_coverage(probabilities, labels)
    assert found["left_percent"].tolist() == [0, 25, 50, 75]
    assert found["errors"].tolist() == [2, 1, 1, 0]
    np.testing.assert_allclose(found["error_percent"], [50, 100 / 3, 50, 0])


def test_members_are_counted_apart_and_left_out():
    readings = np.array([[1, 2, 3], [1, 2, 4], [5, 2, 4]])
    expected = [[0, 1, 2], [1, 0, 1], [2, 1, 0]]
    assert insight.disagreements(readings).tolist() == expected
    members = np.eye(10)[readings]
    labels = np.array([1, 2, 4])
    whole, without_a, without_b = insight.leave_one_out(
        members, ["a", "a", "b"], labels
    )
    assert whole == {"without": "", "members": 3, "errors": 0}
    assert without_a == {"without": "a", "members": 1, "errors": 1, "alone": 1}
    assert without_b["errors"] == without_a["alone"]
    (_, only) = insight.leave_one_out(members[:1], ["a"], labels)
    assert only["errors"] is None


def test_errors_by_writer_and_by_digit():
    writers = np.array([7, 7, 7, 9, 9, 4])
    wrong = np.array([True, True, False, False, False, True])
    rows = insight.errors_by_writer(wrong, writers)
    assert [row["writers"] for row in rows] == [1, 1, 1]
    # By chance: one half of three, of two and of one digit.
    none = 0.5**3 + 0.5**2 + 0.5
    assert rows[0]["expected"] == pytest.approx(none)
    (row,) = insight.errors_by_digit(np.array([3, 3, 4]), np.array([3, 3, 3]))
    assert (row["errors"], row["digits"]) == (1, 3)
    exact = binomtest(1, 3).proportion_ci(0.95, method="exact")
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(
        (100 * exact.low, 100 * exact.high)
    )


def test_human_votes_are_those_by_which_labels_are_disputed():
    assert {i for i, votes in VOTES.items() if votes[0] < 3} == set(metrics.DISPUTED)
    for index, digit in metrics.CORRECTED.items():
        _, guess, for_guess, neither = VOTES[index]
        assert guess == digit
        assert for_guess > max(VOTES[index][0], neither)
    assert set(VOTES).isdisjoint(UNANIMOUS)
    assert all(v[0] + v[2] + v[3] == 5 for v in VOTES.values())
    assert say_votes(2654) == (
        "of five people who were asked, 0 for the label, 2 for 1, 3 for neither"
    )
    assert "agree" in say_votes(247)
    assert say_votes(0) == ""
