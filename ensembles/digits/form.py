"""The form in which MNIST stores digits."""

import numpy as np

SIDE = 28


def check_digits(images):
    """Refuse what is not digits in MNIST's form.

    Raises
    ------
    ValueError
        If `images` is not a uint8 array of shape (n, 28, 28).
    """
    if not isinstance(images, np.ndarray) or images.dtype != np.uint8:
        got = getattr(images, "dtype", type(images).__name__)
        raise ValueError(f"images must be a uint8 array; got {got}")
    if images.ndim != 3 or images.shape[1:] != (SIDE, SIDE):
        raise ValueError(
            f"images must have the shape (n, {SIDE}, {SIDE}); got {images.shape}"
        )
