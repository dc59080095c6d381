"""Multinomial logistic regression on raw pixels."""

from dataclasses import dataclass

from sklearn.linear_model import LogisticRegression

from ensembles.baselines.base import DigitClassifier, spread
from ensembles.settings import check_range


@dataclass(eq=False, repr=False)
class Linear(DigitClassifier):
    """Softmax of a linear function of the 784 pixels.

    Parameters
    ----------
    penalty : float
        Strength of the ridge penalty, per training digit.
    tolerance : float
        Largest entry of the gradient of the mean loss at which fitting ends.

    References
    ----------
    Cox (1958), "The regression analysis of binary sequences", Journal of the Royal
    Statistical Society B 20; LeCun et al. (1998), "Gradient-based learning applied
    to document recognition", for linear classifiers of these digits.
    """

    name = "linear"
    cheap = False

    penalty: float
    tolerance: float

    def __post_init__(self):
        check_range(self, 1e-12, 1e6, "penalty", "tolerance")

    def _fit(self, images, labels):
        self.model_ = LogisticRegression(
            C=1 / (self.penalty * len(images)), tol=self.tolerance, max_iter=10_000
        )
        self.model_.fit(self._pixels(images), labels)

    def _predict(self, images):
        probabilities = self.model_.predict_proba(self._pixels(images))
        return spread(probabilities, self.model_.classes_)

    @staticmethod
    def _pixels(images):
        return images.reshape(len(images), -1) / 255
