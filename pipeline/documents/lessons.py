"""What the documents' pictures show, computed: filters, pooling, signals, votes."""

import numpy as np
from scipy.signal import correlate2d

SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 4
"""Answers where ink begins, from left to right; transposed, from top to bottom."""


def apply_filter(image, weights):
    """Slide a filter over an image, as a convolution layer does.

    Parameters
    ----------
    image : ndarray of shape (height, width)
    weights : ndarray of shape (k, k)

    Returns
    -------
    ndarray of shape (height - k + 1, width - k + 1)
        At each place, the sum of the products of the filter and what lies under it.
    """
    return correlate2d(image, weights, mode="valid")


def pool(feature_map, take, side=2):
    """Put one number in the place of each square: its greatest, or its mean.

    Parameters
    ----------
    feature_map : ndarray of shape (..., height, width)
    take : callable
        ``numpy.max`` or ``numpy.mean``.
    side : int
        Of the squares, in pixels; rows and columns that fill no square are left out.

    Returns
    -------
    ndarray of shape (..., height // side, width // side)
    """
    *front, height, width = feature_map.shape
    whole = feature_map[..., : height // side * side, : width // side * side]
    squares = whole.reshape(*front, height // side, side, width // side, side)
    return take(squares, axis=(-3, -1))


def changes_when_moved(images):
    """Tell how much of a feature map changes when its digit moves by one pixel.

    Parameters
    ----------
    images : ndarray of shape (n, 28, 28)

    Returns
    -------
    dict of str to float
        Sum of the absolute changes, in percent of the sum of the values: of the map
        after ReLU, after a maximum of 2 × 2, after one of 4 × 4, after a mean of 4 × 4.
    """
    still, moved = (
        np.stack([np.maximum(apply_filter(image, SOBEL), 0) for image in stack])
        for stack in (images, np.roll(images, 1, axis=2))
    )
    pooled = {
        "map": (still, moved),
        "max2": (pool(still, np.max), pool(moved, np.max)),
        "max4": (pool(still, np.max, 4), pool(moved, np.max, 4)),
        "mean4": (pool(still, np.mean, 4), pool(moved, np.mean, 4)),
    }
    return {
        name: float(100 * np.abs(one - other).sum() / one.sum())
        for name, (one, other) in pooled.items()
    }


def spread_by_layer(images, size, normalise, layers=12, units=256):
    """Send digits through layers of random weights and ReLU, and measure the signals.

    Parameters
    ----------
    images : ndarray of shape (n, 28, 28), uint8
    size : float
        Of the weights: 1 is what keeps the signals' size (He et al., 2015).
    normalise : bool
        Whether each unit is brought to mean 0 and deviation 1 over the digits before
        its ReLU, as batch normalisation does.
    layers, units : int

    Returns
    -------
    ndarray of shape (layers,)
        Root mean square of what each layer answers.
    """
    rng = np.random.default_rng(0)
    signals = images.reshape(len(images), -1) / 255
    signals = signals / np.sqrt((signals**2).mean())
    spreads = []
    for _ in range(layers):
        inputs = signals.shape[1]
        weights = rng.normal(0, size * np.sqrt(2 / inputs), (inputs, units))
        signals = signals @ weights
        if normalise:
            signals = (signals - signals.mean(0)) / (signals.std(0) + 1e-12)
        signals = np.maximum(signals, 0)
        spreads.append(np.sqrt((signals**2).mean()))
    return np.array(spreads)


def beyond_chance(error, networks):
    """Return how often most of some networks would err, were they independent.

    Parameters
    ----------
    error : float
        Share of the digits that each misreads, 0 to 1.
    networks : int
        An odd number.

    Returns
    -------
    float
        An upper bound for their vote: wrong networks need not agree.
    """
    from scipy.stats import binom

    return float(binom.sf(networks // 2, networks, error))
