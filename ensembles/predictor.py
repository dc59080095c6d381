"""Predict with an exported ensemble: ONNX Runtime, no Keras, no TensorFlow."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime

from ensembles.images import SIDE, check_digits

BATCH = 256
"""Digits per call of the graph; more need memory and gain no speed."""


class EnsembleMissingError(FileNotFoundError):
    """There is no exported ensemble; the message says how to make one."""


@dataclass(frozen=True)
class Prediction:
    """Answers for n digits.

    Attributes
    ----------
    probabilities : ndarray of shape (n, 10), float32
        The ensemble's averaged probabilities.
    members : ndarray of shape (n, n_members, 10), float32
        Each member's probabilities.
    """

    probabilities: np.ndarray
    members: np.ndarray

    @property
    def digits(self):
        """The most probable digits, shape (n,)."""
        return self.probabilities.argmax(1)

    @property
    def agreement(self):
        """The share of the members that name the same digit, shape (n,)."""
        return (self.members.argmax(2) == self.digits[:, None]).mean(1)


class Predictor:
    """An exported ensemble, ready to predict; safe to share between threads.

    Parameters
    ----------
    path : Path
        An ``.onnx`` file; its card lies beside it, named ``.json``.
    threads : int
        Threads of one call; 0 is one per core.

    Raises
    ------
    EnsembleMissingError
        If there is no such file.
    """

    def __init__(self, path, threads=0):
        path = Path(path)
        if not path.is_file():
            raise EnsembleMissingError(
                f"no ensemble at {path}: train one with `make repro`, "
                f"or name another with --ensemble"
            )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(
            path, options, providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name
        card = path.with_suffix(".json")
        self.card = json.loads(card.read_text()) if card.is_file() else {}

    def predict(self, images):
        """Predict digits.

        Parameters
        ----------
        images : ndarray of shape (n, 28, 28), uint8
            Digits in MNIST's form.

        Returns
        -------
        Prediction

        Raises
        ------
        ValueError
            If `images` is not such an array, or is empty.
        """
        check_digits(images)
        if not len(images):
            raise ValueError("images must hold at least one digit")
        outputs = ["probabilities", "members"]
        answers = [
            self._session.run(outputs, {self._input: images[start : start + BATCH]})
            for start in range(0, len(images), BATCH)
        ]
        return Prediction(
            *(np.concatenate(parts) for parts in zip(*answers, strict=True))
        )

    def warm_up(self):
        """Run one blank digit, so that the first real one is not slow."""
        self.predict(np.zeros((1, SIDE, SIDE), np.uint8))
