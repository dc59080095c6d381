"""One bicubic resampling of a digit, the same on every processor.

Sums are of whole numbers, for OpenCV's own resampling differs by a grey level here
and there between processors.
"""

import os

# albumentations asks a package index for updates at import unless told not to;
# here, because every worker process imports it anew.
os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")

import albumentations as A
import numba
import numpy as np
from albumentations.core.transforms_interface import ImageOnlyTransform

STEPS = 32
"""Places between two pixels that are told apart; a power of two."""

CUBIC_UNIT = 4 * STEPS**3
"""What stands for one in the cubic kernel's weights, which are whole so."""


def _cubic_weights():
    """Return the weights of four neighbours, for each place between the middle two.

    They are of shape (32, 4) and sum to `CUBIC_UNIT`.

    References
    ----------
    Keys (1981), "Cubic convolution interpolation for digital image processing", IEEE
    Transactions on Acoustics, Speech and Signal Processing; slope -3/4, as in OpenCV.
    """
    distance = np.abs(np.arange(STEPS)[:, None] / STEPS + [1, 0, -1, -2])
    near = (1.25 * distance - 2.25) * distance**2 + 1
    far = -0.75 * (((distance - 5) * distance + 8) * distance - 4)
    return np.rint(np.where(distance <= 1, near, far) * CUBIC_UNIT).astype(np.int64)


CUBIC = _cubic_weights()


@numba.njit(cache=True)
def read_bicubically(image, place, weights):
    """Read an image bicubically at places in 32nds of a pixel, in whole numbers."""
    height, width = image.shape
    out = np.empty(place.shape[1:], np.uint8)
    for y, x in np.ndindex(out.shape):
        column, row = place[0, y, x] // STEPS - 1, place[1, y, x] // STEPS - 1
        across, down = place[0, y, x] % STEPS, place[1, y, x] % STEPS
        total = 0
        for i in range(max(0, -row), min(4, height - row)):
            line = 0
            for j in range(max(0, -column), min(4, width - column)):
                line += weights[across, j] * image[row + i, column + j]
            total += weights[down, i] * line
        unit = CUBIC_UNIT * CUBIC_UNIT
        out[y, x] = min(max((total + unit // 2) // unit, 0), 255)
    return out


class Warp(ImageOnlyTransform):
    """Read each pixel bicubically from a source of its own; outside is background.

    Parameters
    ----------
    deformation : Deformation or MeshDeformation
        Strengths.
    """

    def __init__(self, deformation, p: float = 1.0):
        super().__init__(p=p)
        self.deformation = deformation

    def get_params_dependent_on_data(self, params, data):
        """Draw the map of one image: for each pixel, where it is read from."""
        return {"source": self.draw()}

    def draw(self):
        """Draw a map of shape (2, 28, 28), in pixels, x then y."""
        raise NotImplementedError

    def apply(self, img, source, **_):
        """Resample, at places rounded to a 32nd of a pixel."""
        return read_bicubically(img, np.rint(source * STEPS).astype(np.int64), CUBIC)

    def composed(self, seed):
        """Return the albumentations pipeline of this warp alone."""
        return A.Compose([self], seed=seed)
