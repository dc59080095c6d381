"""Layers that look at the middle of a digit, enlarged, and at its shape alone."""

import numpy as np
from keras import layers, ops

from ensembles.digits.form import SIDE

SLOPE = -0.75
"""Slope of the cubic kernel at one pixel's distance, as OpenCV has it."""


class CentreCrop(layers.Layer):
    """Leave out the margin and enlarge what is left to the digit's size, bicubically.

    In training the digits pass as they come: their deformation crops and enlarges them
    at places that are drawn.

    Parameters
    ----------
    pixels : int
        How many rows and columns are left out, half of them on each side.
    """

    def __init__(self, pixels, **settings):
        super().__init__(**settings)
        self.matrix = _resampling_matrix(pixels)

    def call(self, images, training=False):
        """Take uint8 (n, 28, 28) and give float32 of whole grey levels."""
        ink = ops.cast(images, "float32")
        if training:
            return ink
        matrix = ops.convert_to_tensor(self.matrix)
        enlarged = ops.matmul(ops.matmul(matrix, ink), ops.transpose(matrix))
        return ops.clip(ops.round(enlarged), 0, 255)


class Standardise(layers.Layer):
    """Give each digit mean zero and standard deviation one; one of one grey: zeros."""

    def call(self, images):
        """Take and give float32 (n, 28, 28)."""
        centred = images - ops.mean(images, axis=(1, 2), keepdims=True)
        spread = ops.mean(centred**2, axis=(1, 2), keepdims=True)
        # Of whole grey levels, the least spread that is not zero is above 1e-3.
        return centred / ops.sqrt(ops.maximum(spread, 1e-3))


def _resampling_matrix(pixels):
    """Return each enlarged row's weights on the digit's rows, (28, 28) float32."""
    source = (np.arange(SIDE) + 0.5) * (SIDE - pixels) / SIDE - 0.5 + pixels / 2
    distance = np.abs(source[:, None] - np.arange(SIDE))
    near = ((SLOPE + 2) * distance - (SLOPE + 3)) * distance**2 + 1
    far = SLOPE * (((distance - 5) * distance + 8) * distance - 4)
    weights = np.where(distance <= 1, near, np.where(distance < 2, far, 0))
    return weights.astype(np.float32)
