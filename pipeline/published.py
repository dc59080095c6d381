"""The files of MNIST and QMNIST: where they are published, and how each is known."""

from dataclasses import dataclass

from ensembles.digits import idx

MNIST_MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
)
QMNIST_MIRRORS = (
    "https://raw.githubusercontent.com/facebookresearch/qmnist/master/",
    "https://cdn.jsdelivr.net/gh/facebookresearch/qmnist@master/",
)


@dataclass(frozen=True)
class Source:
    """One file: where it is published, and how it is known to be right.

    Attributes
    ----------
    name : str
    sha256 : str
        Of what it unpacks to.
    mirrors : tuple of str
    read : callable
        Raises an error that says what is wrong with a damaged file.
    needed : bool
        Whether the pipeline cannot do without it.
    """

    name: str
    sha256: str
    mirrors: tuple
    read: object
    needed: bool = True


SOURCES = (
    Source(
        "train-images-idx3-ubyte.gz",
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        MNIST_MIRRORS,
        idx.read_images,
    ),
    Source(
        "train-labels-idx1-ubyte.gz",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        MNIST_MIRRORS,
        idx.read_labels,
    ),
    Source(
        "t10k-images-idx3-ubyte.gz",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        MNIST_MIRRORS,
        idx.read_images,
    ),
    Source(
        "t10k-labels-idx1-ubyte.gz",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        MNIST_MIRRORS,
        idx.read_labels,
    ),
    Source(
        "qmnist-train-labels-idx2-int.gz",
        "bb1b6e1ec7b04fd5696f1ed50b5f58f8ef195118edd5c93c81783df9740b8ac5",
        QMNIST_MIRRORS,
        idx.read_extended_labels,
        needed=False,
    ),
    Source(
        "qmnist-test-labels-idx2-int.gz",
        "92d0ccb8c25f9c6534270fb4be7e1d24a1c6d315edfc8a638bfbd31c70f362dd",
        QMNIST_MIRRORS,
        idx.read_extended_labels,
        needed=False,
    ),
)
