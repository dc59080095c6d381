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
    try:
        recipe = parameters.members.recipes[architecture]
    except KeyError:
        raise ValueError(
            f"`members.recipes` of params.yaml has no {architecture!r}: name one that "
            f"it has, or add it"
        ) from None
    digits = files.read_arrays(files.TRAIN, "images", "labels", "fold")
    data_digest = identity.digest_digits(digits)
    folds, augment = parameters.data.folds, parameters.augment
    passes = files.pass_paths(recipe.deformation, augment.passes)
    return [
        on_disk.Job(
            folder=files.MEMBERS.absolute(),
            architecture=architecture,
            seed=seed,
            fold=seed % folds,
            epochs=recipe.epochs_for((digits["fold"] != seed % folds).sum()),
            recipe=recipe,
            digits=files.TRAIN.absolute(),
            passes=tuple(path.absolute() for path in passes),
            identity=identity.identify(
                architecture, seed, folds, recipe, augment, data_digest
            ),
        )
        for seed in range(parameters.members.seeds)
    ]
