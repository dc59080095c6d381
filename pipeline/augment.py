"""Deform the whole training set several times, in parallel over the passes."""

from joblib import Parallel, delayed
from tqdm import tqdm

from ensembles import augmentation
from pipeline import figures, files, params

SHOWN = 12
"""Digits on the contact sheet, and at most how many passes of each."""


def main(parameters):
    """Run the stage."""
    settings = parameters.augment
    images = files.read_arrays(files.TRAIN, "images")["images"]
    numbers = range(settings.passes)
    written = Parallel(n_jobs=parameters.machine.jobs, return_as="generator")(
        delayed(write_pass)(images, settings.deformation, settings.seed, number)
        for number in numbers
    )
    shown = list(tqdm(written, "passes", settings.passes, disable=None))
    sheet = figures.contact_sheet(images[:SHOWN], shown[:SHOWN])
    files.write_figure(files.CONTACT_SHEET, sheet)


def write_pass(images, deformation, seed, number):
    """Write one deformed copy of the training set; return its first digits."""
    deformed = augmentation.deform(images, deformation, (seed, number))
    files.write_array(files.pass_path(number), deformed)
    return deformed[:SHOWN]


if __name__ == "__main__":
    params.run(main)
