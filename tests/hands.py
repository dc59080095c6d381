"""Hands that draw digits as coverage masks, from MNIST's or from strokes."""

import cv2
import numpy as np

# Points of smooth strokes in a box one high, y downward; several hands per digit.

SHAPES = {
    0: [
        [[(0.35, 0), (0.08, 0.2), (0, 0.55), (0.12, 0.9), (0.35, 1), (0.58, 0.85),
         (0.66, 0.5), (0.58, 0.15), (0.33, 0)]],
        [[(0.45, 0.03), (0.2, 0.03), (0.02, 0.4), (0.08, 0.85), (0.3, 1),
         (0.55, 0.8), (0.6, 0.4), (0.48, 0.1), (0.3, 0.02)]],
    ],
    1: [
        [[(0.1, 0), (0.09, 0.5), (0.08, 1)]],
        [[(0, 0.25), (0.12, 0.14), (0.25, 0)], [(0.25, 0), (0.25, 0.5), (0.25, 1)]],
        [[(0.3, 0), (0.2, 0.5), (0.1, 1)]],
    ],
    2: [
        [[(0.05, 0.25), (0.15, 0.05), (0.4, 0), (0.58, 0.18), (0.5, 0.45),
         (0.2, 0.78), (0, 1)], [(0, 1), (0.3, 0.98), (0.65, 0.97)]],
        [[(0.02, 0.2), (0.2, 0.02), (0.45, 0.04), (0.55, 0.25), (0.4, 0.55),
         (0.15, 0.85), (0.05, 0.97), (0.2, 0.93), (0.4, 0.96), (0.65, 0.95)]],
    ],
    3: [
        [[(0.05, 0.1), (0.3, 0), (0.52, 0.12), (0.5, 0.33), (0.25, 0.46)],
         [(0.25, 0.46), (0.5, 0.55), (0.58, 0.78), (0.35, 1), (0, 0.9)]],
        [[(0.03, 0.03), (0.28, 0.02), (0.55, 0.04)], [(0.55, 0.04), (0.42, 0.2),
         (0.25, 0.4)], [(0.25, 0.4), (0.55, 0.5), (0.58, 0.8), (0.3, 1), (0, 0.9)]],
    ],
    4: [
        [[(0.12, 0), (0.06, 0.3), (0.02, 0.58)], [(0.02, 0.58), (0.35, 0.58),
         (0.7, 0.55)], [(0.5, 0.15), (0.48, 0.55), (0.46, 1)]],
        [[(0.45, 0), (0.2, 0.35), (0, 0.65)], [(0, 0.65), (0.35, 0.66),
         (0.68, 0.64)], [(0.46, 0), (0.46, 0.5), (0.45, 1)]],
    ],
    5: [
        [[(0.6, 0.02), (0.35, 0.02), (0.12, 0.03)], [(0.12, 0.03), (0.1, 0.22),
         (0.08, 0.42)], [(0.08, 0.42), (0.35, 0.36), (0.56, 0.55), (0.52, 0.85),
         (0.28, 1), (0, 0.9)]],
        [[(0.1, 0.05), (0.08, 0.25), (0.07, 0.45), (0.35, 0.4), (0.55, 0.6),
         (0.48, 0.9), (0.2, 1), (0, 0.92)], [(0.13, 0.04), (0.35, 0.03), (0.6, 0)]],
    ],
    6: [
        [[(0.5, 0), (0.22, 0.2), (0.04, 0.5), (0.05, 0.85), (0.3, 1), (0.55, 0.85),
         (0.52, 0.62), (0.3, 0.55), (0.08, 0.72)]],
        [[(0.3, 0), (0.1, 0.35), (0.02, 0.7), (0.2, 0.98), (0.45, 0.92), (0.5, 0.68),
         (0.3, 0.58), (0.07, 0.75)]],
    ],
    7: [
        [[(0, 0.04), (0.3, 0.03), (0.6, 0.02)], [(0.6, 0.02), (0.42, 0.45),
         (0.22, 1)]],
        [[(0, 0.06), (0.28, 0.04), (0.6, 0.03)], [(0.6, 0.03), (0.38, 0.5),
         (0.25, 1)], [(0.18, 0.52), (0.38, 0.5), (0.58, 0.48)]],
    ],
    8: [
        [[(0.5, 0.12), (0.28, 0), (0.08, 0.15), (0.15, 0.36), (0.4, 0.55),
         (0.55, 0.8), (0.3, 1), (0.05, 0.82), (0.15, 0.6), (0.42, 0.38),
         (0.52, 0.18), (0.4, 0.03)]],
        [[(0.3, 0.45), (0.08, 0.32), (0.1, 0.08), (0.3, 0), (0.5, 0.1), (0.5, 0.32),
         (0.3, 0.45)], [(0.3, 0.45), (0.03, 0.62), (0.05, 0.9), (0.3, 1),
         (0.56, 0.9), (0.56, 0.62), (0.3, 0.45)]],
    ],
    9: [
        [[(0.52, 0.15), (0.3, 0), (0.06, 0.14), (0.06, 0.38), (0.28, 0.48),
         (0.5, 0.32), (0.53, 0.12)], [(0.53, 0.12), (0.51, 0.55), (0.46, 1)]],
        [[(0.5, 0.1), (0.25, 0), (0.03, 0.2), (0.12, 0.45), (0.4, 0.42),
         (0.52, 0.15), (0.52, 0.55), (0.42, 0.88), (0.12, 1)]],
    ],
}  # fmt: skip


class Hand:
    """Draws digits as coverage masks, from MNIST's or from strokes.

    Parameters
    ----------
    rng : numpy.random.Generator
    images : ndarray of shape (n, 28, 28), uint8, optional
        Digits to draw from, half of the time.
    labels : ndarray of shape (n,), optional
    """

    def __init__(self, rng, images=None, labels=None):
        self.rng, self.images, self.labels = rng, images, labels

    def draw(self, height, width=None, smooth=True):
        """Draw one digit.

        Parameters
        ----------
        height : int
            In pixels.
        width : float, optional
            Of the stroke, in pixels; only strokes heed it.
        smooth : bool
            Whether edges are anti-aliased.

        Returns
        -------
        label : int
        coverage : ndarray of shape (height, any), float32 in [0, 1]
        """
        if width is None and self.images is not None and self.rng.random() < 0.5:
            return self.copy(height, smooth)
        label = int(self.rng.integers(10))
        width = width or height * self.rng.uniform(0.06, 0.16)
        return label, self._stroked(label, height, width, smooth)

    def copy(self, height, smooth=True):
        """Draw one of the digits that were given; as `draw`."""
        index = int(self.rng.integers(len(self.images)))
        digit = self.images[index].astype(np.float32) / 255
        rows, columns = np.flatnonzero(digit.any(1)), np.flatnonzero(digit.any(0))
        digit = digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        digit = np.pad(digit, 1)
        size = (max(1, round(height * digit.shape[1] / digit.shape[0])), height)
        if height > 60:
            large = cv2.resize(digit, size, interpolation=cv2.INTER_CUBIC)
            soft = height / 28 if smooth else 1e6
            ink = np.clip((large - 0.45) * soft + 0.5, 0, 1)
        else:
            ink = np.clip(cv2.resize(digit, size, interpolation=cv2.INTER_AREA), 0, 1)
        return int(self.labels[index]), ink

    def _stroked(self, label, height, width, smooth):
        """Draw strokes with a little of a hand's own slant, shape and tremor."""
        rng = self.rng
        shape = SHAPES[label][rng.integers(len(SHAPES[label]))]
        turn = rng.normal(0, 0.05)
        slant, wide = rng.normal(0.08, 0.12), rng.uniform(0.85, 1.2)
        matrix = np.array([[wide, -slant], [0, 1]]) @ [
            [np.cos(turn), -np.sin(turn)],
            [np.sin(turn), np.cos(turn)],
        ]
        lines = []
        for stroke in shape:
            points = np.array(stroke) + rng.normal(0, 0.012, (len(stroke), 2))
            lines.append(_smooth(points) @ matrix.T)
        everything = np.concatenate(lines)
        low, span = everything.min(0), np.ptp(everything, axis=0)
        scale = max(height - width - 2, 1) / max(span[1], 0.5)
        size = np.ceil(span * scale + width + 2).astype(int)
        fine = 8
        canvas = np.zeros((size[1], size[0]), np.uint8)
        for line in lines:
            at = (line - low) * scale + width / 2 + 0.5
            cv2.polylines(
                canvas,
                [np.round(at * 2**fine).astype(np.int32)],
                False,
                255,
                max(1, round(width)),
                cv2.LINE_AA if smooth else cv2.LINE_8,
                fine,
            )
        return canvas.astype(np.float32) / 255


def _smooth(points, n=60):
    """Return a Catmull-Rom curve through points, (n, 2)."""
    padded = np.concatenate(
        [[2 * points[0] - points[1]], points, [2 * points[-1] - points[-2]]]
    )
    t = np.linspace(0, len(points) - 1, n)
    i = np.minimum(t.astype(int), len(points) - 2)
    u = (t - i)[:, None]
    p = [padded[i + k] for k in range(4)]
    return 0.5 * (
        2 * p[1]
        + (p[2] - p[0]) * u
        + (2 * p[0] - 5 * p[1] + 4 * p[2] - p[3]) * u**2
        + (3 * p[1] - p[0] - 3 * p[2] + p[3]) * u**3
    )
