"""Random forest on raw pixels."""

from sklearn.ensemble import RandomForestClassifier

from ensembles.baselines.base import DigitClassifier, spread


class Forest(DigitClassifier):
    """Random forest on the 784 pixels.

    Parameters
    ----------
    trees : int
        Number of trees.
    min_leaf : int
        Fewest training digits in a leaf.
    seed : int
        Seed of bootstrap and features.

    References
    ----------
    Breiman (2001), "Random forests", Machine Learning 45.
    """

    def __init__(self, trees=100, min_leaf=1, seed=0):
        self.trees = trees
        self.min_leaf = min_leaf
        self.seed = seed

    def _fit(self, images, labels):
        self.model_ = RandomForestClassifier(
            n_estimators=self.trees,
            min_samples_leaf=self.min_leaf,
            random_state=self.seed,
            n_jobs=-1,
        )
        self.model_.fit(images.reshape(len(images), -1), labels)

    def _predict(self, images):
        probabilities = self.model_.predict_proba(images.reshape(len(images), -1))
        return spread(probabilities, self.model_.classes_)
