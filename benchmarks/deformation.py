"""Time the image distortion model, compiled and in plain NumPy.

Run as ``python -m benchmarks.deformation``; writes reports/benchmarks/deformation.json.
The distances must agree to 1e-5. Blots take the place of digits, so that no data are
needed; every comparison is made in full, so what they show does not matter.
"""

import numpy as np
from scipy.ndimage import gaussian_filter, uniform_filter

from benchmarks.machine import record, seconds
from ensembles.baselines.sobel_rows import lay_out
from ensembles.baselines.warping import nearest
from ensembles.digits.gradients import sobel

WARP = 2
DIGITS, REFERENCES = 64, 1000
PLAIN_PAIRS = 200
REPEATS = 5


def draw_blots(count, seed):
    """Draw as many images of blots, uint8 of shape (count, 28, 28)."""
    noise = np.random.default_rng(seed).normal(size=(count, 28, 28))
    return (255 * (gaussian_filter(noise, (0, 2, 2)) > 0.05)).astype(np.uint8)


def plain_distances(digit, references):
    """Return one digit's distances by whole-array NumPy, one displacement at a time.

    Parameters
    ----------
    digit : ndarray of shape (28, 28), uint8
    references : ndarray of shape (n, 28, 28), uint8

    Returns
    -------
    ndarray of shape (n,)
    """
    edge = WARP + 1
    sides = [(0, 0), (0, 0), (edge, edge), (edge, edge)]
    padded = np.pad(sobel(references / 255) / 8, sides)
    sought = np.pad(sobel(digit[None] / 255) / 8, [(0, 0), (0, 0), (1, 1), (1, 1)])
    least = np.full((len(references), 28, 28), np.inf)
    for y in range(2 * WARP + 1):
        for x in range(2 * WARP + 1):
            moved = padded[:, :, y : y + 30, x : x + 30]
            squares = np.square(moved - sought).sum(0)
            sums = 9 * uniform_filter(squares, (1, 3, 3), mode="constant")
            np.minimum(least, sums[:, 1:-1, 1:-1], out=least)
    return least.sum((1, 2))


def compiled_distances(digits, references):
    """Return all distances, (n_digits, n_references), none ended early."""
    count = len(references)
    candidates = np.tile(np.arange(count), (len(digits), 1))
    columns, distances = nearest(digits, references, candidates, count, WARP)
    return np.take_along_axis(distances, columns.argsort(1), axis=1)


def fastest(action):
    """Return the shortest of a few runs, in seconds."""
    return min(seconds(action) for _ in range(REPEATS))


def main():
    """Compare the distances, then the times."""
    digits, references = draw_blots(DIGITS, 0), draw_blots(REFERENCES, 1)
    few = references[:PLAIN_PAIRS]
    laid = lay_out(digits, WARP), lay_out(references, WARP)
    found = compiled_distances(*laid)[0, :PLAIN_PAIRS]
    expected = plain_distances(digits[0], few)
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    compiled = DIGITS * REFERENCES / fastest(lambda: compiled_distances(*laid))
    plain = PLAIN_PAIRS / fastest(lambda: plain_distances(digits[0], few))
    record(
        "deformation",
        {
            "what": "pairs of digits compared per second, on all cores",
            "figure": round(compiled),
            "peer": "whole-array NumPy, one displacement at a time",
            "peer_figure": round(plain),
            "ratio": round(compiled / plain, 1),
            "target_ratio": 20,
            "largest_relative_difference": float(np.abs(found / expected - 1).max()),
        },
    )


if __name__ == "__main__":
    main()
