"""How strongly digits are deformed, and which of them are marked first.

Checked where they are made; apart from the code that deforms, so that reading
parameters imports no albumentations.
"""

import typing
from dataclasses import dataclass

from ensembles.settings import check_range


@dataclass(frozen=True)
class Deformation:
    """How strongly digits are deformed; every range is symmetric about no change.

    Attributes
    ----------
    warp : str
        Name of the class of `ensembles.digits.warps` that deforms so.
    marked : bool
        Whether `ensembles.digits.marks` draws on the digits first.
    rotation_degrees, scale_percent, shear_degrees, shift_pixels : float
        Largest change of the affine part, each drawn uniformly.
    elastic_rms_pixels : float
        Root mean square displacement of the elastic part, per axis.
    elastic_sigma_pixels : float
        Standard deviation of the Gaussian that smooths it.
    elastic_probability : float
        Share of the digits that are distorted elastically.

    Raises
    ------
    ValueError
        If a number is outside its range.
    """

    warp: typing.ClassVar[str] = "ElasticWarp"
    marked: typing.ClassVar[bool] = False

    rotation_degrees: float
    scale_percent: float
    shear_degrees: float
    shift_pixels: float
    elastic_rms_pixels: float
    elastic_sigma_pixels: float
    elastic_probability: float

    def __post_init__(self):
        check_range(self, 0, 180, "rotation_degrees")
        check_range(self, 0, 90, "scale_percent")
        check_range(self, 0, 60, "shear_degrees")
        check_range(self, 0, 14, "shift_pixels", "elastic_rms_pixels")
        check_range(self, 1, 14, "elastic_sigma_pixels")
        check_range(self, 0, 1, "elastic_probability")


@dataclass(frozen=True)
class MeshDeformation:
    """How strongly digits are cropped, pulled at the knots of a mesh, and rotated.

    Attributes
    ----------
    warp : str
        Name of the class of `ensembles.digits.warps` that deforms so.
    crop_pixels : int
        How many rows and columns a crop loses, at sides that are drawn.
    rotation_degrees : float
        Largest rotation.
    mesh_cells : int
        Cells of the mesh along each axis.
    mesh_pixels : int
        Largest displacement of an inner knot, per axis, in whole pixels.

    Raises
    ------
    ValueError
        If a number is outside its range.
    """

    warp: typing.ClassVar[str] = "MeshWarp"
    marked: typing.ClassVar[bool] = False

    crop_pixels: int
    rotation_degrees: float
    mesh_cells: int
    mesh_pixels: int

    def __post_init__(self):
        check_range(self, 0, 14, "crop_pixels", "mesh_pixels")
        # Beyond, the enlargement that leaves no empty corner shows no digit any more.
        check_range(self, 0, 30, "rotation_degrees")
        check_range(self, 2, 14, "mesh_cells")


@dataclass(frozen=True)
class Marks:
    """Which share of the digits gets the marks of other hands before it is deformed.

    Attributes
    ----------
    upstroke_share, foot_share : float
        Share of the ones that get an upstroke, and of these that get a foot as well.
    crossbar_share, slash_share : float
        Share of the sevens that get a bar, and of the zeros that get a slash.

    Raises
    ------
    ValueError
        If a number is outside its range.
    """

    marked: typing.ClassVar[bool] = True

    upstroke_share: float
    foot_share: float
    crossbar_share: float
    slash_share: float

    def __post_init__(self):
        check_range(self, 0, 1, "upstroke_share", "foot_share")
        check_range(self, 0, 1, "crossbar_share", "slash_share")


@dataclass(frozen=True)
class MarkedDeformation(Marks, Deformation):
    """Marks, and then a deformation."""

    def __post_init__(self):
        Marks.__post_init__(self)
        Deformation.__post_init__(self)


@dataclass(frozen=True)
class MarkedMesh(Marks, MeshDeformation):
    """Marks, and then a deformation by a mesh."""

    def __post_init__(self):
        Marks.__post_init__(self)
        MeshDeformation.__post_init__(self)
