"""Draw the pictures of the documents, and measure what they show: `make pictures`."""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from ensembles.digits.strengths import Deformation
from ensembles.digits.warps import GRID, ElasticWarp
from ensembles.members import processor
from pipeline.documents import descent, hands, lessons, plots, results, sketches
from pipeline.documents.blocks import PUBLISHED
from pipeline.documents.languages import LANGUAGES
from pipeline.documents.training_digits import TrainingDigits
from pipeline.frame import files, program

SHOWN = 7
"""The first digit of this class is the one that is shown."""

FOLDERS = {"en": Path("docs/pictures"), "fr": Path("docs/fr/pictures")}

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
    digits = TrainingDigits.read()
    used = parameters.augment.deformations["elastic"]
    drawn, measured = study(digits, used)
    for code, folder in FOLDERS.items():
        folder.mkdir(parents=True, exist_ok=True)
        for name, draw in drawn.items():
            files.write_figure(folder / f"{name}.png", draw(say=LANGUAGES[code]))
    measured |= {"dataset": digits.dataset, "writers": hands.measure()}
    files.write_json(results.LESSONS, measured)
    print(f"{len(drawn)} pictures of {digits.dataset} in {', '.join(LANGUAGES)}")


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
        "optimizers": partial(plots.descents, descent.compare_optimizers()),
        "learning_rates": partial(plots.descents, descent.compare_rates()),
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
