"""Deform the whole training set several times in each way, side by side."""

from joblib import Parallel, delayed
from tqdm import tqdm

from ensembles.digits.deformation import deform
from ensembles.digits.marks import mark
from pipeline import cluster, figures
from pipeline.frame import files, program

SHOWN, SHOWN_PASSES = 12, 5
"""Digits on the contact sheet, and at most how many copies of each."""


def main(parameters):
    """Deform, and draw a contact sheet."""
    settings, machine = parameters.augment, parameters.machine
    digits = files.read_arrays(files.TRAIN, "images", "labels")
    asked = list_passes(settings)
    with cluster.workers(machine):
        made = Parallel(n_jobs=machine.jobs, return_as="generator")(
            delayed(make_pass)(**digits, deformation=deformation, seed=seed)
            for _, deformation, seed in asked
        )
        made = tqdm(made, "passes", len(asked), disable=None)
        pairs = zip(asked, made, strict=True)
        kept = [keep_pass(path, deformed) for (path, _, _), deformed in pairs]
    shown, digests = zip(*kept, strict=True)
    paths = [path.relative_to(files.AUGMENTED).as_posix() for path, _, _ in asked]
    files.write_json(files.PASSES_CARD, dict(zip(paths, digests, strict=True)))
    sheet = figures.contact_sheet(digits["images"][:SHOWN], shown[:SHOWN_PASSES])
    files.write_figure(files.CONTACT_SHEET, sheet)


def list_passes(settings):
    """List path, deformation and seed of every pass."""
    return [
        (path, deformation, (settings.seed, number))
        for name, deformation in settings.deformations.items()
        for number, path in enumerate(files.pass_paths(name, settings.passes))
    ]


def make_pass(images, labels, deformation, seed):
    """Return one deformed copy of the training set."""
    if deformation.marked:
        images = mark(images, labels, deformation, seed)
    return deform(images, deformation, seed)


def keep_pass(path, deformed):
    """Write one deformed copy; return its first digits, and its digest."""
    sha256 = files.write_array(path, deformed)
    return deformed[:SHOWN].copy(), sha256


if __name__ == "__main__":
    program.run(main)
