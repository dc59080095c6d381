"""Training of networks, kept as plain arrays, so that a pickle holds nothing of Keras.

Such a pickle has the same bytes each time, survives another version of Keras, and
predicts on TensorFlow and on JAX.
"""

import keras
import numpy as np
from tqdm.keras import TqdmCallback

from ensembles.members.optimizers import make_optimizer
from ensembles.members.training import PREDICTION_BATCH, DeformedDigits
from ensembles.settings import Recipe


def train_on_passes(build, passes, labels, baseline, label_smoothing=0.0):
    """Train a network on a fixed schedule, in each epoch on another deformed pass.

    Parameters
    ----------
    build : callable
        Builds the network.
    passes : sequence of ndarray of shape (n, 28, 28), uint8
        Deformed copies of the training set.
    labels : ndarray of shape (n,)
    baseline : DigitClassifier
        Gives the schedule, and the seed of weights, dropout and order.
    label_smoothing : float
        Probability taken from the true class and spread over all ten.

    Returns
    -------
    list of ndarray
        Its weights, in Keras's order.
    """
    recipe = _recipe(baseline, label_smoothing)
    seed, rows = baseline.seed, range(len(labels))
    batches = DeformedDigits(passes, labels, rows, recipe, seed)
    keras.utils.set_random_seed(seed)
    network = build()
    optimizer = make_optimizer(recipe, len(batches), recipe.epochs)
    network.compile(optimizer, "categorical_crossentropy")
    return fit_network(network, batches, epochs=recipe.epochs)


def _recipe(baseline, label_smoothing):
    return Recipe(
        optimizer="muon",
        schedule="cosine",
        epochs=baseline.epochs,
        batch_size=baseline.batch_size,
        min_steps=0,
        learning_rate=baseline.learning_rate,
        weight_decay=baseline.weight_decay,
        label_smoothing=label_smoothing,
        precision="float32",
        deformation="",
    )


def fit_network(network, *data, **settings):
    """Fit a compiled network, with a bar over its epochs if a terminal is there.

    Parameters
    ----------
    network : keras.Model
    *data, **settings
        As for its ``fit``.

    Returns
    -------
    list of ndarray
        Its weights, in Keras's order.
    """
    bar = TqdmCallback(verbose=0, disable=None)
    network.fit(*data, **settings, callbacks=[bar], verbose=0)
    return network.get_weights()


def predict_with(network, weights, images):
    """Predict with a network that was built anew and the weights it once learned.

    Parameters
    ----------
    network : keras.Model
        Takes digits as they are stored.
    weights : list of ndarray
        What ``get_weights`` of the same network gave after training.
    images : ndarray of shape (n, 28, 28), uint8

    Returns
    -------
    ndarray of shape (n, 10), float64
        Its probabilities.
    """
    network.set_weights(weights)
    batches = np.array_split(images, max(1, -(-len(images) // PREDICTION_BATCH)))
    # Called, not `predict`: a few batches are over before a graph would be traced.
    answers = [network(batch, training=False) for batch in batches]
    found = [keras.ops.convert_to_numpy(answer) for answer in answers]
    return np.concatenate(found).astype(np.float64)
