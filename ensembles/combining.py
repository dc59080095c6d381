"""Combine architectures' probabilities into one answer per digit.

A combiner learns from out-of-fold predictions: arrays (n_architectures, n, 10), in
which a digit's row by an architecture is the mean of those of its members that did
not see that digit. Weights therefore belong to architectures, never to members.

References
----------
Caruana et al. (2004), "Ensemble selection from libraries of models", ICML.
Wolpert (1992), "Stacked generalization", Neural Networks 5.
Breiman et al. (1984), "Classification and regression trees", for the rule of one
standard error.
"""

import numpy as np
from scipy.optimize import minimize
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression

TINY = 1e-7
"""Probabilities are held above this before a logarithm is taken."""


def check_probabilities(probabilities):
    """Refuse what is not probabilities of shape (n_systems, n, 10).

    Raises
    ------
    ValueError
        If the shape differs, a value is not a number, or a row does not sum to one.
    """
    shape = np.shape(probabilities)
    if len(shape) != 3 or shape[2] != 10 or 0 in shape:
        raise ValueError(
            f"probabilities must have the shape (n_systems, n, 10), none of them 0; "
            f"got {shape}"
        )
    if not np.isfinite(probabilities).all() or np.min(probabilities) < 0:
        raise ValueError("probabilities must be finite and not negative")
    worst = np.abs(np.sum(probabilities, axis=2) - 1).max()
    if worst > 1e-3:
        raise ValueError(f"each row must sum to one; one is off by {worst:.3g}")


def check_labels(labels, n):
    """Refuse what is not `n` digits, 0 to 9.

    Raises
    ------
    ValueError
        If there are more or fewer, or one is no digit.
    """
    labels = np.asarray(labels)
    if labels.shape != (n,):
        raise ValueError(f"labels must have the shape ({n},); got {labels.shape}")
    if not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(f"labels must be integers; got {labels.dtype}")
    if n and not (labels.min() >= 0 and labels.max() <= 9):
        raise ValueError(f"labels must be 0 to 9; got {labels.min()} to {labels.max()}")


class Combiner(BaseEstimator):
    """Base of all rules: checks what comes in, then learns or combines."""

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

    def _fit(self, probabilities, labels):
        self.weights_ = np.full(len(probabilities), 1 / len(probabilities))

    def _combine(self, probabilities):
        return np.tensordot(self.weights_, probabilities, 1)


class GeometricMeanCombiner(Combiner):
    """The geometric mean with equal weights, scaled to sum to one."""

    def _fit(self, probabilities, labels):
        self.weights_ = np.full(len(probabilities), 1 / len(probabilities))

    def _combine(self, probabilities):
        logs = np.log(np.maximum(probabilities, TINY))
        product = np.exp(np.tensordot(self.weights_, logs, 1))
        return product / product.sum(1, keepdims=True)


class SimplexCombiner(MeanCombiner):
    """The weighted mean with the weights of least log loss, none negative."""

    def _fit(self, probabilities, labels):
        # Only the probability of the true digit enters the log loss of a mean.
        true = probabilities[:, np.arange(len(labels)), labels]

        def loss_and_gradient(weights):
            mixed = np.maximum(weights @ true, TINY)
            return -np.log(mixed).mean(), -(true / mixed).mean(1)

        n = len(probabilities)
        found = minimize(
            loss_and_gradient,
            np.full(n, 1 / n),
            jac=True,
            bounds=[(0, 1)] * n,
            constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
            method="SLSQP",
        )
        weights = np.clip(found.x, 0, None)
        self.weights_ = weights / weights.sum()


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
        total, counts = np.zeros(len(labels)), np.zeros(len(probabilities))
        for _ in range(self.rounds):
            means = (total + true) / (counts.sum() + 1)
            best = np.log(np.maximum(means, TINY)).mean(1).argmax()
            total += true[best]
            counts[best] += 1
        self.weights_ = counts / counts.sum()


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


def cross_validate(combiner, probabilities, labels, folds):
    """Combine each fold by a rule that was fitted on the other folds.

    Parameters
    ----------
    combiner : Combiner
        Fitted anew for each fold.
    probabilities : ndarray of shape (n_systems, n, 10)
        Out-of-fold predictions.
    labels, folds : ndarray of shape (n,)
        True digits, and the fold of each.

    Returns
    -------
    ndarray of shape (n, 10)
    """
    combined = np.empty(probabilities.shape[1:])
    for fold in np.unique(folds):
        inside = folds == fold
        combiner.fit(probabilities[:, ~inside], labels[~inside])
        combined[inside] = combiner.predict_proba(probabilities[:, inside])
    return combined


def choose_simplest(errors, n):
    """Return the first rule within one standard error of the best.

    Parameters
    ----------
    errors : dict of str to int
        Misread digits of each rule, the simplest rule first.
    n : int
        Number of digits.

    Returns
    -------
    str
    """
    best = min(errors.values())
    standard_error = np.sqrt(best * (n - best) / n)
    within = best + standard_error
    return next(rule for rule, wrong in errors.items() if wrong <= within)


def gather_out_of_fold(held_out, folds_of_members, folds):
    """Average the predictions of one architecture's members, each on its own fold.

    Parameters
    ----------
    held_out : list of ndarray of shape (n_fold, 10)
        Each member's probabilities on the fold that it did not see.
    folds_of_members : list of int
        Those folds.
    folds : ndarray of shape (n,)
        The fold of each digit.

    Returns
    -------
    ndarray of shape (n, 10), float32

    Raises
    ------
    ValueError
        If no member left out some fold.
    """
    sums = np.zeros((len(folds), 10), np.float32)
    counts = np.zeros(len(folds), int)
    for probabilities, fold in zip(held_out, folds_of_members, strict=True):
        sums[folds == fold] += probabilities
        counts[folds == fold] += 1
    if not counts.all():
        bare = np.unique(folds[counts == 0]).tolist()
        raise ValueError(
            f"no member left out the folds {bare}: `members.seeds` must be "
            f"a multiple of `data.folds`"
        )
    return sums / counts[:, None]
