"""Deformed copies of handwritten digits: shift, rotation, scale, shear, elastic.

Training digits are deformed with albumentations; its own elastic transform does
not draw independent fields for the two axes, so `SimardElastic` replaces it.
"""

import os

# albumentations asks a package index for updates at import unless told not to;
# here, because every worker process imports it anew.
os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")

import albumentations as A
import cv2
import numpy as np
from albumentations.core.transforms_interface import ImageOnlyTransform

from ensembles.digits import SIDE, check_digits


class SubpixelAffine(A.Affine):
    """albumentations' affine transform with shifts that are not cut to whole pixels."""

    def _get_translate_params(self, image_shape):
        height, width = image_shape[:2]
        across, down = (
            self.py_random.uniform(*self.translate_percent[axis]) for axis in "xy"
        )
        return {"x": across * width, "y": down * height}


class SimardElastic(ImageOnlyTransform):
    """Elastic distortion with an independent smooth field per axis.

    Each pixel draws a displacement from uniform(-1, 1) per axis; both fields are
    smoothed by a Gaussian and scaled. Noise is drawn beyond the image's edges, so
    the displacement has the same distribution everywhere in the image.

    Parameters
    ----------
    rms : float
        Root mean square displacement per axis, in pixels. The paper's alpha = 34
        and sigma = 4 are 1.38 pixels.
    sigma : float
        Standard deviation of the smoothing Gaussian, in pixels.
    p : float
        Probability that a digit is distorted at all.

    References
    ----------
    Simard, Steinkraus and Platt (2003), "Best practices for convolutional neural
    networks applied to visual document analysis", ICDAR.
    """

    class InitSchema(ImageOnlyTransform.InitSchema):
        rms: float
        sigma: float

    def __init__(self, rms: float, sigma: float, p: float = 1.0):
        super().__init__(p=p)
        self.rms = rms
        self.sigma = sigma
        self._smooth = _smoothing_matrix(SIDE, sigma)
        # A uniform(-1, 1) variable has variance 1/3, and smoothing along both axes
        # multiplies it by the squared norm of the kernel, twice.
        self._scale = np.float32(rms * 3**0.5 / (self._smooth[0] ** 2).sum())
        self._grid = np.indices((SIDE, SIDE), np.float32)[::-1]

    def get_params_dependent_on_data(self, params, data):
        """Draw the map of one image: for each pixel, where it is read from."""
        noise = self._smooth.shape[1]
        uniform = self.random_generator.random((2, noise, noise), np.float32)
        # The kernel sums to one, so 2u - 1 can be taken after smoothing.
        field = 2 * (self._smooth @ uniform @ self._smooth.T) - 1
        return {"source": self._grid + self._scale * field}

    def apply(self, img, source, **_):
        """Read each pixel bilinearly from its source; outside is background."""
        return cv2.remap(img, source[0], source[1], cv2.INTER_LINEAR)


def _smoothing_matrix(side, sigma):
    """Return the Gaussian filter as a matrix from padded noise to `side` values."""
    radius = round(3 * sigma)
    kernel = cv2.getGaussianKernel(2 * radius + 1, sigma, cv2.CV_32F)[:, 0]
    matrix = np.zeros((side, side + 2 * radius), np.float32)
    for row in range(side):
        matrix[row, row : row + len(kernel)] = kernel
    return matrix


def compose(deformation, seed):
    """Build the albumentations pipeline that deforms one digit per call.

    Parameters
    ----------
    deformation : Deformation
        Strengths.
    seed : int
        Seed of every draw; two pipelines of one seed give equal sequences.

    Returns
    -------
    albumentations.Compose
        Call with ``image=`` a uint8 array (28, 28); answers ``{"image": ...}``.
    """
    shift = deformation.shift_pixels / SIDE
    scale = deformation.scale_percent / 100
    shear, rotation = deformation.shear_degrees, deformation.rotation_degrees
    affine = SubpixelAffine(
        translate_percent=(-shift, shift),
        rotate=(-rotation, rotation),
        scale=(1 - scale, 1 + scale),
        shear=(-shear, shear),
        p=1.0,
    )
    elastic = SimardElastic(
        rms=deformation.elastic_rms_pixels,
        sigma=deformation.elastic_sigma_pixels,
        p=deformation.elastic_probability,
    )
    return A.Compose([affine, elastic], seed=seed)


def deform(images, deformation, seed):
    """Deform every digit once, each by its own draw, keeping the order.

    Parameters
    ----------
    images : ndarray of shape (n, 28, 28), uint8
        Digits in MNIST's form.
    deformation : Deformation
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
