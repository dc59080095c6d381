"""Make slanted digits upright."""

import cv2
import numpy as np

from ensembles.digits.form import SIDE


def deskew(image):
    """Shear a digit so that its main axis is upright.

    Parameters
    ----------
    image : ndarray of shape (28, 28), uint8

    Returns
    -------
    ndarray of shape (28, 28), uint8
        Sheared about the digit's centre of mass.
    """
    moments = cv2.moments(image)
    if moments["mu02"] < 1:
        return image
    slant = moments["mu11"] / moments["mu02"]
    middle = moments["m01"] / moments["m00"]
    shear = np.array([[1, slant, -slant * middle], [0, 1, 0]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(image, shear, (SIDE, SIDE), flags=flags)


def deskew_all(images):
    """Make each digit upright, uint8 of shape (n, 28, 28)."""
    return np.reshape([deskew(image) for image in images], images.shape)
