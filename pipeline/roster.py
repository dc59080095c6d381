"""The members that the parameters ask for."""

from ensembles.members import identity, on_disk
from pipeline.frame import files


def make_jobs(parameters, architecture):
    """List the members of an architecture that the parameters ask for.

    Raises
    ------
    ValueError
        If there is no recipe for it.
    """
    recipe = _find_recipe(parameters, architecture)
    digits = files.read_arrays(files.TRAIN, "images", "labels", "fold")
    data_digest = identity.digest_digits(digits)
    return [
        _make_job(parameters, architecture, recipe, seed, digits["fold"], data_digest)
        for seed in range(parameters.members.seeds)
    ]


def _find_recipe(parameters, architecture):
    try:
        return parameters.members.recipes[architecture]
    except KeyError:
        raise ValueError(
            f"`members.recipes` of params.yaml has no {architecture!r}: name one that "
            f"it has, or add it"
        ) from None


def _make_job(parameters, architecture, recipe, seed, dealt, data_digest):
    """Say what one member is; `dealt` are the folds of the digits."""
    folds, augment = parameters.data.folds, parameters.augment
    who = identity.identify(architecture, seed, folds, recipe, augment, data_digest)
    return on_disk.Job(
        folder=files.MEMBERS.absolute(),
        architecture=architecture,
        seed=seed,
        fold=seed % folds,
        epochs=recipe.epochs_for((dealt != seed % folds).sum()),
        recipe=recipe,
        digits=files.TRAIN.absolute(),
        passes=_absolute(files.pass_paths(recipe.deformation, augment.passes)),
        identity=who,
    )


def _absolute(paths):
    return tuple(path.absolute() for path in paths)
