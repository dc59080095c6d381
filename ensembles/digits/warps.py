"""Maps from a deformed digit's pixels to where they are read in the original.

All that is done to a digit makes one map, so that it is resampled once, for each
resampling blurs. The draws come from albumentations; its own elastic transform does
not draw independent fields for the two axes, and its affine one is a resampling of
its own.

Every step is exact or rounded the same way on every processor, so that a seed gives
the same bytes everywhere: sums are of whole numbers, or of such as a float64 holds.
"""

import cv2
import numpy as np

from ensembles.digits.form import SIDE
from ensembles.digits.resampling import Warp

CENTRE = (SIDE - 1) / 2
GRID = np.indices((SIDE, SIDE))[::-1].astype(float)
"""Each pixel's place, x then y, of shape (2, 28, 28)."""

KERNEL_UNIT = 1 << 16
NOISE_UNIT = 1 << 15
"""What stands for one in whole numbers: noise smoothed twice needs 49 of 53 bits."""


class ElasticWarp(Warp):
    """Shift, rotation, scale, shear, and an elastic field, with one resampling.

    The field is Simard's: each pixel draws a displacement per axis, and both fields
    are smoothed by a Gaussian and scaled. Noise is drawn beyond the image's edges, so
    the displacement has the same distribution everywhere in the image.

    References
    ----------
    Simard, Steinkraus and Platt (2003), "Best practices for convolutional neural
    networks applied to visual document analysis", ICDAR. Its alpha = 34 and sigma = 4
    are a root mean square displacement of 1.38 pixels per axis.
    """

    def __init__(self, deformation, p: float = 1.0):
        super().__init__(deformation, p)
        self._smooth = _smoothing_matrix(SIDE, deformation.elastic_sigma_pixels)
        # A uniform(-1, 1) variable has variance 1/3, and smoothing along both axes
        # multiplies it by the squared norm of the kernel, twice.
        norm = (self._smooth[0] ** 2).sum() / KERNEL_UNIT**2
        rms = deformation.elastic_rms_pixels * 3**0.5 / norm
        self._scale = rms / (NOISE_UNIT * KERNEL_UNIT**2)

    def draw(self):
        """Draw the affine part, then, if the digit's turn, the elastic one."""
        matrix, shift = self._draw_affine()
        moved = GRID - CENTRE - shift[:, None, None]
        if self.random_generator.random() < self.deformation.elastic_probability:
            moved = moved + self.draw_field()
        return _multiply(matrix, moved) + CENTRE

    def draw_field(self):
        """Draw an elastic displacement, (2, 28, 28) in pixels, x then y."""
        size = self._smooth.shape[1]
        noise = self.random_generator.integers(
            -NOISE_UNIT, NOISE_UNIT, (2, size, size), endpoint=True
        )
        # Whole numbers: the sums are exact, in whatever order they are taken.
        return self._scale * (self._smooth @ noise.astype(float) @ self._smooth.T)

    def _draw_affine(self):
        """Draw the matrix from deformed to original places, and the shift."""
        asked = self.deformation
        scale = 1 + self._symmetric(asked.scale_percent / 100, 2)
        shear = np.tan(np.radians(self._symmetric(asked.shear_degrees, 2)))
        turn = np.radians(self._symmetric(asked.rotation_degrees))
        shift = self._symmetric(asked.shift_pixels, 2)
        across, down = _steady(shear)
        cos, sin = _steady(np.cos(turn)), _steady(np.sin(turn))
        # Rotation · shear · scale, inverted by hand: a library's may round anyhow.
        a, b = (cos - sin * down) * scale[0], (cos * across - sin) * scale[1]
        c, d = (sin + cos * down) * scale[0], (sin * across + cos) * scale[1]
        return np.array([[d, -b], [-c, a]]) / (a * d - b * c), shift

    def _symmetric(self, most, size=None):
        return self.random_generator.uniform(-most, most, size)


class MeshWarp(Warp):
    """A random crop enlarged, a mesh whose knots move, and a rotation enlarged again.

    What is rotated is enlarged until no empty corner is left.

    References
    ----------
    Doucet (2019), github.com/ttdoucet/mnist, for the steps and their order;
    Bloice, Stocker and Holzinger (2017), "Augmentor: an image augmentation library
    for machine learning", for what each does.
    """

    def draw(self):
        """Draw a turn, the mesh, and the crop."""
        asked = self.deformation
        most = asked.rotation_degrees
        turn = np.radians(self.random_generator.uniform(-most, most))
        cos, sin = _steady(np.cos(turn)), _steady(np.sin(turn))
        zoom = cos - abs(sin)
        matrix = zoom * np.array([[cos, -sin], [sin, cos]])
        place = _multiply(matrix, GRID - CENTRE) + CENTRE
        place = place + self.draw_mesh(place)
        corner = self.random_generator.integers(0, asked.crop_pixels, 2, endpoint=True)
        return enlarged(place, asked.crop_pixels, corner[:, None, None])

    def draw_mesh(self, place):
        """Move the mesh's inner knots by whole pixels, and what lies between along.

        Parameters
        ----------
        place : ndarray of shape (2, 28, 28)
            Where displacements are asked for, in pixels, x then y.

        Returns
        -------
        ndarray of shape (2, 28, 28)
            The displacements.
        """
        cells, most = self.deformation.mesh_cells, self.deformation.mesh_pixels
        knots = np.zeros((2, cells + 1, cells + 1))
        inner = (2, cells - 1, cells - 1)
        drawn = self.random_generator.integers(-most, most, inner, endpoint=True)
        knots[:, 1:-1, 1:-1] = drawn
        x, y = np.clip((place + 0.5) * (cells / SIDE), 0, cells)
        column, row = (np.minimum(axis.astype(int), cells - 1) for axis in (x, y))
        right, low = x - column, y - row
        above = knots[:, row, column] * (1 - right) + knots[:, row, column + 1] * right
        row = row + 1
        below = knots[:, row, column] * (1 - right) + knots[:, row, column + 1] * right
        return above * (1 - low) + below * low


WARPS = {kind.__name__: kind for kind in (ElasticWarp, MeshWarp)}
"""What a deformation's ``warp`` names."""


def enlarged(place, crop_pixels, corner):
    """Map places in an enlarged crop to places in the whole digit.

    Parameters
    ----------
    place : ndarray
        Pixels of the enlarged crop, 28 a side.
    crop_pixels : int
        By how much the crop's side is less than the digit's.
    corner : number or ndarray
        The crop's first pixel.

    Returns
    -------
    ndarray
        Of the shape that both make.
    """
    return (place + 0.5) * ((SIDE - crop_pixels) / SIDE) - 0.5 + corner


def _multiply(matrix, place):
    """Multiply a 2 × 2 matrix and places, in an order that no library changes."""
    (a, b), (c, d) = matrix
    x, y = place
    return np.stack([a * x + b * y, c * x + d * y])


def _steady(number):
    """Drop the last bits, in which processors' sines and tangents differ."""
    return np.rint(number * (1 << 30)) / (1 << 30)


def _smoothing_matrix(side, sigma):
    """Return the Gaussian filter as a matrix from padded noise to `side` values.

    Its entries are whole numbers that sum to about `KERNEL_UNIT`.
    """
    radius = round(3 * sigma)
    kernel = cv2.getGaussianKernel(2 * radius + 1, sigma, cv2.CV_64F)[:, 0]
    matrix = np.zeros((side, side + 2 * radius))
    for row in range(side):
        matrix[row, row : row + len(kernel)] = np.rint(kernel * KERNEL_UNIT)
    return matrix
