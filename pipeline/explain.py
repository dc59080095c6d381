"""Find out why the hard digits are hard: neighbours, evidence, and doubt of labels."""

import numpy as np
import pandas as pd

from ensembles.combining.out_of_fold import cross_validate
from ensembles.explaining.doubt import rank_doubtful, runners_up
from ensembles.explaining.likeness import find_alike
from ensembles.explaining.occlusion import weigh_evidence
from ensembles.serving.predictor import Predictor
from pipeline import combination, hard_digits, held_out, shown
from pipeline.frame import files, program

NETWORKS = ("ensemble", "stacking", "student", "released")
"""What one of these misreads is explained by evidence, which takes the most time."""


def main(parameters):
    """Explain the hard test digits, and find the doubtful training labels."""
    train = files.read_arrays(files.TRAIN, "images", "labels", "fold", "writer", "hsf")
    test = files.read_arrays(files.TEST, "images", "labels")
    systems, of_members, _ = files.read_predictions()
    doubted = doubt(parameters, train)
    files.write_table(shown.DOUBTFUL, table_of(doubted, train))
    chosen = choose(systems, of_members, test["labels"])
    alike = neighbours(test["images"][chosen], train["images"], doubted["index"])
    evidence = weigh(systems, test, chosen, train, doubted)
    doubts = {f"doubted_{name}": array for name, array in doubted.items()}
    files.write_arrays(shown.EXPLAINED, test=chosen, **alike, **evidence, **doubts)
    print(
        f"{len(chosen)} test digits and {len(doubted['index'])} training digits, "
        f"{len(evidence['weighed'])} with evidence"
    )


def doubt(parameters, train):
    """Find the training digits whose label those who had not seen it do not believe.

    Returns
    -------
    dict of str to ndarray
        ``index`` (n,), the least probable label first; ``probabilities`` (n, 10) of
        the ensemble, ``readings`` (n, n_members) of the members that had not seen the
        digit (255 for the others), and ``baseline_names`` and ``baselines``
        (n_baselines, n, 10): all out of fold.
    """
    labels, folds = train["labels"], train["fold"]
    networks, _ = held_out.of_networks(parameters, labels, folds)
    rule = held_out.make_rules(parameters.combine)[combination.read().served]
    ensemble = cross_validate(rule, networks, labels, folds)
    baselines = held_out.of_baselines(parameters.baselines.names)
    index = rank_doubtful(ensemble, labels, shown.DOUBTED)
    return {
        "index": index,
        "probabilities": ensemble[index].astype(np.float32),
        "readings": readings_of(parameters, networks[:, index], folds[index]),
        "baseline_names": np.array([*baselines], str),
        "baselines": np.array([p[index] for p in baselines.values()], np.float32),
    }


def readings_of(parameters, networks, folds):
    """Give each member that had not seen a digit its architecture's reading of it."""
    seeds = np.arange(parameters.members.seeds)
    unseen = seeds % parameters.data.folds == folds[:, None]
    columns = [
        np.where(unseen, reading[:, None], 255) for reading in networks.argmax(2)
    ]
    return np.hstack(columns).astype(np.uint8)


def table_of(doubted, train):
    """List the doubtful labels, the least probable first."""
    index, probabilities = doubted["index"], doubted["probabilities"]
    labels, read = train["labels"][index].astype(int), probabilities.argmax(1)
    readings = doubted["readings"]
    agreement = (readings == read[:, None]).sum(1) / (readings != 255).sum(1)
    return pd.DataFrame(
        {"rank": np.arange(1, len(index) + 1)}
        | hard_digits.answers(index, labels, probabilities, agreement)
        | {name: train[name][index] for name in ("writer", "hsf", "fold")}
    )


def choose(systems, of_members, labels):
    """Choose the test digits that are hard for a system or for the best member."""
    best = shown.best_member(of_members, labels)
    return shown.choose_test_digits(systems | {best: of_members[best]}, labels)


def neighbours(hard, known, doubted):
    """Find the training digits most like hard test digits, and then like doubtful ones.

    `doubted` are rows of the training set, which are not their own neighbours.
    """
    images = np.concatenate([hard, known[doubted]])
    own = np.append(np.full(len(hard), -1), doubted)
    alike, distances = find_alike(images, known, shown.NEIGHBOURS, own)
    print(f"{len(images)} digits have their neighbours", flush=True)
    return {"neighbours": alike, "distances": distances}


def weigh(systems, test, chosen, train, doubted):
    """Weigh the evidence on hard test digits, and then on doubtful training digits."""
    found = weigh_test(systems, test, chosen)
    found += weigh_doubted(train, doubted, len(chosen))
    rows, labels, rivals, maps = zip(*found, strict=True)
    return {
        "weighed": np.array(rows),
        "weighed_labels": np.array(labels),
        "weighed_rivals": np.array(rivals),
        "evidence": np.stack(maps),
    }


def weigh_test(systems, test, chosen):
    """Weigh what speaks for label and rival of the digits that are hard for networks.

    Returns
    -------
    list of tuple
        The row among the chosen, the label, its rival, and the evidence.
    """
    predictor, labels = Predictor(files.ENSEMBLE), test["labels"].astype(int)
    rows = hardest_rows(systems, labels, chosen)
    indices = chosen[rows]
    rivals = rivals_of(systems["ensemble"][indices], labels[indices])

    def ask(images):
        return predictor.run_graph(images)[0]

    return [
        (row, label, rival, weigh_evidence(ask, image, label, rival))
        for row, image, label, rival in zip(
            rows, test["images"][indices], labels[indices], rivals, strict=True
        )
    ]


def hardest_rows(systems, labels, chosen):
    """Return rows of what a network misreads, and of what the ensemble hardly reads."""
    misread = np.any(
        [systems[name].argmax(1) != labels for name in NETWORKS if name in systems], 0
    )[chosen]
    certainty = np.where(misread, -1, systems["ensemble"][chosen].max(1))
    count = min(misread.sum() + shown.HARD, shown.WEIGHED)
    return np.sort(certainty.argsort(kind="stable")[:count])


def weigh_doubted(train, doubted, first_row):
    """Weigh the same for doubtful labels, by the members that had not seen them."""
    predictor, index = Predictor(files.ENSEMBLE), doubted["index"]
    labels = train["labels"][index].astype(int)
    rivals = rivals_of(doubted["probabilities"], labels)
    weighed = []
    for row, digit in enumerate(index):
        unseen = doubted["readings"][row] != 255

        def ask(images, unseen=unseen):
            return predictor.run_graph(images)[1][unseen].mean(0)

        label, rival = labels[row], rivals[row]
        found = weigh_evidence(ask, train["images"][digit], label, rival)
        weighed.append((first_row + row, label, rival, found))
    return weighed


def rivals_of(probabilities, labels):
    """Return what is read, or the second candidate where that is the label."""
    read = probabilities.argmax(1)
    return np.where(read == labels, runners_up(probabilities, labels), read)


if __name__ == "__main__":
    program.run(main)
