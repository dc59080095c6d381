import numpy as np

from ensembles.baselines.class_pairs import add_up, class_pairs


def test_pairs_are_all_of_them_in_order():
    assert class_pairs(3).tolist() == [[0, 1], [0, 2], [1, 2]]
    assert len(class_pairs(10)) == 45


def test_votes_add_up_as_by_hand():
    # Units 0/1, 0/2 and 1/2 answer 0.5, -0.25 and 1.
    answers = np.array([[0.5, -0.25, 1.0]])
    expected = [[0.5 - 0.25, -0.5 + 1.0, 0.25 - 1.0]]
    np.testing.assert_allclose(add_up(answers, -answers, 3), expected)


def test_votes_for_and_against_are_kept_apart():
    votes_for, votes_against = np.array([[1.0, 2.0, 4.0]]), np.array([[8.0, 16, 32]])
    expected = [[1 + 2, 8 + 4, 16 + 32]]
    np.testing.assert_allclose(add_up(votes_for, votes_against, 3), expected)
