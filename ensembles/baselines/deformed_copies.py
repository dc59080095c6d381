"""Deformed copies of the training set, for the baselines that learn from such."""

from joblib import Parallel, delayed
from tqdm import tqdm

from ensembles.digits.deformation import deform
from ensembles.settings import Deformation

DEFORMATION = {
    "rotation_degrees": 12.0,
    "scale_percent": 12.0,
    "shear_degrees": 8.0,
    "shift_pixels": 2.0,
    "elastic_rms_pixels": 1.0,
    "elastic_sigma_pixels": 5.0,
    "elastic_probability": 0.7,
}
"""Strengths where none are given: for a schedule of some forty epochs."""


def make_passes(images, deformation, seed, count):
    """Deform the training set several times, on all cores.

    Parameters
    ----------
    images : ndarray of shape (n, 28, 28), uint8
    deformation : mapping or None
        Fields of `ensembles.settings.Deformation`; None takes `DEFORMATION`.
    seed : int
        Seed of all passes.
    count : int
        How many passes.

    Returns
    -------
    list of ndarray of shape (n, 28, 28), uint8
        Aligned with `images`.
    """
    strengths = Deformation(**(deformation or DEFORMATION))
    made = Parallel(n_jobs=-1, return_as="generator")(
        delayed(deform)(images, strengths, (seed, number)) for number in range(count)
    )
    return list(tqdm(made, "passes", count, disable=None))
