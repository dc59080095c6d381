"""Forty-five linear units, each telling two digits apart."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from ensembles.baselines.base import DigitClassifier, spread
from ensembles.baselines.class_pairs import add_up, class_pairs
from ensembles.digits.deskewing import deskew_all
from ensembles.settings import check_range


@dataclass(eq=False, repr=False)
class PairwiseLinear(DigitClassifier):
    """One linear unit for each pair of digits, on upright pixels.

    A unit answers +1 for one digit of its pair and -1 for the other, by least
    squares. The score of a digit is the sum of the answers of the units in which
    it is the +1, minus those in which it is the -1.

    Parameters
    ----------
    penalty : float
        Strength of the ridge penalty, per training digit.
    saturate : bool
        Whether answers are held between -1 and +1 before they are added.
    deskew : bool
        Whether digits are made upright first.

    Attributes
    ----------
    seen_ : ndarray of shape (n_seen,)
        The digits in the training set.
    weights_ : ndarray of shape (785, n_pairs)
        One column per unit, its bias last.
    sharpness_ : float
        Factor of the scores in the softmax, of least log loss in training.

    References
    ----------
    LeCun et al. (1998), "Gradient-based learning applied to document recognition",
    section III-C2.
    """

    name = "pairwise_linear"
    published_percent = 7.6

    penalty: float
    saturate: bool
    deskew: bool

    def __post_init__(self):
        check_range(self, 1e-12, 1e6, "penalty")

    def _fit(self, images, labels):
        self.seen_, classes = np.unique(labels, return_inverse=True)
        pixels = self._pixels(images)
        self.weights_ = fit_units(pixels, classes, self.penalty)
        self.sharpness_ = _sharpen(self._score(pixels), classes)

    def _predict(self, images):
        scores = self.sharpness_ * self._score(self._pixels(images))
        return spread(softmax(scores, axis=1), self.seen_)

    def _score(self, pixels):
        answers = pixels @ self.weights_
        if self.saturate:
            answers = np.clip(answers, -1, 1)
        return add_up(answers, -answers, len(self.seen_))

    def _pixels(self, images):
        upright = deskew_all(images) if self.deskew else images
        pixels = upright.reshape(len(images), -1) / 255
        return np.hstack([pixels, np.ones((len(images), 1))])


def fit_units(pixels, classes, penalty):
    """Fit one least-squares unit per pair of classes.

    The normal equations of a pair are sums over its two classes, so the data are
    gone through once per class and not once per pair.

    Parameters
    ----------
    pixels : ndarray of shape (n, n_features)
        The last column is one.
    classes : ndarray of shape (n,)
        0 to n_classes - 1, each at least once.
    penalty : float

    Returns
    -------
    ndarray of shape (n_features, n_pairs)
    """
    parts = [pixels[classes == c] for c in range(classes.max() + 1)]
    products = [part.T @ part for part in parts]
    sums = [part.sum(0) for part in parts]
    units = []
    for one, other in class_pairs(len(parts)):
        strength = penalty * (len(parts[one]) + len(parts[other]))
        ridge = np.full(pixels.shape[1], strength)
        ridge[-1] = 0  # the bias is free
        normal = products[one] + products[other] + np.diag(ridge)
        units.append(solve(normal, sums[one] - sums[other], assume_a="pos"))
    return np.stack(units, axis=1)


def _sharpen(scores, classes):
    """Return the factor at which the softmax of the scores has the least log loss."""

    def log_loss(logarithm):
        chances = log_softmax(np.exp(logarithm) * scores, axis=1)
        return -chances[np.arange(len(classes)), classes].mean()

    return np.exp(minimize_scalar(log_loss, bounds=(-5, 5), method="bounded").x)
