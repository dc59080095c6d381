"""Members that learned marks beside members that did not, on digits that have them.

``PYTHONPATH=tests python -m benchmarks.marks`` needs a finished run of the laptop's
parameters. Of each seed both members left out the same fold, whose digits are read as
they are and marked, and drawn ones with upstrokes of all lengths. Probabilities are
sharpened as the run's card sharpens the members without marks; what is sure is what its
threshold says. Writes reports/benchmarks/marks.json.
"""

from dataclasses import fields

import numpy as np
import pages

from benchmarks.machine import record
from ensembles.digits.marks import mark
from ensembles.digits.strengths import MarkedDeformation
from ensembles.members.networks import ARCHITECTURES
from ensembles.members.on_disk import WEIGHTS, load_card
from ensembles.pictures.mnist_form import even_strokes, fit_ink
from pipeline.frame import files

ARCHITECTURE = "pooled"
MARKED = files.RELEASE / "trials/marked" / ARCHITECTURE
PLAIN = files.MEMBERS / ARCHITECTURE

LENGTHS = (0.0, 0.15, 0.3, 0.45, 0.6, 0.8, 1.0)
"""Of drawn upstrokes, as shares of the stem's."""

EACH, SEED = 200, 0


def drawn_one(rng, length, height=120):
    """Draw a one with an upstroke of some length, in MNIST's form."""
    lean = rng.normal(0.08, 0.12)
    angle = np.arctan(lean) + np.deg2rad(rng.uniform(25, 50))
    top, bottom = np.array([150 + lean * height, 20.0]), np.array([150.0, 20 + height])
    end = top + length * height * np.array([-np.sin(angle), np.cos(angle)])
    width = rng.uniform(0.06, 0.13) * height
    strokes = [pages.stroke((260, 300), width, top, to) for to in (bottom, end)]
    return fit_ink(even_strokes(np.maximum(*strokes)))


def marks_of(**shares):
    """Return settings that mark these shares and deform nothing."""
    names = [field.name for field in fields(MarkedDeformation)]
    still = dict.fromkeys(names, 0.0) | {"elastic_sigma_pixels": 5.0}
    return MarkedDeformation(**still | shares)


def sets_of_a_fold(images, labels):
    """Return digits and labels by what they are."""
    asked = {
        "ones with an upstroke": (1, marks_of(upstroke_share=1.0)),
        "ones with upstroke and foot": (
            1,
            marks_of(upstroke_share=1.0, foot_share=1.0),
        ),
        "crossed sevens": (7, marks_of(crossbar_share=1.0)),
        "slashed zeros": (0, marks_of(slash_share=1.0)),
    }
    found = {"as they are": (images, labels)}
    for label in (1, 7, 0):
        own = labels == label
        found[f"{label}s as they are"] = images[own], labels[own]
    for name, (label, marks) in asked.items():
        own = labels == label
        found[name] = mark(images[own], labels[own], marks, SEED), labels[own]
    for length in LENGTHS:
        rng = np.random.default_rng(SEED)
        drawn = np.stack([drawn_one(rng, length) for _ in range(EACH)])
        found[f"drawn, upstroke {length}"] = drawn, np.ones(EACH, int)
    return found


def read(place, images, temperature):
    """Return a member's probabilities, sharpened."""
    network = ARCHITECTURES[ARCHITECTURE]()
    network.load_weights(place / WEIGHTS)
    raised = network.predict(images, batch_size=500, verbose=0) ** (1 / temperature)
    return raised / raised.sum(1, keepdims=True)


def score(probabilities, labels, least):
    """Return the number of digits, of errors, and of errors that are sure."""
    wrong = probabilities.argmax(1) != labels
    sure = probabilities.max(1) >= least
    return np.array([len(labels), wrong.sum(), (wrong & sure).sum()])


def scores_of(seed, digits, card):
    """Score both members of a seed on the sets of their fold, (2, 3) for each."""
    temperature = card["members"][0]["temperature"]
    least = card["thresholds"]["unsure_below"]
    own = digits["fold"] == load_card(MARKED / seed)["identity"]["held_out_fold"]
    sets = sets_of_a_fold(digits["images"][own], digits["labels"][own])
    return {
        name: np.stack(
            [
                score(read(folder / seed, images, temperature), labels, least)
                for folder in (PLAIN, MARKED)
            ]
        )
        for name, (images, labels) in sets.items()
    }


def tell(counts):
    """Return counts of both members by their names."""
    (digits, errors, sure), (_, *marked) = counts.tolist()
    return {
        "digits": digits,
        "plain_errors": errors,
        "plain_sure_and_wrong": sure,
        "marked_errors": marked[0],
        "marked_sure_and_wrong": marked[1],
    }


def main():
    """Read the same digits by members of both kinds, and write the errors."""
    digits = files.read_arrays(files.TRAIN, "images", "labels", "fold")
    card = files.read_json(files.ENSEMBLE_CARD)
    seeds = sorted(place.name for place in MARKED.iterdir())
    scores = [scores_of(seed, digits, card) for seed in seeds]
    found = {name: tell(sum(one[name] for one in scores)) for name in scores[0]}
    what = f"errors of {ARCHITECTURE} without and with marks, seeds {', '.join(seeds)}"
    record("marks", {"what": what, "sets": found})


if __name__ == "__main__":
    main()
