"""Let every trained system predict the test digits: the first to see them."""

import time

import numpy as np

from ensembles.baselines.base import baseline_class
from ensembles.combining.combiners import StackingCombiner
from ensembles.exploring import explored
from ensembles.exploring.families import FAMILIES
from ensembles.serving.predictor import Predictor
from pipeline import combination, kept
from pipeline.frame import files, program, trusted


def main(parameters):
    """Read the digits by every system, and by each member."""
    images = files.read_arrays(files.TEST, "images")["images"]
    predictor = Predictor(files.ENSEMBLE)
    ensemble = predictor.ask(images)
    roster = [member["name"] for member in predictor.card["members"]]
    systems = {"ensemble": ensemble.probabilities}
    systems |= ask_baselines(parameters.baselines.names, images)
    systems |= ask_networks(images)
    systems["stacking"] = stack(roster, ensemble.members, systems)
    write(predictor.card["sha256"], roster, ensemble.members, systems)
    print(f"{len(systems)} systems and {len(roster)} members on {len(images)} digits")


def write(ensemble_sha256, roster, members, systems):
    """Write what `files.read_predictions` reads."""
    files.write_arrays(
        files.PREDICTIONS,
        ensemble_sha256=ensemble_sha256,
        roster=np.array(roster),
        members=members,
        **{name: p.astype(np.float32) for name, p in systems.items()},
    )


def ask_baselines(names, images):
    """Return each baseline's probabilities, by its name."""
    found = {}
    for name in names:
        begun = time.perf_counter()
        found[name] = load_baseline(name).predict_proba(images)
        print(f"{name}: {time.perf_counter() - begun:.1f} s", flush=True)
    return found


def ask_networks(images):
    """Return the probabilities of the explored networks and of the other graphs."""
    found = {
        f"{explored.PREFIX}{family}": explored.predict(files.EXPLORED / family, images)
        for family in FAMILIES
    }
    for name, place in (("student", files.STUDENT), ("released", files.RELEASED)):
        found[name] = Predictor(place).ask(images).probabilities
    return found


def load_baseline(name):
    """Load a fitted baseline, if it is the one that the pipeline wrote.

    Of one that is slow to train, a release keeps predictions alone.
    """
    card = files.baseline_card(name)
    if kept.DIGEST in card:
        return kept.KeptPredictions(name, card[kept.DIGEST])
    model = files.BASELINES / name / files.MODEL
    return trusted.read_pickle(model, card["sha256"][model.name], baseline_class(name))


def stack(roster, members, systems):
    """Apply the stacked regression to architectures and baselines.

    Parameters
    ----------
    roster : list of str
        ``architecture/seed`` of each member.
    members : ndarray of shape (n_members, n, 10)
    systems : dict of str to ndarray of shape (n, 10)
        The baselines' probabilities.

    Returns
    -------
    ndarray of shape (n, 10)
    """
    chosen = combination.read()
    sha256 = chosen.stacking_sha256
    stacking = trusted.read_pickle(files.STACKING, sha256, StackingCombiner)
    of_architecture = np.array([name.split("/")[0] for name in roster])
    inputs = [
        systems[name] if name in systems else members[of_architecture == name].mean(0)
        for name in chosen.stacked
    ]
    return stacking.predict_proba(np.stack(inputs))


if __name__ == "__main__":
    program.run(main)
