"""Choose how the members are combined, on out-of-fold predictions alone."""

from dataclasses import asdict, dataclass

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
    known = gather(parameters, digits["labels"], digits["fold"])
    rules = held_out.make_rules(parameters.combine)
    answers = {rule: known.answer(combiner) for rule, combiner in rules.items()}
    scores = {rule: _score(answer, known.labels) for rule, answer in answers.items()}
    graphs = {rule: scores[rule] for rule in rules if rules[rule].graph_rule}
    served = _choose(graphs, len(known.labels))
    distances = learn_novelty(digits["images"], known)
    # Each architecture's prediction stands for a member's.
    prediction = Prediction(answers[served], known.networks, distances)
    limits = set_thresholds(prediction, known.labels, parameters.combine)
    combination = combine(known, rules, scores, served, limits)
    combination.write()
    print(_summary(combination))


@dataclass(frozen=True)
class Known:
    """What systems say of training digits that they had not seen.

    Attributes
    ----------
    labels, folds : ndarray of shape (n,)
        Of the digits.
    architectures, baselines : list of str
        The systems' names.
    networks : ndarray of shape (n_architectures, n, 10)
        The architectures' probabilities.
    temperatures : tuple of float
        Of the architectures.
    everyone : ndarray of shape (n_systems, n, 10)
        Probabilities of the architectures and then of the baselines.
    """

    labels: np.ndarray
    folds: np.ndarray
    architectures: list
    baselines: list
    networks: np.ndarray
    temperatures: tuple
    everyone: np.ndarray

    def answer(self, combiner):
        """Combine each fold by a rule that was fitted on the others, shape (n, 10)."""
        systems = self._systems(combiner)
        return out_of_fold.cross_validate(combiner, systems, self.labels, self.folds)

    def fit(self, combiner):
        """Fit a rule on all digits."""
        return combiner.fit(self._systems(combiner), self.labels)

    def _systems(self, combiner):
        # A graph has no baselines.
        return self.networks if combiner.graph_rule else self.everyone

    def by_architecture(self, values):
        """Name what is known of each architecture."""
        return dict(zip(self.architectures, values, strict=True))


def gather(parameters, labels, folds):
    """Load what members and baselines say."""
    networks, temperatures = held_out.of_networks(parameters, labels, folds)
    baselines = held_out.of_baselines(parameters.baselines.names)
    return Known(
        labels=labels,
        folds=folds,
        architectures=parameters.members.architectures,
        baselines=[*baselines],
        networks=networks,
        temperatures=temperatures,
        everyone=np.stack([*networks, *baselines.values()]),
    )


def combine(known, rules, scores, served, limits):
    """Fit the rule that is served, and stacking, which is kept; tell what was found."""
    stacking = known.fit(rules["stacking"])
    errors = (known.networks.argmax(2) != known.labels).sum(1)
    return Combination(
        winner=_choose(scores, len(known.labels)),
        served=served,
        weights=known.by_architecture(known.fit(rules[served]).weights_.tolist()),
        temperatures=known.by_architecture(known.temperatures),
        out_of_fold_digits=len(known.labels),
        rules=scores,
        thresholds=asdict(limits),
        architectures=known.by_architecture(errors.tolist()),
        stacked=[*known.architectures, *known.baselines],
        stacking_sha256=trusted.write_pickle(files.STACKING, stacking),
    )


def learn_novelty(images, known):
    """Keep a detector of novelty; return each digit's distance from other folds."""
    features = novelty.describe(images)
    with draft(files.NOVELTY) as temporary:
        novelty.NoveltyDetector.fit(features, known.labels).save(temporary)
    return out_of_fold_distances(features, known.labels, known.folds)


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


def _score(answer, labels):
    wrong = answer.argmax(1) != labels
    return {"errors": int(wrong.sum()), "log_loss": metrics.log_loss(answer, labels)}


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
