"""A support vector machine on histograms of gradients."""

from dataclasses import dataclass

import numpy as np
from scipy.special import log_expit, softmax
from sklearn.svm import SVC

from ensembles.baselines.base import DigitClassifier, spread
from ensembles.baselines.class_pairs import add_up
from ensembles.digits.deskewing import deskew_all
from ensembles.digits.form import SIDE
from ensembles.digits.gradients import histograms
from ensembles.settings import check_range


@dataclass(eq=False, repr=False)
class SupportVectors(DigitClassifier):
    """Gaussian-kernel machine on where a digit has edges, and in which direction.

    Parameters
    ----------
    C : float
        Inverse strength of the penalty.
    gamma : float
        Of the kernel exp(-gamma * squared distance) between features of unit length.
    cells : int
        Places per side of the digit whose gradients are described.
    blur : float
        Standard deviation of the window around each place, in pixels.
    deskew : bool
        Whether digits are made upright first.
    sharpness : float
        Factor of the margins in the logistic function that makes them
        probabilities.

    References
    ----------
    Liu et al. (2003), "Handwritten digit recognition: benchmarking of
    state-of-the-art techniques", Pattern Recognition 36, for gradient features
    under a Gaussian kernel; DeCoste and Schoelkopf (2002), "Training invariant
    support vector machines", Machine Learning 46, for the machines of the table.
    """

    name = "svm"
    published_percent = 0.8
    cheap = False

    C: float
    gamma: float
    cells: int
    blur: float
    deskew: bool
    sharpness: float

    def __post_init__(self):
        check_range(self, 1e-6, 1e6, "C", "gamma", "sharpness")
        check_range(self, 1, SIDE, "cells")
        check_range(self, 0.1, 14, "blur")

    def _fit(self, images, labels):
        self.model_ = SVC(
            C=self.C, gamma=self.gamma, cache_size=2000, decision_function_shape="ovo"
        )
        self.model_.fit(self._features(images), labels)

    def _predict(self, images):
        margins = self.model_.decision_function(self._features(images))
        if margins.ndim == 1:
            # For two classes alone, scikit-learn's sign favours the second.
            margins = -margins[:, None]
        margins = self.sharpness * margins
        n_classes = len(self.model_.classes_)
        logits = add_up(log_expit(margins), log_expit(-margins), n_classes)
        # Each class is in n_classes - 1 pairs, which are far from independent.
        probabilities = softmax(2 * logits / n_classes, axis=1)
        return spread(probabilities, self.model_.classes_)

    def _features(self, images):
        upright = deskew_all(images) if self.deskew else images
        # libsvm computes in float64.
        return histograms(upright, self.cells, self.blur).astype(np.float64)
