"""k nearest neighbours on deskewed, blurred digits."""

from dataclasses import dataclass

import cv2
import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from ensembles.baselines.base import DigitClassifier, spread
from ensembles.digits.deskewing import deskew
from ensembles.settings import check_range


@dataclass(eq=False, repr=False)
class NearestNeighbours(DigitClassifier):
    """k nearest neighbours by Euclidean distance, nearer ones weighing more.

    Parameters
    ----------
    neighbours : int
        How many neighbours vote.
    deskew : bool
        Whether digits are made upright first.
    blur : float
        Standard deviation of the Gaussian that smooths them, in pixels; 0 is none.

    References
    ----------
    LeCun et al. (1998), "Gradient-based learning applied to document recognition",
    for the deskewing.
    """

    name = "knn"
    published_percent = 2.4

    neighbours: int
    deskew: bool
    blur: float

    def __post_init__(self):
        check_range(self, 1, 1000, "neighbours")
        check_range(self, 0, 14, "blur")

    def _fit(self, images, labels):
        if self.neighbours > len(images):
            raise ValueError(
                f"`neighbours` must be from 1 to the number of training digits "
                f"({len(images)}); got {self.neighbours}"
            )
        self.model_ = KNeighborsClassifier(
            self.neighbours, weights="distance", algorithm="brute"
        )
        self.model_.fit(self._features(images), labels)

    def _predict(self, images):
        probabilities = self.model_.predict_proba(self._features(images))
        return spread(probabilities, self.model_.classes_)

    def _features(self, images):
        features = [self._prepare(image) for image in images]
        return np.reshape(np.asarray(features, np.float32), (len(images), -1))

    def _prepare(self, image):
        upright = deskew(image) if self.deskew else image
        if not self.blur:
            return upright
        # Blurring in whole grey levels would lose the faint ones.
        return cv2.GaussianBlur(upright.astype(np.float32), (0, 0), self.blur)
