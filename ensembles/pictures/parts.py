"""Connected components of ink."""

from dataclasses import dataclass

import cv2
import numpy as np

from ensembles.pictures.mnist_form import stroke_width

MAX_PARTS = 1500
"""So many components are looked at, the largest first; the rest is dust."""

DOT = 0.7
"""A pen's dot is as wide as its stroke; what is smaller than this share is dust."""


@dataclass(frozen=True)
class Parts:
    """Connected components of ink, the heaviest first.

    Attributes
    ----------
    labels : ndarray of shape (height, width), int32
        Which component covers a pixel; 0 is none.
    names : ndarray of shape (n,), int
        Their labels.
    boxes : ndarray of shape (n, 4), int
        Left, top, right, bottom; the last two lie outside.
    areas : ndarray of shape (n,), int
        In pixels.
    masses : ndarray of shape (n,), float
        Sums of density.
    """

    labels: np.ndarray
    names: np.ndarray
    boxes: np.ndarray
    areas: np.ndarray
    masses: np.ndarray

    def mask(self, index):
        """Return where one part is in its own box, bool."""
        left, top, right, bottom = self.boxes[index]
        return self.labels[top:bottom, left:right] == self.names[index]

    def choose(self, chosen):
        """Return some of the parts, by index or mask."""
        return Parts(
            self.labels,
            self.names[chosen],
            self.boxes[chosen],
            self.areas[chosen],
            self.masses[chosen],
        )


def find_parts(density, level):
    """Return the connected components of ink above some level."""
    mask = (density > level).astype(np.uint8)
    n, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    masses = np.bincount(labels.ravel(), density.ravel(), n)[1:]
    order = np.argsort(-masses)[:MAX_PARTS]
    left, top, width, height, area = stats[1:][order].T
    boxes = np.stack([left, top, left + width, top + height], axis=1)
    return Parts(labels, order + 1, boxes, area, masses[order])


def drop_dust(parts):
    """Drop what is smaller than a dot of the pen that drew the heaviest part."""
    if not len(parts.names):
        return parts
    dot = DOT * stroke_of(parts, 0)
    sizes = size_of(parts.boxes)
    return parts.choose((sizes > dot) & (parts.areas > 0.75 * dot**2))


def stroke_of(parts, index):
    """Return the mean stroke width of a part: its area by half its outline."""
    return stroke_width(parts.mask(index))


def size_of(boxes):
    """Return the longer side of each box."""
    return np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])


def union(boxes):
    """Return the smallest box around some boxes."""
    return np.concatenate([boxes[:, :2].min(0), boxes[:, 2:].max(0)])
