"""Choose how the members are combined, on out-of-fold predictions alone."""

from dataclasses import asdict

import numpy as np

from ensembles import metrics
from ensembles.combining import out_of_fold
from ensembles.drafts import draft
from ensembles.serving import novelty, thresholds
from ensembles.serving.predictor import Prediction
from pipeline import held_out
from pipeline.combination import Combination
from pipeline.frame import files, program, trusted


def main(parameters):
    """Compare the rules, choose one, and set from where on an answer is doubted."""
    digits = files.read_arrays(files.TRAIN, "images", "labels", "fold")
    labels, folds = digits["labels"], digits["fold"]
    names = parameters.members.architectures
    networks, temperatures = held_out.of_networks(parameters, labels, folds)
    baselines, predicted = held_out.of_baselines(parameters.baselines.names)
    stacked = np.concatenate([networks, *predicted])
    rules = held_out.make_rules(parameters.combine)
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
        stacking_sha256=trusted.write_pickle(files.STACKING, stacking),
    )
    with draft(files.NOVELTY) as temporary:
        novelty.NoveltyDetector.fit(features, labels).save(temporary)
    combination.write()
    print(_summary(combination))


def set_thresholds(prediction, labels, settings):
    """Set from where on an answer of the ensemble is doubted."""
    accepted = settings.accepted_error_percent / 100
    refused, doubted = settings.refused_percent / 100, settings.doubted_percent / 100
    return thresholds.set_thresholds(prediction, labels, accepted, refused, doubted)


def out_of_fold_distances(features, labels, folds):
    """Return each digit's distance from the digits of all other folds, shape (n,)."""
    distances = np.empty(len(labels))
    for fold in np.unique(folds):
        inside = folds == fold
        detector = novelty.NoveltyDetector.fit(features[~inside], labels[~inside])
        distances[inside] = detector.distances(features[inside])
    return distances


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
