"""Random forest on pixels."""

from dataclasses import dataclass

from sklearn.ensemble import RandomForestClassifier

from ensembles.baselines.base import DigitClassifier, spread
from ensembles.digits.deskewing import deskew_all
from ensembles.settings import SEEDS, check_range


@dataclass(eq=False, repr=False)
class Forest(DigitClassifier):
    """Random forest on the 784 pixels.

    Parameters
    ----------
    trees : int
        Number of trees.
    min_leaf : int
        Fewest training digits in a leaf.
    deskew : bool
        Whether digits are made upright first.
    seed : int
        Seed of bootstrap and features.

    References
    ----------
    Breiman (2001), "Random forests", Machine Learning 45.
    """

    name = "random_forest"
    published_percent = 2.8

    trees: int
    min_leaf: int
    deskew: bool
    seed: int

    def __post_init__(self):
        check_range(self, 1, 10_000, "trees", "min_leaf")
        check_range(self, *SEEDS, "seed")

    def _fit(self, images, labels):
        self.model_ = RandomForestClassifier(
            n_estimators=self.trees,
            min_samples_leaf=self.min_leaf,
            random_state=self.seed,
            n_jobs=-1,
        )
        self.model_.fit(self._pixels(images), labels)

    def _predict(self, images):
        probabilities = self.model_.predict_proba(self._pixels(images))
        return spread(probabilities, self.model_.classes_)

    def _pixels(self, images):
        upright = deskew_all(images) if self.deskew else images
        return upright.reshape(len(images), -1)
