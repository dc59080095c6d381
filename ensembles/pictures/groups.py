"""What is found on a page: digits, separators, and what is left out."""

from dataclasses import dataclass

import numpy as np

from ensembles.pictures.separators import DIGIT, Mark
from ensembles.pictures.shapes import Shape


@dataclass(frozen=True)
class Group:
    """Parts that are one digit, or one separator between digits.

    Attributes
    ----------
    box : (left, top, width, height)
        In pixels of the ink.
    ink : ndarray of shape (height, width), float32
        The ink of its parts, inside the box.
    shape : ensembles.pictures.shapes.Shape
    mark : ensembles.pictures.separators.Mark
        What it is.
    row : int
        The row of text that it stands in, from 0 at the top.
    """

    box: tuple
    ink: np.ndarray
    shape: Shape
    mark: Mark = DIGIT
    row: int = 0


@dataclass(frozen=True)
class LeftOut:
    """What could be writing, and is not read.

    Attributes
    ----------
    box : (left, top, width, height)
        In pixels of the ink.
    why : str
    """

    box: tuple
    why: str


@dataclass(frozen=True)
class Marks:
    """What stands on a page.

    Attributes
    ----------
    groups : list of Group
        By rows of text, left to right.
    left_out : list of LeftOut
    """

    groups: list
    left_out: list
