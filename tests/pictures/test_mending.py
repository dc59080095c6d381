"""A gap in a ring is closed, and what is open is left open."""

import numpy as np
import pytest

from ensembles.pictures.mending import close_loops


def ring(gap, size=120, width=10):
    """Return a ring of ink from which a stretch of so many pixels is missing."""
    y, x = np.mgrid[:size, :size] - size / 2
    on = np.abs(np.hypot(y, x) - 40) <= width / 2
    return (on & ~((np.abs(y) < gap / 2) & (x > 0))).astype(np.float32)


@pytest.mark.parametrize("gap", [4, 10, 16])
@pytest.mark.parametrize("times", [1, 4])
def test_a_torn_ring_is_closed(gap, times):
    ink = np.kron(ring(gap), np.ones((times, times), np.float32))
    closed = close_loops(ink)
    middle = len(closed) // 2
    assert closed.max() <= 1
    assert closed[middle, middle] == 0
    assert closed[middle, middle:].max() > 0.5


@pytest.mark.parametrize("gap", [0, 30])
def test_what_is_closed_or_open_is_left(gap):
    assert close_loops(ring(gap)) is None
