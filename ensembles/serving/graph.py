"""One ONNX graph for the whole ensemble: averaged probabilities, and each member's.

TensorFlow is needed here, for the conversion, and in `ensembles.serving.grouped` alone.
"""

import keras
import numpy as np
import onnx
from keras import layers, ops

from ensembles.digits.form import SIDE
from ensembles.drafts import draft
from ensembles.members import on_disk
from ensembles.members.fingerprint import digest_file
from ensembles.members.networks import find
from ensembles.serving.grouped import join
from ensembles.serving.names import number_anew
from ensembles.serving.predictor import Predictor

TOLERANCE = 1e-5
"""Largest difference allowed between Keras and ONNX Runtime."""


class ExportError(RuntimeError):
    """The exported graph does not compute what the Keras networks compute."""


def load_network(place):
    """Rebuild a trained network from its folder.

    Returns
    -------
    keras.Model
    """
    on_disk.check(place, on_disk.WEIGHTS)
    network = find(place.parent.name)()
    network.load_weights(place / on_disk.WEIGHTS)
    return network


def merge(networks, weights, rule, temperatures=1.0):
    """Join trained networks into one model with two outputs.

    Parameters
    ----------
    networks : dict of str to list of keras.Model
        The members by architecture.
    weights : array-like of shape (n_members,)
        Summing to one.
    rule : {"mean", "geometric_mean"}
        The weighted mean of the probabilities, or of their logarithms.
    temperatures : float or array-like of shape (n_members,)
        Of all members, or of each: see `ensembles.combining.temperature`.

    Returns
    -------
    keras.Model
        From uint8 (n, 28, 28) to ``probabilities`` (n, 10) and ``members``
        (n, n_members, 10).
    """
    image = keras.Input((SIDE, SIDE), dtype="uint8", name="images")
    rows = [join(alike, name)(image) for name, alike in networks.items()]
    members = _Temper(temperatures, name="members")(ops.concatenate(rows, axis=1))
    combine = _Combine(weights, rule, name="probabilities")
    return keras.Model(image, {"probabilities": combine(members), "members": members})


@keras.saving.register_keras_serializable("ensembles")
class _Temper(layers.Layer):
    """What `ensembles.combining.temperature.temper` computes, in the graph."""

    def __init__(self, temperatures, **keywords):
        super().__init__(**keywords)
        self.exponents = 1 / np.asarray(temperatures, np.float32).reshape(1, -1, 1)

    def call(self, members):
        powers = ops.power(members, self.exponents)
        return powers / ops.sum(powers, axis=-1, keepdims=True)


@keras.saving.register_keras_serializable("ensembles")
class _Combine(layers.Layer):
    def __init__(self, weights, rule, **keywords):
        super().__init__(**keywords)
        if rule not in ("mean", "geometric_mean"):
            raise ValueError(f"`rule` must be 'mean' or 'geometric_mean'; got {rule!r}")
        self.rule = rule
        self.shares = np.asarray(weights, np.float32).reshape(1, -1, 1)

    def call(self, members):
        if self.rule == "mean":
            return ops.sum(members * self.shares, axis=1)
        logs = ops.log(ops.maximum(members, 1e-7))
        return ops.softmax(ops.sum(logs * self.shares, axis=1), axis=-1)


def export_onnx(model, path, images):
    """Write a merged model as ONNX, and check it on real digits.

    Parameters
    ----------
    model : keras.Model
        From `merge`.
    path : Path
        Where the graph goes; nothing is left there if the check fails.
    images : ndarray of shape (n, 28, 28), uint8
        Digits to compare on.

    Returns
    -------
    dict
        ``sha256`` of the file, and ``largest_difference`` to Keras.

    Raises
    ------
    ExportError
        If any output differs by more than `TOLERANCE`.
    """
    expected = model.predict(images, verbose=0)
    with draft(path) as temporary:
        model.export(temporary, format="onnx", verbose=False)
        onnx.save(number_anew(onnx.load(temporary)), temporary)
        got = Predictor(temporary).predict(images)
        difference = _largest_difference(got, expected)
        if not difference <= TOLERANCE:
            raise ExportError(
                f"ONNX Runtime and Keras differ by {difference:.2g} on "
                f"{len(images)} digits; at most {TOLERANCE:g} is allowed"
            )
    return {"sha256": digest_file(path), "largest_difference": difference}


def _largest_difference(got, expected):
    members = got.members.swapaxes(0, 1)
    return max(
        float(np.abs(got.probabilities - expected["probabilities"]).max()),
        float(np.abs(members - expected["members"]).max()),
    )
