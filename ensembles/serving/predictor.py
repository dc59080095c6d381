"""Predict with an exported ensemble: ONNX Runtime, no Keras, no TensorFlow."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as states

from ensembles.digits.form import SIDE, check_digits
from ensembles.serving import loading, novelty
from ensembles.serving.loading import DamagedEnsembleError

OUTPUTS = ["probabilities", "members"]

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
    members : ndarray of shape (n_members, n, 10), float32
        Each member's probabilities.
    distances : ndarray of shape (n,) or None
        From the training digits, where the ensemble has a detector of novelty.
    """

    probabilities: np.ndarray
    members: np.ndarray
    distances: np.ndarray | None = None

    @property
    def digits(self):
        """The most probable digits, shape (n,)."""
        return self.probabilities.argmax(1)

    @property
    def agreement(self):
        """The share of the members that name the same digit, shape (n,)."""
        return (self.members.argmax(2) == self.digits).mean(0)


class Predictor:
    """An exported ensemble, ready to predict; safe to share between threads.

    Parameters
    ----------
    path : Path
        An ``.onnx`` file; its card and its detector of novelty lie beside it, as
        `CARD` and `DETECTOR`, if it has them. A card that is of another graph is left
        alone, as is what belongs to that.
    threads : int
        Threads of one call; 0 is one per core.

    Raises
    ------
    EnsembleMissingError
        If there is no such file.
    DamagedEnsembleError
        If it is no exported ensemble, or its card cannot be read.
    """

    def __init__(self, path, threads=0):
        path = Path(path)
        if not path.is_file():
            raise EnsembleMissingError(
                f"no ensemble at {path}: train one with `make repro` and name it with "
                f"--ensemble models/ensemble.onnx"
            )
        content = loading.read_graph(path)
        self._session = _open_session(path, content, threads)
        self._input = self._session.get_inputs()[0].name
        card = loading.read_card(path.with_name(loading.CARD))
        own = loading.check(path, content, card)
        detector = path.with_name(loading.DETECTOR)
        self.card = card if own else {}
        self._detector = loading.read_detector(detector, card) if own else None

    def predict(self, images):
        """Predict digits, and tell how far they are from the training digits.

        Parameters, results and errors are those of `ask`.
        """
        read, detector = self.ask(images), self._detector
        distances = detector and detector.distances(novelty.describe(images))
        return replace(read, distances=distances)

    def ask(self, images):
        """Predict digits by the members alone, which takes less time.

        Parameters
        ----------
        images : ndarray of shape (n, 28, 28), uint8
            Digits in MNIST's form.

        Returns
        -------
        Prediction
            Without distances.

        Raises
        ------
        ValueError
            If `images` is not such an array, or is empty.
        """
        check_digits(images)
        if not len(images):
            raise ValueError("images must hold at least one digit")
        starts = range(0, len(images), BATCH)
        answers = [self.run_graph(images[start : start + BATCH]) for start in starts]
        probabilities, members = zip(*answers, strict=True)
        return Prediction(
            np.concatenate(probabilities), np.concatenate(members, axis=1)
        )

    def run_graph(self, images):
        """Return both outputs for one batch, which is not checked.

        A graph has its digits in front, ours the members.
        """
        probabilities, members = self._session.run(OUTPUTS, {self._input: images})
        return probabilities, members.swapaxes(0, 1)

    def warm_up(self):
        """Run one blank digit, so that the first real one is not slow."""
        self.predict(np.zeros((1, SIDE, SIDE), np.uint8))


def _open_session(path, content, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    try:
        session = onnxruntime.InferenceSession(
            content, options, providers=["CPUExecutionProvider"]
        )
    except (states.Fail, states.InvalidGraph, states.InvalidProtobuf) as error:
        raise DamagedEnsembleError(
            f"{path} is not an ONNX graph ({error}); make it anew with `make repro`"
        ) from None
    found = [output.name for output in session.get_outputs()]
    if not set(OUTPUTS) <= set(found):
        raise DamagedEnsembleError(
            f"{path} must have the outputs {OUTPUTS}; got {found}: "
            f"make it anew with `make repro`"
        )
    return session
