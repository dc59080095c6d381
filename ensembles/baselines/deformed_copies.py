"""Deformed copies of the training set, for the baselines that learn from such."""

from joblib import Parallel, delayed
from tqdm import tqdm

from ensembles.digits.deformation import deform


def make_passes(images, deformation, seed, count):
    """Deform the training set several times, on all cores.

    Parameters
    ----------
    images : ndarray of shape (n, 28, 28), uint8
    deformation : Deformation
        How strongly.
    seed : int
        Seed of all passes.
    count : int
        How many passes.

    Returns
    -------
    list of ndarray of shape (n, 28, 28), uint8
        Aligned with `images`.
    """
    made = Parallel(n_jobs=-1, return_as="generator")(
        delayed(deform)(images, deformation, (seed, number)) for number in range(count)
    )
    return list(tqdm(made, "passes", count, disable=None))
