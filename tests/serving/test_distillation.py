"""Soft labels come from members that had not seen the digit, and can be learnt."""

import numpy as np

from ensembles.members.networks import ARCHITECTURES
from ensembles.serving import distillation
from ensembles.settings import Recipe


class Constant:
    """A member that gives every digit the same answer."""

    def __init__(self, digit):
        self.answer = np.eye(10, dtype=np.float32)[digit]

    def predict(self, images, *_, **__):
        return np.tile(self.answer, (len(images), 1))


def test_each_fold_is_read_by_the_members_that_left_it_out():
    teachers = {
        0: [(Constant(3), 0.75, 1.0), (Constant(5), 0.25, 1.0)],
        1: [(Constant(7), 0.1, 1.0)],
    }
    folds = np.array([0, 1, 1, 0])
    soft = distillation.soft_labels(teachers, folds, np.zeros((4, 28, 28), np.uint8))
    first = 0.75 * np.eye(10)[3] + 0.25 * np.eye(10)[5]
    np.testing.assert_allclose(soft, [first, np.eye(10)[7], np.eye(10)[7], first])


def test_each_member_is_tempered():
    class Unsure(Constant):
        def predict(self, images, *_, **__):
            return 0.8 * super().predict(images) + 0.02

    teachers = {0: [(Unsure(3), 0.5, 0.5), (Unsure(3), 0.5, 1.0)]}
    folds, images = np.zeros(2, int), np.zeros((2, 28, 28), np.uint8)
    soft = distillation.soft_labels(teachers, folds, images)
    surer = 0.82**2 / (0.82**2 + 9 * 0.02**2)
    np.testing.assert_allclose(soft[:, 3], (surer + 0.82) / 2, rtol=1e-6)


def test_batches_pair_each_digit_with_its_own_soft_label():
    passes = [np.full((6, 28, 28), k, np.uint8) for k in (10, 20)]
    for images in passes:
        images[:, 0, 0] = range(6)
    targets = [np.eye(10)[(np.arange(6) + k) % 10] for k in (0, 3)]
    recipe = Recipe("muon", "cosine", 1, 2, 0, 0.01, 0.0, 0.0, "float32", "")
    batches = distillation.SoftDigits(passes, targets, recipe, seed=0)
    seen = set()
    for _ in range(2):
        for index in range(len(batches)):
            digits, soft = batches[index]
            shift = 0 if digits[0, 1, 1] == 10 else 3
            seen |= {(shift, int(row)) for row in digits[:, 0, 0]}
            expected = (digits[:, 0, 0] + shift) % 10
            np.testing.assert_array_equal(soft.argmax(1), expected)
        batches.on_epoch_end()
    assert seen == {(shift, row) for shift in (0, 3) for row in range(6)}


def test_a_student_learns_what_it_is_taught(labelled_digits):
    images, labels = labelled_digits
    # Taught that every digit is the next one, it answers so.
    taught = np.eye(10, dtype=np.float32)[(labels + 1) % 10]
    recipe = Recipe("muon", "cosine", 3, 32, 90, 0.02, 0.01, 0.0, "float32", "")
    student = distillation.train_student(
        ARCHITECTURES["strided"], recipe, [images], [taught], seed=0
    )
    read = student.predict(images, verbose=0).argmax(1)
    assert np.mean(read == (labels + 1) % 10) > 0.9
