"""What a release keeps of a baseline that is slow to train: its card and predictions.

The card stands where the trained baseline would, so that a clone need not train it. The
predictions are of test digits, and so in a folder that `predict` alone depends on.
"""

import numpy as np

from ensembles.members import fingerprint
from pipeline.frame import files

DIGEST = "test_predictions"
"""In the card of what is kept: the SHA-256 of its predictions."""

SLOW_SECONDS = 600
"""How long training takes of what is kept, at least."""


class KeptPredictions:
    """The probabilities that a baseline gave, for the digits that it gave them to.

    Parameters
    ----------
    name : str
        The baseline.
    sha256 : str
        From its card.

    Raises
    ------
    ValueError
        If its predictions are not there, or not what the card tells of.
    """

    def __init__(self, name, sha256):
        path = files.KEPT / f"{name}.npz"
        self._train = (
            f"delete {files.BASELINES / name} and run `dvc repro`, to train it"
        )
        if not path.is_file() or fingerprint.digest_file(path) != sha256:
            raise ValueError(
                f"{path} is not what was released: take it from Git, or {self._train}"
            )
        self._path, self._kept = path, files.read_arrays(path)

    def predict_proba(self, images):
        """Return what was answered to these images.

        Parameters
        ----------
        images : ndarray of shape (n, 28, 28), uint8

        Returns
        -------
        ndarray of shape (n, 10), float32

        Raises
        ------
        ValueError
            If they are not the ones that were answered.
        """
        if fingerprint.digest_arrays(images=images) != str(self._kept["digits"]):
            raise ValueError(
                f"{self._path} holds answers to other digits than {files.TEST}: "
                f"{self._train}"
            )
        return self._kept["probabilities"]


def keep(names, release):
    """Keep the slow ones of this run's baselines, those that were kept before too.

    Parameters
    ----------
    names : sequence of str
        Baselines of the run.
    release : Path
        The folder of the release.
    """
    for name in names:
        card = files.baseline_card(name)
        if card["seconds"] >= SLOW_SECONDS:
            place = release / files.KEPT.name / f"{name}.npz"
            _write(place, name)
            card |= {"sha256": {}, DIGEST: fingerprint.digest_file(place)}
            own = release / files.BASELINES.name / name
            files.write_json(own / files.CARD, card)


def _write(place, name):
    images = files.read_arrays(files.TEST, "images")["images"]
    files.write_arrays(
        place,
        probabilities=files.read_arrays(files.PREDICTIONS, name)[name],
        digits=np.array(fingerprint.digest_arrays(images=images)),
    )
