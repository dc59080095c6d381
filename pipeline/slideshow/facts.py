"""The figures that the texts of the slides may name."""

import numpy as np

from pipeline import combination
from pipeline.frame import files


def gather(architectures):
    """Collect them from what the stages wrote.

    Parameters
    ----------
    architectures : list of str
        Of the ensemble.

    Returns
    -------
    dict
        ``architectures``, how many and how many of them on upright digits;
        ``dataset``, ``digits``, ``members``, ``disjoint``, ``chosen``, ``rule``; each
        system by its name; each explored family; ``perceptron``, the best of all;
        ``train``, of the training digits.
    """
    found = files.read_json(files.METRICS)
    apart = found["disjoint"]
    facts = {name: found[name] for name in ("dataset", "digits", "members")}
    facts |= found["systems"]
    facts |= {
        "architectures": {
            "count": len(architectures),
            "upright": sum("deskewed" in name for name in architectures),
        },
        "train": describe_training_digits(),
        "perceptron": best_perceptron(found["systems"]),
        "rule": combination.read().served,
        "chosen": found["chosen_on_the_test_set"],
        "disjoint": apart
        | {
            "count": len(apart["errors"]),
            "list": ", ".join(map(str, apart["errors"])),
        },
    }
    return facts | files.read_json(files.CONCLUSIONS)


def best_perceptron(systems):
    """Return name and figures of the perceptron that misreads least."""
    own = {name: row for name, row in systems.items() if "mlp" in name}
    name = min(own, key=lambda name: own[name]["errors"])
    return own[name] | {"name": name}


def describe_training_digits():
    """Count digits and writers, and give the shares of the classes."""
    digits = files.read_arrays(files.TRAIN, "labels", "writer")
    percent = 100 * np.bincount(digits["labels"], minlength=10) / len(digits["labels"])
    return {
        "digits": len(digits["labels"]),
        "writers": len(np.unique(digits["writer"])),
        "rarest_percent": percent.min(),
        "commonest_percent": percent.max(),
    }
