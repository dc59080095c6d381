"""What a release keeps of a baseline that is slow to train: its predictions.

They stand where the trained baseline would, so that a clone need not train it.
"""

import shutil

import numpy as np

from ensembles.members import fingerprint
from pipeline.frame import files

CARD = "card.json"
PREDICTIONS = "predictions.npz"
SLOW_SECONDS = 600
"""How long training takes of what is kept, at least."""


class KeptPredictions:
    """The probabilities that a baseline gave, for the digits that it gave them to.

    Parameters
    ----------
    path : Path
        What `keep` wrote.
    """

    def __init__(self, path):
        self._path = path
        self._kept = files.read_arrays(path, "probabilities", "digits")

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
                f"{self._path} holds answers to other digits than {files.TEST}; delete "
                f"{self._path.parent} and run `dvc repro`, which trains the baseline"
            )
        return self._kept["probabilities"]


def keep(names, folder):
    """Keep the slow ones of this run's baselines.

    Parameters
    ----------
    names : sequence of str
        Baselines of the run.
    folder : Path
        Gets a folder for each that is slow, as in ``models/baselines``.
    """
    for name in names:
        own = files.BASELINES / name
        card = files.read_json(own / CARD)
        if card["seconds"] < SLOW_SECONDS:
            continue
        place = folder / name / PREDICTIONS
        if PREDICTIONS in card["sha256"]:  # it was kept before
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(own / PREDICTIONS, place)
        else:
            _write(place, name)
            card["sha256"] = {PREDICTIONS: files.sha256_of_file(place)}
        files.write_json(place.with_name(CARD), card)


def _write(place, name):
    images = files.read_arrays(files.TEST, "images")["images"]
    files.write_arrays(
        place,
        probabilities=files.read_arrays(files.PREDICTIONS, name)[name],
        digits=np.array(fingerprint.digest_arrays(images=images)),
    )
