"""What members and baselines answer on training digits that they had not seen."""

import numpy as np

from ensembles.combining import combiners, out_of_fold
from ensembles.members import on_disk
from pipeline.frame import files, trusted


def make_rules(settings):
    """Build the combiners, the simplest first."""
    arguments = {
        "greedy": {"rounds": settings.greedy_rounds},
        "stacking": {"C": settings.stacking_c},
    }
    return {
        name: combiner(**arguments.get(name, {}))
        for name, combiner in combiners.COMBINERS.items()
    }


def of_networks(parameters, labels, folds):
    """Load the architectures' predictions of digits that their members did not see.

    Returns
    -------
    ndarray of shape (n_architectures, n, 10), float32
        Each as sure as it is right.
    tuple of float
        The temperatures of the architectures.
    """
    seeds = parameters.members.seeds
    left_out = [seed % parameters.data.folds for seed in range(seeds)]
    found = []
    for name in parameters.members.architectures:
        places = files.member_places(name, seeds)
        held_out = [on_disk.load_held_out(place) for place in places]
        found.append(out_of_fold.temper_out_of_fold(held_out, left_out, labels, folds))
    tempered, temperatures = zip(*found, strict=True)
    return np.stack(tempered), temperatures


def of_baselines(names):
    """Load the predictions of those baselines that predicted the training digits.

    Returns
    -------
    dict of str to ndarray of shape (n, 10)
        Their probabilities, by name.
    """
    digests = {name: files.baseline_card(name)["sha256"] for name in names}
    return {
        name: _load(files.BASELINES / name / files.OUT_OF_FOLD, told[files.OUT_OF_FOLD])
        for name, told in digests.items()
        if files.OUT_OF_FOLD in told
    }


def _load(path, sha256):
    trusted.check(path, sha256)
    return np.load(path)
