"""The parameters of the pipeline: all of `params.yaml`, read and checked."""

from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML, YAMLError

from pipeline.frame import sections
from pipeline.frame.schema import ParamsError, build


@dataclass(frozen=True)
class Params:
    """All of `params.yaml`."""

    data: sections.Data
    augment: sections.Augment
    members: sections.Members
    baselines: sections.Baselines  # type: ignore[valid-type]  # its fields are the registry's
    combine: sections.Combine
    student: sections.Student
    explore: sections.Explore
    evaluate: sections.Evaluate
    slides: sections.Slides
    machine: sections.Machine

    def __post_init__(self):
        self._check_deformations()
        seeds, folds = self.members.seeds, self.data.folds
        if seeds % folds:
            below = seeds // folds * folds
            nearest = f"{below} or {below + folds}" if below else folds
            raise ValueError(
                f"`members.seeds` must be a multiple of `data.folds` ({folds}); "
                f"got {seeds}: use {nearest}"
            )

    def _check_deformations(self):
        """Refuse to ask for a deformation that is not there."""
        recipes = {f"members.recipes.{k}": r for k, r in self.members.recipes.items()}
        asked = {path: recipe.deformation for path, recipe in recipes.items()} | {
            "student.recipe": self.student.recipe.deformation,
            "explore": self.explore.deformation,
        }
        for path, deformation in asked.items():
            if deformation not in self.augment.deformations:
                raise ValueError(
                    f"`{path}.deformation` must be a name in `augment.deformations` "
                    f"({', '.join(self.augment.deformations)}); got {deformation!r}"
                )


def load(path="params.yaml", kind=Params):
    """Read and check parameters.

    Parameters
    ----------
    path : str or Path
        A YAML file.
    kind : type
        The dataclass that says what it must hold.

    Returns
    -------
    Params
        Or what else was asked for.

    Raises
    ------
    ParamsError
        If a key is unknown, missing, ill-typed or out of range; the message gives
        the key's path, what was expected, and the nearest known key.
    """
    try:
        content = YAML(typ="safe").load(Path(path))
    except FileNotFoundError:
        raise ParamsError(f"no {path} here; run from the project's folder") from None
    except OSError as error:
        raise ParamsError(f"{path} cannot be read: {error.strerror}") from None
    except YAMLError as error:
        raise ParamsError(f"{path} is not valid YAML: {error}") from None
    return build(kind, content, "")
