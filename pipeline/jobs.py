"""The members that the parameters ask for."""

from dataclasses import asdict

from ensembles import members
from pipeline import files


def make_jobs(parameters, architecture):
    """List the members of an architecture that the parameters ask for."""
    digits = files.read_arrays(files.TRAIN, "images", "labels", "fold")
    data_digest = members.digest_digits(digits)
    folds, recipe = parameters.data.folds, parameters.members.recipe
    augment = parameters.augment
    return [
        members.Job(
            folder=files.MEMBERS.absolute(),
            architecture=architecture,
            seed=seed,
            fold=seed % folds,
            epochs=recipe.epochs_for((digits["fold"] != seed % folds).sum()),
            recipe=recipe,
            digits=files.TRAIN.absolute(),
            passes=tuple(files.pass_path(n).absolute() for n in range(augment.passes)),
            identity=members.identify(
                architecture, seed, folds, recipe, asdict(augment), data_digest
            ),
        )
        for seed in range(parameters.members.seeds)
    ]
