import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from ensembles.baselines.sobel_rows import MAX_WARP, lay_out
from ensembles.baselines.warping import nearest

DIGEST = """
import hashlib
import numpy as np
from ensembles.baselines.sobel_rows import lay_out
from ensembles.baselines.warping import nearest

digits = np.random.default_rng(0).integers(0, 256, (20, 28, 28), np.uint8)
candidates = np.tile(np.arange(20), (20, 1))
found = nearest(lay_out(digits, 2), lay_out(digits, 2), candidates, 20, 2)
print(hashlib.sha256(b"".join(map(bytes, found))).hexdigest())
"""


def gradients(image):
    """Return both Sobel images by SciPy, zero-padded farther than any warp."""
    planes = [ndimage.sobel(image / 255, axis, mode="constant") for axis in (1, 0)]
    return np.pad(np.stack(planes) / 8, [(0, 0), (6, 6), (6, 6)])


def patch(planes, row, column):
    return planes[:, row + 5 : row + 8, column + 5 : column + 8]


def literal_distance(digit, reference, warp):
    """Follow the definition word by word."""
    digit, reference = gradients(digit), gradients(reference)
    reach = range(-warp, warp + 1)
    return sum(
        min(
            np.square(patch(digit, r, c) - patch(reference, r + y, c + x)).sum()
            for y in reach
            for x in reach
        )
        for r in range(28)
        for c in range(28)
    )


@pytest.fixture(scope="module")
def digits():
    """Draw six blots that touch all borders."""
    noise = np.random.default_rng(0).normal(size=(6, 28, 28))
    smooth = ndimage.gaussian_filter(noise, (0, 2, 2))
    return (255 * (smooth > 0.05)).astype(np.uint8)


def all_distances(digits, references, warp):
    count = len(references)
    candidates = np.tile(np.arange(count), (len(digits), 1))
    laid = lay_out(digits, warp), lay_out(references, warp)
    columns, distances = nearest(*laid, candidates, count, warp)
    return np.take_along_axis(distances, columns.argsort(1), axis=1)


@pytest.mark.parametrize("warp", range(MAX_WARP + 1))
def test_distances_are_those_of_the_definition(digits, warp):
    found = all_distances(digits[:2], digits, warp)
    expected = [[literal_distance(a, b, warp) for b in digits] for a in digits[:2]]
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


def test_a_digit_is_at_no_distance_from_itself_moved(digits):
    digit = np.pad(digits[0, 6:22, 6:22], 6)
    moved = np.roll(digit, (2, -1), axis=(0, 1))
    assert all_distances(digit[None], moved[None], 2) == pytest.approx(0, abs=1e-6)
    assert all_distances(digit[None], moved[None], 1) > 1


def test_ending_comparisons_early_changes_nothing(digits):
    rng = np.random.default_rng(0)
    references = np.concatenate([digits, digits.swapaxes(1, 2), digits[:, ::-1]])
    candidates = np.stack([rng.permutation(len(references)) for _ in digits])
    laid = lay_out(digits, 2), lay_out(references, 2)
    columns, distances = nearest(*laid, candidates, 3, 2)
    every_column, every_distance = nearest(*laid, candidates, len(references), 2)
    np.testing.assert_array_equal(columns, every_column[:, :3])
    np.testing.assert_allclose(distances, every_distance[:, :3], rtol=1e-6)


def test_layout_does_not_mix_neighbouring_images(digits):
    together = lay_out(digits, 2)
    alone = [lay_out(digit[None], 2)[0] for digit in digits]
    np.testing.assert_array_equal(together, alone)


def digest(cache, **more):
    """Return the digest of distances, found by a process of its own."""
    root = Path(__file__).parents[2]
    environment = os.environ | {"NUMBA_CACHE_DIR": str(cache), **more}
    command = [sys.executable, "-c", DIGEST]
    return subprocess.check_output(command, cwd=root, env=environment, text=True)


def test_distances_do_not_depend_on_how_they_were_compiled(tmp_path):
    """Compiled now, taken from a cache, or for processors without vectors of eight."""
    now, kept = digest(tmp_path / "own"), digest(tmp_path / "own")
    plain = digest(tmp_path / "plain", NUMBA_CPU_NAME="generic")
    assert now == kept == plain
