"""Draw the pictures of the documents, and measure what they show: `make pictures`."""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from ensembles.digits.strengths import Deformation
from ensembles.digits.warps import GRID, ElasticWarp
from ensembles.members import processor
from pipeline.documents import hands, lessons, plots, results, sketches
from pipeline.documents.blocks import PUBLISHED
from pipeline.documents.languages import LANGUAGES
from pipeline.documents.lessons import TrainingDigits
from pipeline.frame import files, program

SHOWN = 7
"""The first digit of this class is the one that is shown."""

FOLDERS = {"en": Path("docs/pictures"), "fr": Path("docs/fr/pictures")}
STEPS = 40
RATES = {
    "plain": (0.005, 0.01, 0.015, 0.019),
    "momentum": (0.0025, 0.005, 0.01, 0.015, 0.02),
    "Adam": (0.05, 0.1, 0.2, 0.3, 0.4),
}
"""Of the descents that are compared: of each kind the best is shown."""

MOVED = 1000
"""So many digits are moved by a pixel."""

WEIGHTS = {
    "weights too small": 0.6,
    "weights just right": 1.0,
    "weights too large": 1.8,
}


def main(parameters):
    """Draw every picture in every language."""
    processor.prepare_training()
    digits = training_digits()
    used = parameters.augment.deformations["elastic"]
    drawn, measured = study(digits, used)
    for code, folder in FOLDERS.items():
        folder.mkdir(parents=True, exist_ok=True)
        for name, draw in drawn.items():
            files.write_figure(folder / f"{name}.png", draw(say=LANGUAGES[code]))
    measured |= {"dataset": digits.dataset, "writers": hands.measure()}
    files.write_json(results.LESSONS, measured)
    print(f"{len(drawn)} pictures of {digits.dataset} in {', '.join(LANGUAGES)}")


def training_digits():
    """Read the training digits.

    Raises
    ------
    ValueError
        If none are prepared.
    """
    if not files.TRAIN.is_file():
        raise ValueError(f"no {files.TRAIN}: run `dvc repro prepare` first")
    arrays = files.read_arrays(files.TRAIN, *TrainingDigits.__annotations__)
    return TrainingDigits(**arrays | {"dataset": str(arrays["dataset"])})


def study(digits, used):
    """Compute what the pictures show.

    Parameters
    ----------
    digits : TrainingDigits
    used : ensembles.digits.strengths.Deformation
        Of which the elastic part is shown.

    Returns
    -------
    dict of str to callable
        Draw each picture in the language `say`.
    dict
        What was measured.
    """
    image = digits.images[np.flatnonzero(digits.labels == SHOWN)[0]] / 255
    spreads = {name: spread(digits, size) for name, size in WEIGHTS.items()}
    drawn = {
        "filters": partial(sketches.filters, image),
        "patch": partial(sketches.patch, image, steepest(image)),
        "pooling": partial(sketches.pooling, image),
        "optimizers": partial(plots.descents, compare_optimizers()),
        "learning_rates": partial(plots.descents, compare_rates()),
        "batch_normalisation": partial(plots.signals, spreads),
        "elastic": partial(sketches.elastic, image, deform_elastically(image, used)),
        "ensemble_sizes": partial(plots.ensemble_sizes, *errors_by_size()),
        "records": partial(plots.records, published_errors()),
    }
    return drawn, measure(digits, spreads)


def spread(digits, size):
    """Measure signals by layer, of weights of a size: as they are, and normalised."""
    images = digits.images[:512]
    return tuple(lessons.spread_by_layer(images, size, how) for how in (False, True))


def errors_by_size():
    """Return the error by number of members of both runs, and of one of the record."""
    runs = {
        "measured: laptop": pd.read_csv(files.SIZES),
        "measured: release": pd.read_csv(files.RELEASE / files.SIZES.name),
    }
    return runs, runs["measured: release"]["mean_percent"].iloc[0]


def published_errors():
    """Return the published errors, and that of the released ensemble among them."""
    table = pd.read_csv(PUBLISHED)
    error = table["error_percent"].str.split().str[0].astype(float)
    table = table.assign(error_percent=error, kind=table["chosen_on_test"])
    card = files.read_json(files.RELEASE / files.ENSEMBLE_CARD.name)
    row = ["digits-classification", card["test_error_percent"], "ours"]
    table.loc[len(table), ["system", "error_percent", "kind"]] = row
    return table


def measure(digits, spreads):
    """Return the figures that the documents quote."""
    (small, _), (large, normalised) = (
        spreads[name] for name in ("weights too small", "weights too large")
    )
    return {
        "digits": digits.describe(),
        "moved": lessons.changes_when_moved(digits.images[:MOVED] / 255),
        "signals": {
            "small": small[-1],
            "large": large[-1],
            "normalised": normalised[-1],
        },
        "convolution": count_weights(),
    }


def steepest(image):
    """Return the corner of the patch at which the filter answers most."""
    found = lessons.apply_filter(image, lessons.SOBEL)
    return np.unravel_index(found.argmax(), found.shape)


def compare_optimizers():
    """Send gradient descent, momentum and Adam down the valley, at their best rates."""
    from keras.optimizers import SGD, Adam

    kinds = {"plain": SGD, "momentum": partial(SGD, momentum=0.8), "Adam": Adam}
    return {name: at_best_rate(kind, RATES[name]) for name, kind in kinds.items()}


def at_best_rate(kind, rates):
    """Return the path of the learning rate that ends lowest."""
    paths = [lessons.descend(kind(rate), STEPS) for rate in rates]
    return min(paths, key=lambda path: lessons.valley(*path[-1]))


def compare_rates():
    """Send gradient descent down the valley with three learning rates."""
    from keras.optimizers import SGD

    rates = {"too low": 0.001, "right": 0.018, "too high": 0.021}
    return {name: lessons.descend(SGD(rate), STEPS) for name, rate in rates.items()}


def deform_elastically(image, used):
    """Deform a digit elastically in the way used, too roughly, and too strongly."""
    rms, sigma = used.elastic_rms_pixels, used.elastic_sigma_pixels
    asked = {"as used": (rms, sigma), "too rough": (rms, 1), "too strong": (3, sigma)}
    made = {}
    for name, (strength, smoothness) in asked.items():
        warp = ElasticWarp(Deformation(0, 0, 0, 0, strength, smoothness, 1))
        warp.set_random_seed(0)
        field = warp.draw_field()
        pixels = np.rint(255 * image).astype(np.uint8)
        made[name] = field, warp.apply(pixels, GRID + field) / 255
    return made


def count_weights():
    """Count weights: `pooled`'s first convolution, and a dense layer in its place."""
    from ensembles.members.networks import pooled

    network = pooled()
    named = {type(layer).__name__: layer for layer in reversed(network.layers)}
    first = named["Conv2D"]
    inputs, outputs = (np.prod(one.shape[1:]) for one in (first.input, first.output))
    return {
        "weights": int(first.count_params()),
        "outputs": int(outputs),
        "dense_weights": int(inputs * outputs),
        "flattened": int(named["Flatten"].output.shape[1]),
        "network": int(network.count_params()),
    }


if __name__ == "__main__":
    program.run(main)
