"""The figures that the texts of the slides may name."""

import numpy as np
import pandas as pd

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
        system by its name; each explored family with ``first`` and ``second``, the
        choices that mattered most; ``train``, of the training digits.
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
        "rule": combination.read().served,
        "chosen": found["chosen_on_the_test_set"],
        "disjoint": apart
        | {
            "count": len(apart["errors"]),
            "list": ", ".join(map(str, apart["errors"])),
        },
    }
    for family, conclusion in files.read_json(files.CONCLUSIONS).items():
        choices = importances(family)["choice"]
        facts[family] = conclusion | {"first": choices[0], "second": choices[1]}
    return facts


def importances(family):
    """Return how much each choice of a family mattered, the most first."""
    return pd.read_csv(files.EXPLORATIONS / family / "importances.csv")


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
