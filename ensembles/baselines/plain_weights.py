"""Training of networks, kept as plain arrays, so that a pickle holds nothing of Keras.

Such a pickle has the same bytes each time, survives another version of Keras, and
predicts on TensorFlow and on JAX.
"""

import keras
import numpy as np
from tqdm.keras import TqdmCallback

PREDICTION_BATCH = 500


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
