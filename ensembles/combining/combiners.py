"""Combine architectures' probabilities into one answer per digit.

A combiner learns from out-of-fold predictions: arrays (n_architectures, n, 10), in
which a digit's row by an architecture is the mean of those of its members that did
not see that digit. Weights therefore belong to architectures, never to members.

References
----------
Wolpert (1992), "Stacked generalization", Neural Networks 5.
"""

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression

from ensembles.combining import weights
from ensembles.combining.checks import check_labels, check_probabilities
from ensembles.combining.temperature import TINY


class Combiner(BaseEstimator):
    """Base of all rules: checks what comes in, then learns or combines.

    Attributes
    ----------
    graph_rule : {"mean", "geometric_mean", None}
        By which rule of `ensembles.serving.graph.merge` its weights are served; none
        serves what is no average.
    """

    graph_rule: str | None = None

    def fit(self, probabilities, labels):
        """Learn from out-of-fold predictions.

        Parameters
        ----------
        probabilities : ndarray of shape (n_systems, n, 10)
            Each system's probabilities on digits it was not trained on.
        labels : ndarray of shape (n,)
            True digits.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If the shapes disagree or a row does not sum to one.
        """
        check_probabilities(probabilities)
        check_labels(labels, probabilities.shape[1])
        self.n_systems_ = len(probabilities)
        self._fit(np.asarray(probabilities, np.float64), np.asarray(labels))
        return self

    def predict_proba(self, probabilities):
        """Combine the systems' probabilities.

        Parameters
        ----------
        probabilities : ndarray of shape (n_systems, n, 10)
            The same systems in the same order as in `fit`.

        Returns
        -------
        ndarray of shape (n, 10)

        Raises
        ------
        ValueError
            If there are more or fewer systems than in `fit`, or as `fit` raises.
        """
        check_probabilities(probabilities)
        if len(probabilities) != self.n_systems_:
            raise ValueError(
                f"expected {self.n_systems_} systems, as in `fit`; "
                f"got {len(probabilities)}"
            )
        return self._combine(np.asarray(probabilities, np.float64))

    def predict(self, probabilities):
        """Return the most probable digit of each, shape (n,)."""
        return self.predict_proba(probabilities).argmax(1)


class MeanCombiner(Combiner):
    """The arithmetic mean with equal weights.

    Attributes
    ----------
    weights_ : ndarray of shape (n_systems,)
        One weight per system, summing to one.
    """

    graph_rule = "mean"

    def _fit(self, probabilities, labels):
        self.weights_ = np.full(len(probabilities), 1 / len(probabilities))

    def _combine(self, probabilities):
        return np.tensordot(self.weights_, probabilities, 1)


class GeometricMeanCombiner(Combiner):
    """The geometric mean with equal weights, scaled to sum to one."""

    graph_rule = "geometric_mean"

    def _fit(self, probabilities, labels):
        self.weights_ = np.full(len(probabilities), 1 / len(probabilities))

    def _combine(self, probabilities):
        logs = np.log(np.maximum(probabilities, TINY))
        product = np.exp(np.tensordot(self.weights_, logs, 1))
        return product / product.sum(1, keepdims=True)


class SimplexCombiner(MeanCombiner):
    """The weighted mean with the weights of least log loss, none negative."""

    def _fit(self, probabilities, labels):
        true = probabilities[:, np.arange(len(labels)), labels]
        self.weights_ = weights.of_least_loss(true)


class GreedyCombiner(MeanCombiner):
    """Greedy selection with replacement, for the least log loss.

    Starts empty and adds, `rounds` times, the system that helps the mean most; a
    system's weight is how often it was added.

    Parameters
    ----------
    rounds : int
        Number of additions, at least 1.
    """

    def __init__(self, rounds=20):
        self.rounds = rounds

    def _fit(self, probabilities, labels):
        if self.rounds < 1:
            raise ValueError(f"`rounds` must be at least 1; got {self.rounds}")
        true = probabilities[:, np.arange(len(labels)), labels]
        self.weights_ = weights.by_greedy_selection(true, self.rounds)


class StackingCombiner(Combiner):
    """Multinomial logistic regression on the systems' log-probabilities.

    Parameters
    ----------
    C : float
        Inverse strength of the L2 penalty.

    Attributes
    ----------
    model_ : LogisticRegression
        On `n_systems` × 10 features.
    """

    def __init__(self, C=0.01):
        self.C = C

    def _fit(self, probabilities, labels):
        missing = sorted(set(range(10)) - set(labels.tolist()))
        if missing:
            raise ValueError(f"stacking needs digits of every class; none of {missing}")
        self.model_ = LogisticRegression(C=self.C, max_iter=500)
        self.model_.fit(self._features(probabilities), labels)

    def _combine(self, probabilities):
        return self.model_.predict_proba(self._features(probabilities))

    @staticmethod
    def _features(probabilities):
        # k-NN answers exact zeros; unbounded logarithms would drown the others.
        logs = np.log(np.maximum(probabilities, 1e-4))
        return logs.transpose(1, 0, 2).reshape(probabilities.shape[1], -1)


COMBINERS = {
    "mean": MeanCombiner,
    "geometric_mean": GeometricMeanCombiner,
    "simplex": SimplexCombiner,
    "greedy": GreedyCombiner,
    "stacking": StackingCombiner,
}
"""All rules, the simplest first."""
