"""Collect what the page's script shows: the digits, and all that is said of them."""

from dataclasses import asdict

import numpy as np

from ensembles import metrics
from ensembles.explaining.human_votes import say_votes
from pipeline import shown
from pipeline.browser import packing
from pipeline.frame import files
from pipeline.hard_digits import is_mnist

SIBLINGS = 15
"""Other digits of a writer that are shown at most."""


def collect(run, inspected, comparison=None):
    """Return all that the script reads, as a value for JSON.

    Parameters
    ----------
    run : pipeline.finished_run.FinishedRun
    inspected : str
        The system whose errors are shown first.
    comparison : pipeline.browser.comparison.Comparison or None

    Returns
    -------
    dict
    """
    systems = dict(run.systems) | {run.best_member: run.members[run.best_member]}
    systems.setdefault(inspected, run.probabilities(inspected))
    return {
        "inspected": inspected,
        "total": len(run.labels),
        "unsure_below": run.chosen.thresholds["unsure_below"],
        "systems": [describe(run, name) for name in systems],
        "members": list(run.members),
        "comparison": comparison and asdict(comparison),
    } | of_digits(run, systems)


def of_digits(run, systems):
    """Return what is known of each shown digit, and the sheets that show them."""
    explained, gallery = run.explained, Gallery(run)
    return {
        "digits": digits(run),
        "probabilities": packing.pack_probabilities(probabilities(run, systems)),
        "readings": packing.pack(readings(run), "u1"),
        "neighbours": neighbours(run, gallery),
        "writers": siblings(run, gallery),
        "evidence": evidence(explained),
        "doubted_by_peer": doubted_by_peer(explained["doubted_index"]),
        "columns": packing.COLUMNS,
        "sheets": sheets(run, gallery),
    }


def sheets(run, gallery):
    """Draw the shown digits, and those of a gallery to which all have been added."""
    explained = run.explained
    of_test = run.test["images"][explained["test"]]
    of_train = run.train["images"][explained["doubted_index"]]
    return [
        packing.draw_sheet(np.concatenate([of_test, of_train])),
        packing.draw_sheet(gallery.images(), bits=4),
    ]


class Gallery:
    """Digits that are shown beside others, each drawn once.

    A digit's place in the second sheet is found by its row: training digits have
    theirs, test digits come after them.
    """

    def __init__(self, run):
        self._train, self._test = run.train["images"], run.test["images"]
        self._place: dict[int, int] = {}

    def add(self, rows):
        """Return the places of training digits, in the shape of their rows."""
        places = [self._place.setdefault(int(r), len(self._place)) for r in rows.flat]
        return np.array(places).reshape(rows.shape)

    def add_test(self, rows):
        """Return the places of test digits."""
        return self.add(rows + len(self._train))

    def images(self):
        """Return the digits in the order of their places, uint8 (n, 28, 28)."""
        rows, first = np.fromiter(self._place, int), len(self._train)
        images = np.empty((len(rows), *self._train.shape[1:]), np.uint8)
        images[rows < first] = self._train[rows[rows < first]]
        images[rows >= first] = self._test[rows[rows >= first] - first]
        return images


def describe(run, name):
    """Return a system's name, errors, and counts by label and reading."""
    read = run.probabilities(name).argmax(1)
    counts = np.bincount(10 * run.labels + read, minlength=100)
    return {
        "name": name,
        "errors": int((read != run.labels).sum()),
        "counts": counts.tolist(),
    }


def digits(run):
    """Return what is known of each shown digit, a list for each thing."""
    test, doubted = run.explained["test"], run.explained["doubted_index"]
    mnist = is_mnist(run.metrics["dataset"])
    disputed = metrics.DISPUTED if mnist else ()
    columns = {
        "index": np.append(test, doubted),
        "training": np.repeat([False, True], [len(test), len(doubted)]),
        "disputed": np.append(np.isin(test, disputed), np.zeros(len(doubted), bool)),
    }
    for name in ("labels", "writer", "hsf"):
        columns[name] = np.append(run.test[name][test], run.train[name][doubted])
    found = {name: column.tolist() for name, column in columns.items()}
    votes = {i: say_votes(i) for i in test.tolist() if mnist and say_votes(i)}
    return found | {"votes": votes}


def probabilities(run, systems):
    """Return each system's on the shown digits, NaN where it is not known.

    Returns
    -------
    ndarray of shape (n_shown, n_systems, 10)
        Of training digits: out of fold.
    """
    explained = run.explained
    of_test = np.stack([p[explained["test"]] for p in systems.values()], axis=1)
    out_of_fold = {"ensemble": explained["doubted_probabilities"]}
    names = explained["doubted_baseline_names"].tolist()
    out_of_fold |= dict(zip(names, explained["doubted_baselines"], strict=True))
    unknown = np.full(explained["doubted_probabilities"].shape, np.nan)
    of_train = np.stack([out_of_fold.get(name, unknown) for name in systems], axis=1)
    return np.concatenate([of_test, of_train])


def readings(run):
    """Return each member's reading of the shown digits; 255 where it had seen it."""
    of_test = [p[run.explained["test"]].argmax(1) for p in run.members.values()]
    return np.concatenate([np.stack(of_test, 1), run.explained["doubted_readings"]])


def neighbours(run, gallery):
    """Return the training digits that are most like each shown digit."""
    found = run.explained["neighbours"]
    return {
        "index": found.tolist(),
        "label": run.train["labels"][found].tolist(),
        "distance": np.round(run.explained["distances"].astype(float), 1).tolist(),
        "picture": gallery.add(found).tolist(),
    }


def siblings(run, gallery):
    """Return other test digits by the writers of those that have evidence."""
    explained = run.explained
    test = explained["test"]
    if (run.test["hsf"] < 0).all():  # then each digit counts as a writer of its own
        return {}
    rows = explained["weighed"]
    found = {}
    for writer in np.unique(run.test["writer"][test[rows[rows < len(test)]]]):
        indices = np.flatnonzero(run.test["writer"] == writer)[: SIBLINGS + 1]
        found[int(writer)] = {
            "index": indices.tolist(),
            "label": run.test["labels"][indices].tolist(),
            "picture": gallery.add_test(indices).tolist(),
        }
    return found


def evidence(explained):
    """Return the maps of what speaks for label and rival."""
    maps, largest = packing.pack_evidence(explained["evidence"])
    return {
        "row": explained["weighed"].tolist(),
        "label": explained["weighed_labels"].tolist(),
        "rival": explained["weighed_rivals"].tolist(),
        "largest": largest,
        "maps": maps,
    }


def doubted_by_peer(doubted):
    """Return which of these labels cleanlab's filter doubts too, if it was asked."""
    if not shown.PEER.is_file():
        return None
    peer = files.read_json(shown.PEER)
    if peer["first"] != doubted.tolist():  # of another run
        return None
    return [index in set(peer["flagged"]) for index in doubted.tolist()]
