"""What makes a member the one that is asked for, wherever it was trained."""

from dataclasses import asdict

from ensembles.members.fingerprint import digest_arrays, digest_code


def identify(architecture, seed, folds, recipe, augment, data_digest):
    """Return what makes a member the one that is asked for.

    The deformed passes enter by the parameters and the code that made them, not by
    their bytes, which may differ in the last bit between machines.

    Parameters
    ----------
    architecture : str
        Name of a function of `ensembles.members.networks`.
    seed, folds : int
        The member leaves out fold ``seed % folds``.
    recipe : Recipe
        How it is trained.
    augment : Augment
        Number and seed of the passes, and their deformations by name.
    data_digest : str
        Digest of images, labels and folds.
    """
    deformation = augment.deformations[recipe.deformation]
    marks = ["ensembles.digits.marks:mark"] if deformation.marked else []
    code = digest_code(
        "ensembles.members.training:train_network",
        f"ensembles.members.networks:{architecture}",
        f"ensembles.members.optimizers:{recipe.optimizer}",
        f"ensembles.members.optimizers:{recipe.schedule}",
        "ensembles.digits.deformation:deform",
        f"ensembles.digits.warps:{deformation.warp}",
        *marks,
        registries=("OPTIMIZERS", "SCHEDULES", "WARPS"),
    )
    # By its strengths, not by its name.
    settings = {k: v for k, v in asdict(recipe).items() if k != "deformation"}
    return {
        "architecture": architecture,
        "seed": seed,
        "held_out_fold": seed % folds,
        "recipe": settings,
        "augmentation": {
            "passes": augment.passes,
            "seed": augment.seed,
            "deformation": asdict(deformation),
        },
        "data_digest": data_digest,
        "code_digest": code,
    }


def digest_digits(digits):
    """Digest the training set: a member's card carries it."""
    return digest_arrays(**{k: digits[k] for k in ("images", "labels", "fold")})
