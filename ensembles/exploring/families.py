"""The families of networks that are searched: what may vary, and where one starts."""

from dataclasses import dataclass

from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

LEARNING = {
    "optimizer": CategoricalDistribution(("sgd", "adam", "rmsprop")),
    "schedule": CategoricalDistribution(("constant", "cosine")),
    "learning_rate": FloatDistribution(1e-4, 1e-1, log=True),
    "batch_size": CategoricalDistribution((32, 64, 128, 256)),
    "deformed": CategoricalDistribution((False, True)),
}
"""How any network may learn; ``deformed``: from a deformed copy in each epoch."""

REGULARISATION = {
    "normalise": CategoricalDistribution((False, True)),
    "dropout": FloatDistribution(0.0, 0.5),
    "l2": FloatDistribution(1e-7, 1e-3, log=True),
}
"""What holds the weights of any network in check."""

TEXTBOOK = {
    "normalise": False,
    "dropout": 0.2,
    "l2": 1e-7,
    "optimizer": "adam",
    "schedule": "constant",
    "learning_rate": 1e-3,
    "batch_size": 128,
    "deformed": False,
}
"""The part of the first trial that does not depend on the family."""

FIXED = {"activation": "relu"}
"""What a search does not vary; a comparison may."""


@dataclass(frozen=True)
class Family:
    """Networks of one kind.

    Attributes
    ----------
    builder : str
        Name of the function of `ensembles.exploring.searched_networks`.
    shape : dict of str to BaseDistribution
        What varies in the network's shape: arguments of that function.
    start : dict
        Values of these in the first trial, which is the textbook's.
    """

    builder: str
    shape: dict[str, BaseDistribution]
    start: dict

    @property
    def space(self):
        """All that varies, a dict of name to distribution."""
        return self.shape | REGULARISATION | LEARNING

    @property
    def textbook(self):
        """The setting of the first trial."""
        return self.start | TEXTBOOK


FAMILIES = {
    "mlp": Family(
        "build_mlp",
        {
            "depth": IntDistribution(1, 3),
            "width": IntDistribution(64, 512, log=True),
        },
        {"depth": 1, "width": 128},
    ),
    "cnn": Family(
        "build_cnn",
        {
            "blocks": IntDistribution(1, 3),
            "filters": IntDistribution(8, 16, log=True),
            "kernel": CategoricalDistribution((3, 5)),
            "pooling": CategoricalDistribution(("max", "average", "stride")),
            "dense": CategoricalDistribution((0, 64, 128)),
        },
        {"blocks": 2, "filters": 8, "kernel": 3, "pooling": "max", "dense": 64},
    ),
}
