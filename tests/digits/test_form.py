import numpy as np
import pytest

from ensembles.digits.form import check_digits


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((2, 28, 28)),
        np.zeros((28, 28), np.uint8),
        np.zeros((1, 28, 27), np.uint8),
        [[0]],
    ],
)
def test_what_is_no_digit_in_mnist_form_is_refused(wrong):
    check_digits(np.zeros((0, 28, 28), np.uint8))
    with pytest.raises(ValueError, match="images must"):
        check_digits(wrong)
