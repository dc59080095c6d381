"""Deformed copies of handwritten digits, each read from its original in one warp.

A digit is resampled once, whatever is done to it, for each resampling blurs. The
draws come from albumentations; its own elastic transform does not draw independent
fields for the two axes, and its affine one is a resampling of its own.

Every step is exact or rounded the same way on every processor, so that a seed gives
the same bytes everywhere: sums are of whole numbers, or of such as a float64 holds.
(OpenCV's own resampling differs by a grey level here and there between processors.)
"""

import os

# albumentations asks a package index for updates at import unless told not to;
# here, because every worker process imports it anew.
os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")

import albumentations as A
import cv2
import numba
import numpy as np
from albumentations.core.transforms_interface import ImageOnlyTransform

from ensembles.digits.form import SIDE, check_digits

CENTRE = (SIDE - 1) / 2
GRID = np.indices((SIDE, SIDE))[::-1].astype(float)
"""Each pixel's place, x then y, of shape (2, 28, 28)."""

KERNEL_UNIT = 1 << 16
NOISE_UNIT = 1 << 15
"""What stands for one in whole numbers: noise smoothed twice needs 49 of 53 bits."""

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
def _read(image, place, weights):
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
        return _read(img, np.rint(source * STEPS).astype(np.int64), CUBIC)


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


def compose(deformation, seed):
    """Build the albumentations pipeline that deforms one digit per call.

    Parameters
    ----------
    deformation : Deformation or MeshDeformation
        Strengths.
    seed : int
        Seed of every draw; two pipelines of one seed give equal sequences.

    Returns
    -------
    albumentations.Compose
        Call with ``image=`` a uint8 array (28, 28); answers ``{"image": ...}``.
    """
    return A.Compose([WARPS[deformation.warp](deformation)], seed=seed)


def deform(images, deformation, seed):
    """Deform every digit once, each by its own draw, keeping the order.

    Parameters
    ----------
    images : ndarray of shape (n, 28, 28), uint8
        Digits in MNIST's form.
    deformation : Deformation or MeshDeformation
        Strengths.
    seed : int or sequence of int
        Entropy of the draws, for instance ``(seed, number of the pass)``.

    Returns
    -------
    ndarray of shape (n, 28, 28), uint8

    Raises
    ------
    ValueError
        If `images` is not such an array.
    """
    check_digits(images)
    entropy = np.random.SeedSequence(seed).generate_state(1)[0]
    transform = compose(deformation, int(entropy))
    deformed = np.empty_like(images)
    for index, image in enumerate(images):
        deformed[index] = transform(image=image)["image"]
    return deformed
