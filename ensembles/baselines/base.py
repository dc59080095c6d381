"""What all baselines share: one interface, one set of checks, one registry."""

import typing
from importlib import import_module

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from ensembles.combining.checks import check_labels
from ensembles.digits.form import check_digits

BASELINES = {
    "knn": "ensembles.baselines.knn:NearestNeighbours",
    "random_forest": "ensembles.baselines.forest:Forest",
    "mlp_800": "ensembles.baselines.mlp:Perceptron",
    "mlp_800_elastic": "ensembles.baselines.mlp:ElasticPerceptron",
    "linear": "ensembles.baselines.linear:Linear",
    "pairwise_linear": "ensembles.baselines.pairwise:PairwiseLinear",
    "knn_deformation": "ensembles.baselines.knn_deformation:DeformationNeighbours",
    "svm": "ensembles.baselines.svm:SupportVectors",
    "cnn_romanuke": "ensembles.baselines.romanuke:Romanuke",
    "rmdl": "ensembles.baselines.rmdl:RandomMultimodel",
}
"""Where each baseline's class is; as text, for its module imports this one."""


def make_baseline(name, **parameters):
    """Build a baseline that is not fitted yet.

    Parameters
    ----------
    name : str
        A key of `BASELINES`.
    **parameters
        Those of its class.

    Returns
    -------
    DigitClassifier

    Raises
    ------
    ValueError
        If there is no such baseline.
    """
    return baseline_class(name)(**parameters)


def baseline_class(name):
    """Return a baseline's class; raises as `make_baseline`."""
    if name not in BASELINES:
        known = ", ".join(BASELINES)
        raise ValueError(f"unknown baseline {name!r}; known are {known}")
    module, _, attribute = BASELINES[name].partition(":")
    return getattr(import_module(module), attribute)


class DigitClassifier(ClassifierMixin, BaseEstimator):
    """Base of the baselines: digits in MNIST's form in, ten probabilities out.

    A baseline is a dataclass whose fields are its arguments. These have no defaults,
    for `params.yaml` says them, and are checked by ``__post_init__``. What is slow to
    import is imported by ``_fit`` and ``_predict``, since whoever reads parameters
    imports every baseline.
    """

    name: typing.ClassVar[str]
    """Its key in `BASELINES`."""

    published_percent: typing.ClassVar[float | None] = None
    """Error of the published system that it is set against, if there is one."""

    cheap: typing.ClassVar[bool] = True
    """Whether every training digit is predicted by folds, for stacking: a choice of
    time, since that fits the baseline once more for each fold."""

    def __post_init__(self):
        """Refuse arguments that are out of range; each baseline says its ranges."""

    def fit(self, images, labels):
        """Learn from labelled digits.

        Parameters
        ----------
        images : ndarray of shape (n, 28, 28), uint8
        labels : ndarray of shape (n,)
            True digits, of at least two classes.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a shape, a dtype or a label is not as above, or an argument that was
            set since is out of range.
        """
        self.__post_init__()
        check_digits(images)
        check_labels(labels, len(images))
        if len(np.unique(labels)) < 2:
            raise ValueError(
                f"training needs digits of at least two classes; "
                f"got {len(images)} digits of {len(np.unique(labels))}"
            )
        self.classes_ = np.arange(10)
        self._fit(images, np.asarray(labels, np.int64))
        return self

    def predict_proba(self, images):
        """Return each digit's probabilities, float64 of shape (n, 10).

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before `fit`.
        ValueError
            If `images` is not a uint8 array of shape (n, 28, 28).
        """
        check_is_fitted(self, "classes_")
        check_digits(images)
        return self._predict(images)

    def predict(self, images):
        """Return the most probable digit of each, shape (n,)."""
        return self.predict_proba(images).argmax(1)


def spread(probabilities, classes):
    """Put the columns of the classes that were seen into ten columns."""
    full = np.zeros((len(probabilities), 10))
    full[:, classes] = probabilities
    return full
