"""What a member costs: a model of the hours, fitted to the members of the record.

A digit in training takes some time of its own, and time for its multiply-adds: three
times those of reading it, as backward to the input and to the weights take as long.
"""

import numpy as np

from benchmarks.machine import record
from ensembles.members import on_disk
from pipeline.frame import files

MEMBERS = 1000
CORES = (1, 8, 100)


def main():
    """Fit, and plan a thousand members of each architecture."""
    from ensembles.members.networks import ARCHITECTURES, multiply_adds

    measured = read_members(files.RELEASE / "members")
    adds = {name: multiply_adds(ARCHITECTURES[name]()) for name in measured}
    seconds = {name: measured[name]["seconds_per_digit"] for name in measured}
    own, per_add = fit(list(adds.values()), list(seconds.values()))
    rows = {
        name: {
            "multiply_adds": adds[name],
            **measured[name],
            "model_seconds_per_digit": own + 3 * adds[name] * per_add,
            "hours_of_members": {
                str(cores): round(
                    MEMBERS * measured[name]["seconds_per_member"] / 3600 / cores, 1
                )
                for cores in CORES
            },
        }
        for name in measured
    }
    errors = [
        abs(row["model_seconds_per_digit"] / row["seconds_per_digit"] - 1)
        for row in rows.values()
    ]
    figures = {
        "what": "seconds of one core that a member's training takes, by the cards of "
        "the record's members, and by a model of two figures that is fitted to them",
        "microseconds_per_digit": round(1e6 * own, 1),
        "giga_multiply_adds_per_second": round(1e-9 / per_add, 1),
        "largest_error_percent": round(100 * max(errors), 1),
        "members": MEMBERS,
        "architectures": rows,
    }
    hardware = files.read_json(files.RELEASE / "card.json")["hardware"]
    record("cost", figures | {"fitted_on": hardware})


def read_members(folder):
    """Average over the members of each architecture.

    Returns
    -------
    dict of str to dict
        ``epochs``, ``seconds_per_member`` and ``seconds_per_digit``.
    """
    found: dict[str, list] = {}
    for place in sorted(path.parent for path in folder.glob("*/*/card.json")):
        card, curve = on_disk.load_card(place), on_disk.load_curve(place)
        found.setdefault(place.parent.name, []).append(
            (len(curve), card["seconds"], card["held_out_digits"])
        )
    digits = count_digits(found)
    return {
        name: {
            "epochs": members[0][0],
            "seconds_per_member": round(np.mean([s for _, s, _ in members]), 1),
            "seconds_per_digit": float(
                np.mean([s / e / (digits - held_out) for e, s, held_out in members])
            ),
        }
        for name, members in found.items()
    }


def count_digits(found):
    """Return how many training digits there are: each fold is one member's."""
    return sum(held_out for _, _, held_out in next(iter(found.values())))


def fit(adds, seconds):
    """Fit seconds per digit by a constant, and by one per multiply-add, not below 0.

    Errors count in proportion, so that large networks do not decide alone.

    Returns
    -------
    float, float
        Both, in seconds.
    """
    from scipy.optimize import nnls

    adds, seconds = np.asarray(adds, float), np.asarray(seconds)
    scaled = np.stack([np.ones(len(adds)), 3e-9 * adds], axis=1) / seconds[:, None]
    (own, per_giga), _ = nnls(scaled, np.ones(len(adds)))
    return float(own), float(per_giga) * 1e-9


if __name__ == "__main__":
    main()
