"""The known digits that a digit is most like, by what remains after the best warp."""

import numpy as np

from ensembles.digits.gradients import histograms

WARP = 2
"""How far a pixel may look for its counterpart, along each axis."""

CANDIDATES = 500
"""Known digits compared by warping: those whose histograms agree best."""

CELLS, BLUR = 9, 1.5
"""Of the histograms; see `ensembles.digits.gradients.histograms`."""

ROWS = 200
"""Digits whose candidates are looked for together."""


def find_alike(images, known, count, own=None):
    """Find the known digits at the least deformation distance.

    Parameters
    ----------
    images, known : ndarray of shape (n, 28, 28) and (m, 28, 28), uint8
    count : int
        How many are wanted of each.
    own : ndarray of shape (n,), int, or None
        Where each digit itself stands among the known ones; it is left out. -1 where
        it does not.

    Returns
    -------
    ndarray of shape (n, count), int64
        Rows of `known`, the nearest first.
    ndarray of shape (n, count), float32
        Distances: sums of squared differences of the gradients, each at most one.

    Raises
    ------
    ValueError
        If there are not more known digits than are wanted.

    References
    ----------
    Keysers et al. (2007), "Deformation models for image recognition", IEEE
    Transactions on Pattern Analysis and Machine Intelligence 29.
    """
    from ensembles.baselines.sobel_rows import lay_out
    from ensembles.baselines.warping import nearest

    if len(known) <= count:
        raise ValueError(f"{count} neighbours need more than {len(known)} known digits")
    likely = _likeliest(images, known)
    seen, references = lay_out(images, WARP), lay_out(known, WARP)
    # One more than is wanted, for the digit itself may be among them.
    columns, distances = nearest(seen, references, likely, count + 1, WARP)
    found = np.take_along_axis(likely, columns, axis=1)
    itself = np.full(len(images), -1) if own is None else np.asarray(own)
    kept = (found == itself[:, None]).argsort(axis=1, kind="stable")[:, :count]
    return tuple(np.take_along_axis(of, kept, axis=1) for of in (found, distances))


def _likeliest(images, known):
    """Return the rows whose histograms agree best, the best first."""
    count = min(CANDIDATES, len(known))
    references = histograms(known, CELLS, BLUR)
    sought = histograms(images, CELLS, BLUR)
    parts = np.array_split(sought, 1 + len(images) // ROWS)
    return np.concatenate([_best(part @ references.T, count) for part in parts])


def _best(agreement, count):
    likely = np.argpartition(-agreement, count - 1, axis=1)[:, :count]
    order = np.take_along_axis(agreement, likely, axis=1).argsort(axis=1)[:, ::-1]
    return np.take_along_axis(likely, order, axis=1)
