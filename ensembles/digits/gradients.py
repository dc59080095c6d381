"""Gradients of digits: their Sobel images, and histograms of their directions."""

import numpy as np
from scipy.ndimage import correlate1d

from ensembles.digits.form import SIDE


def sobel(images):
    """Return the Sobel images, each filtered alone, zero beyond the border.

    Parameters
    ----------
    images : ndarray of shape (n, 28, 28)
        Grey levels from 0 to 1.

    Returns
    -------
    ndarray of shape (2, n, 28, 28), float32
        Horizontal, then vertical gradient, each from -4 to 4.
    """
    slope, smooth = [-1, 0, 1], [1, 2, 1]
    images = np.asarray(images, np.float32)
    filters = [(smooth, slope), (slope, smooth)]
    return np.stack([_filter(images, rows, columns) for rows, columns in filters])


def _filter(images, rows, columns):
    down = correlate1d(images, rows, axis=1, mode="constant")
    return correlate1d(down, columns, axis=2, mode="constant")


def directions(horizontal, vertical):
    """Share each gradient between the two nearest of eight directions.

    A gradient is the sum of one vector along an axis and one along a diagonal;
    their lengths are its shares.

    Parameters
    ----------
    horizontal, vertical : ndarray of one shape

    Returns
    -------
    ndarray of shape (8, ...)
    """
    right, left = np.maximum(horizontal, 0), np.maximum(-horizontal, 0)
    down, up = np.maximum(vertical, 0), np.maximum(-vertical, 0)
    across, along = right + left, down + up
    axes = [right - along, down - across, left - along, up - across]
    diagonals = [(right, down), (down, left), (left, up), (up, right)]
    planes = [np.maximum(axis, 0) for axis in axes]
    planes += [np.sqrt(2, dtype=np.float32) * np.minimum(*pair) for pair in diagonals]
    return np.stack(planes)


def histograms(images, cells, blur):
    """Describe digits by how much gradient of each direction is where.

    Parameters
    ----------
    images : ndarray of shape (n, 28, 28), uint8
    cells : int
        Places per side, evenly spaced, each seen through a Gaussian window.
    blur : float
        Standard deviation of that window, in pixels.

    Returns
    -------
    ndarray of shape (n, 8 * cells ** 2), float32
        Square roots, which make few strong edges count less, at unit length.

    References
    ----------
    Liu et al. (2003), "Handwritten digit recognition: benchmarking of
    state-of-the-art techniques", Pattern Recognition 36.
    """
    window = _window(cells, blur)
    parts = np.array_split(images, max(1, len(images) // 1000))
    return np.concatenate([_describe(part, window) for part in parts])


def _window(cells, blur):
    """Return Gaussian windows at evenly spaced places, (cells, 28)."""
    step = SIDE / cells
    centres = step / 2 - 0.5 + step * np.arange(cells)
    distances = np.arange(SIDE) - centres[:, None]
    window = np.exp(-0.5 * (distances / blur) ** 2)
    return (window / window.sum(1, keepdims=True)).astype(np.float32)


def _describe(images, window):
    planes = directions(*sobel(images / np.float32(255)))
    pooled = window @ planes @ window.T
    features = np.sqrt(pooled).transpose(1, 0, 2, 3).reshape(len(images), -1)
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    # A blank digit has no direction; it stays zero.
    return features / np.maximum(lengths, 1e-12)
