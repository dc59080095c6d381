"""Digits come back from their files, with their labels."""

import numpy as np
import pytest
from PIL import Image

from ensembles.digits.labelled_pngs import png_name, read_pngs


def test_digits_come_back_with_their_labels(tmp_path, mnist_digits):
    kept = {}
    for digit, label in zip(mnist_digits[:5], [3, 0, 9, 9, 1], strict=True):
        Image.fromarray(digit).save(tmp_path / png_name(digit, label))
        kept[png_name(digit, label)] = digit, label
    (tmp_path / "notes.txt").touch()
    (tmp_path / ".draft-3.png").touch()
    images, labels = read_pngs(tmp_path)
    expected = [kept[name] for name in sorted(kept)]
    np.testing.assert_array_equal(images, [digit for digit, _ in expected])
    assert labels.tolist() == [label for _, label in expected]


def test_the_same_digit_with_another_label_has_another_name(mnist_digits):
    one, other = mnist_digits[:2]
    names = {png_name(one, 3), png_name(one, 4), png_name(other, 3)}
    assert len(names) == 3
    assert png_name(one.copy(), 3) in names


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no labelled digits in"):
        read_pngs(tmp_path)
