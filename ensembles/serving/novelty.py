"""How far a picture is from all training digits: what is no digit is far away.

Networks are sure of much that they never learned, a letter say, so this asks nothing of
them. Each class is a Gaussian over the directions of a digit's edges.

References
----------
Lee, Lee, Lee and Shin (2018), "A simple unified framework for detecting
out-of-distribution samples and adversarial attacks", NeurIPS, for the distance;
Tipping and Bishop (1999), "Probabilistic principal component analysis", JRSS B 61,
for what lies outside the principal components.
"""

from dataclasses import asdict, dataclass

import numpy as np

from ensembles.digits.gradients import histograms

CELLS, BLUR = 5, 2.0
"""Places per side of the histograms of gradients, and the width in pixels of the
window around each."""

COMPONENTS = 30
"""Principal components that a class is described in; the rest is one variance."""

SHRINKAGE = 0.05
"""Share of the common variance in each class's, for directions in which it has none."""


@dataclass(frozen=True)
class NoveltyDetector:
    """Gaussians of the ten classes; see `fit`.

    Attributes
    ----------
    mean : ndarray of shape (n_features,)
    components : ndarray of shape (k, n_features)
        Principal components, each divided by its standard deviation.
    centres : ndarray of shape (n_classes, k)
    precisions : ndarray of shape (n_classes, k, k)
    rest : float
        Variance of a feature outside the components.
    """

    mean: np.ndarray
    components: np.ndarray
    centres: np.ndarray
    precisions: np.ndarray
    rest: float

    @classmethod
    def fit(cls, features, labels):
        """Learn the classes.

        Parameters
        ----------
        features : ndarray of shape (n, n_features)
            From `describe`.
        labels : ndarray of shape (n,)

        Returns
        -------
        NoveltyDetector
        """
        mean = features.mean(0)
        moved = features - mean
        components, rest = _principal_components(moved)
        whitened = moved @ components.T
        classes = [whitened[labels == label] for label in np.unique(labels)]
        return cls(
            mean=mean,
            components=components,
            centres=np.stack([one.mean(0) for one in classes]),
            precisions=np.linalg.inv([_covariance(one) for one in classes]),
            rest=rest,
        )

    def distances(self, features):
        """Return the squared distance of each to the nearest class, shape (n,).

        Parameters
        ----------
        features : ndarray of shape (n, n_features)
            From `describe`.
        """
        moved = features - self.mean
        whitened = moved @ self.components.T
        inside = [
            np.einsum("ni,ij,nj->n", away, precision, away, optimize=True)
            for centre, precision in zip(self.centres, self.precisions, strict=True)
            for away in [whitened - centre]
        ]
        scales = np.linalg.norm(self.components, axis=1)
        along = ((whitened / scales) ** 2).sum(1)
        outside = np.maximum((moved**2).sum(1) - along, 0)
        return np.min(inside, axis=0) + outside / self.rest

    def save(self, path):
        """Write an ``.npz``."""
        np.savez(path, **asdict(self))

    @classmethod
    def load(cls, path):
        """Read what `save` wrote."""
        with np.load(path) as archive:
            return cls(**{name: archive[name] for name in cls.__dataclass_fields__})


def _principal_components(centred):
    """Return the detector's components, and the variance of a feature outside them."""
    variances, vectors = np.linalg.eigh(np.cov(centred, rowvar=False))
    k = min(COMPONENTS, len(variances) - 1)
    components = (vectors[:, -k:] / np.sqrt(variances[-k:])).T
    return components, float(variances[:-k].mean())


def _covariance(whitened):
    common = np.eye(whitened.shape[1])
    return (1 - SHRINKAGE) * np.cov(whitened, rowvar=False) + SHRINKAGE * common


def describe(images):
    """Return the features of digits, float64 of shape (n, n_features).

    Parameters
    ----------
    images : ndarray of shape (n, 28, 28), uint8
    """
    return histograms(images, CELLS, BLUR).astype(np.float64)
