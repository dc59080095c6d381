"""Deformed copies of handwritten digits."""

import numpy as np

from ensembles.digits.form import check_digits
from ensembles.digits.warps import WARPS


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
    return WARPS[deformation.warp](deformation).composed(seed)


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
