"""Deform the whole training set several times in each way, side by side."""

from joblib import Parallel, delayed
from tqdm import tqdm

from ensembles.digits.deformation import deform
from ensembles.digits.marks import mark
from pipeline import figures
from pipeline.frame import files, program

SHOWN = 12
"""Digits on the contact sheet, and at most how many passes of each."""


def main(parameters):
    """Deform, and draw a contact sheet."""
    settings = parameters.augment
    digits = files.read_arrays(files.TRAIN, "images", "labels")
    asked = [
        (deformation, (settings.seed, number), path)
        for name, deformation in settings.deformations.items()
        for number, path in enumerate(files.pass_paths(name, settings.passes))
    ]
    written = Parallel(n_jobs=parameters.machine.jobs, return_as="generator")(
        delayed(write_pass)(digits, *one) for one in asked
    )
    shown = list(tqdm(written, "passes", len(asked), disable=None))
    sheet = figures.contact_sheet(digits["images"][:SHOWN], shown[:SHOWN])
    files.write_figure(files.CONTACT_SHEET, sheet)


def write_pass(digits, deformation, seed, path):
    """Write one deformed copy of the training set; return its first digits."""
    images = digits["images"]
    if deformation.marked:
        images = mark(images, digits["labels"], deformation, seed)
    deformed = deform(images, deformation, seed)
    files.write_array(path, deformed)
    return deformed[:SHOWN]


if __name__ == "__main__":
    program.run(main)
