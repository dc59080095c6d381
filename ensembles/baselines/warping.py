"""The image distortion model, compiled: how far one digit is from a warped other.

Each pixel of a digit looks, within `warp` pixels of its own place in the reference,
for the place whose 3 x 3 surroundings fit best; the distance is the sum of what
remains. Loops run over the whole rows of `ensembles.baselines.sobel_rows`.

References
----------
Keysers et al. (2007), "Deformation models for image recognition", IEEE Transactions
on Pattern Analysis and Machine Intelligence 29.
"""

import numba
import numpy as np

from ensembles.baselines.sobel_rows import MARGIN, STRIDE
from ensembles.digits.form import SIDE

BAND = 7
BANDS = (1, 2, 0, 3)
"""Rows are compared in four bands, the middle first: it tells most digits apart."""

FAR = np.float32(3e38)


@numba.njit(parallel=True, cache=True)
def nearest(digits, references, candidates, k, warp):
    """Find each digit's `k` nearest among its candidates.

    Parameters
    ----------
    digits, references : ndarray
        From `sobel_rows.lay_out`, with the same `warp`.
    candidates : ndarray of shape (n, m), int
        Rows of `references`, the likely nearest first: a comparison ends as soon as
        it exceeds the k-th distance so far.
    k, warp : int

    Returns
    -------
    ndarray of shape (n, k), int64
        Columns of `candidates`, nearest first.
    ndarray of shape (n, k), float32
        Their distances.
    """
    n = len(digits)
    columns = np.zeros((n, k), np.int64)
    distances = np.full((n, k), FAR, np.float32)
    for i in numba.prange(n):
        scratch = np.empty((3, (BAND + 2) * STRIDE), np.float32)
        for j in range(candidates.shape[1]):
            reference = references[candidates[i, j]]
            bound = distances[i, k - 1]
            found = _distance(digits[i], reference, warp, bound, scratch)
            if found < bound:
                _insert(columns[i], distances[i], j, found)
    return columns, distances


@numba.njit(cache=True)
def _insert(columns, distances, column, distance):
    """Put a distance in its place among the ascending ones; the last drops out."""
    place = len(distances) - 1
    while place > 0 and distances[place - 1] > distance:
        distances[place] = distances[place - 1]
        columns[place] = columns[place - 1]
        place -= 1
    distances[place] = distance
    columns[place] = column


@numba.njit(cache=True)
def _distance(digit, reference, warp, bound, scratch):
    """Sum the bands, until they exceed `bound`."""
    total = np.float32(0)
    for band in BANDS:
        total += _compare(digit, reference, band * BAND, warp, scratch)
        if total >= bound:
            break
    return total


@numba.njit(cache=True)
def _compare(digit, reference, row, warp, scratch):
    """Sum the least differences of the patches in `BAND` rows from `row` on."""
    squares, triples, least = scratch[0], scratch[1], scratch[2]
    _start(least)
    first = (row + warp + 1) * STRIDE
    across, down = digit[0, first:], digit[1, first:]
    for y in range(-warp, warp + 1):
        for x in range(-warp, warp + 1):
            place = first + y * STRIDE + x
            _square(squares, across, down, reference[0, place:], reference[1, place:])
            _add_rows(squares, triples)
            _keep_least(triples, least)
    return _sum(least)


@numba.njit(cache=True)
def _sum(rows):
    """Sum `BAND` rows, row upon row, and then the halves of what remains.

    The order is said, not left to the compiler as by ``fastmath``: numba's cold and
    warm caches hold functions compiled together and apart, which it sums differently.
    """
    sums = rows[:STRIDE]
    for row in range(1, BAND):
        for i in range(STRIDE):
            sums[i] += rows[row * STRIDE + i]
    width = STRIDE
    while width > 1:
        width //= 2
        for i in range(width):
            sums[i] += sums[width + i]
    return sums[0]


@numba.njit(cache=True)
def _start(least):
    """Nothing is less than the zeros of the margins, so these add nothing."""
    least[:] = 0
    for row in range(BAND):
        start = row * STRIDE + MARGIN - 1
        least[start : start + SIDE] = FAR


@numba.njit(cache=True)
def _square(squares, across, down, other_across, other_down):
    for i in range((BAND + 2) * STRIDE):
        a = across[i] - other_across[i]
        b = down[i] - other_down[i]
        squares[i] = a * a + b * b


@numba.njit(cache=True)
def _add_rows(squares, triples):
    above, middle, below = squares, squares[STRIDE:], squares[2 * STRIDE :]
    for i in range(BAND * STRIDE):
        triples[i] = above[i] + middle[i] + below[i]


@numba.njit(cache=True)
def _keep_least(triples, least):
    left, middle, right = triples, triples[1:], triples[2:]
    for i in range(BAND * STRIDE - 2):
        least[i] = min(least[i], left[i] + middle[i] + right[i])
