"""Choose how the members are combined, on out-of-fold predictions alone."""

from dataclasses import asdict

import numpy as np

from ensembles import metrics
from ensembles.combining import combiners, out_of_fold
from ensembles.drafts import draft
from ensembles.members import on_disk
from ensembles.serving import novelty, thresholds
from ensembles.serving.predictor import Prediction
from pipeline.combination import Combination
from pipeline.frame import files, program


def main(parameters):
    """Compare the rules, choose one, and set from where on an answer is doubted."""
    digits = files.read_arrays(files.TRAIN, "images", "labels", "fold")
    labels, folds = digits["labels"], digits["fold"]
    names = parameters.members.architectures
    networks, temperatures = out_of_fold_networks(parameters, labels, folds)
    baselines, predicted = out_of_fold_baselines(parameters.baselines.names)
    stacked = np.concatenate([networks, *predicted])
    rules = make_rules(parameters.combine)
    scores, answers = {}, {}
    for rule, combiner in rules.items():
        systems = networks if combiner.graph_rule else stacked
        combined = out_of_fold.cross_validate(combiner, systems, labels, folds)
        answers[rule] = combined
        scores[rule] = {
            "errors": int((combined.argmax(1) != labels).sum()),
            "log_loss": metrics.log_loss(combined, labels),
        }
    graphs = {rule: scores[rule] for rule in rules if rules[rule].graph_rule}
    served = _choose(graphs, len(labels))
    fitted = rules[served].fit(networks, labels)
    stacking = rules["stacking"].fit(stacked, labels)
    features = novelty.describe(digits["images"])
    distances = out_of_fold_distances(features, labels, folds)
    # Each architecture's prediction stands for a member's.
    prediction = Prediction(answers[served], networks, distances)
    limits = set_thresholds(prediction, labels, parameters.combine)
    combination = Combination(
        winner=_choose(scores, len(labels)),
        served=served,
        weights=dict(zip(names, fitted.weights_.tolist(), strict=True)),
        temperatures=dict(zip(names, temperatures, strict=True)),
        out_of_fold_digits=len(labels),
        rules=scores,
        thresholds=asdict(limits),
        architectures=_score_each(names, networks, labels),
        stacked=[*names, *baselines],
        stacking_sha256=files.write_pickle(files.STACKING, stacking),
    )
    with draft(files.NOVELTY) as temporary:
        novelty.NoveltyDetector.fit(features, labels).save(temporary)
    combination.write()
    print(_summary(combination))


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


def set_thresholds(prediction, labels, settings):
    """Set from where on an answer of the ensemble is doubted."""
    accepted = settings.accepted_error_percent / 100
    refused, doubted = settings.refused_percent / 100, settings.doubted_percent / 100
    return thresholds.set_thresholds(prediction, labels, accepted, refused, doubted)


def out_of_fold_networks(parameters, labels, folds):
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


def out_of_fold_distances(features, labels, folds):
    """Return each digit's distance from the digits of all other folds, shape (n,)."""
    distances = np.empty(len(labels))
    for fold in np.unique(folds):
        inside = folds == fold
        detector = novelty.NoveltyDetector.fit(features[~inside], labels[~inside])
        distances[inside] = detector.distances(features[inside])
    return distances


def out_of_fold_baselines(names):
    """Load the predictions of those baselines that predicted the training digits.

    Returns
    -------
    list of str
        Their names.
    list of ndarray of shape (1, n, 10)
        Their probabilities.
    """
    paths = {name: files.BASELINES / name / files.OUT_OF_FOLD for name in names}
    cheap = [name for name in names if paths[name].exists()]
    return cheap, [np.load(paths[name])[None] for name in cheap]


def _choose(scores, n):
    errors = {rule: score["errors"] for rule, score in scores.items()}
    return out_of_fold.choose_simplest(errors, n)


def _score_each(names, networks, labels):
    errors = (networks.argmax(2) != labels).sum(1)
    return dict(zip(names, errors.tolist(), strict=True))


def _summary(combination):
    n = combination.out_of_fold_digits
    lines = [
        f"{rule:15} {100 * score['errors'] / n:.3f} %  {score['log_loss']:.4f}"
        for rule, score in combination.rules.items()
    ]
    lines.append(
        f"winner: {combination.winner}; served: {combination.served} of "
        + ", ".join(f"{k} {w:.2f}" for k, w in combination.weights.items())
    )
    return "\n".join(["rule        error out of fold  log loss", *lines])


if __name__ == "__main__":
    program.run(main)
