"""Networks kept as plain arrays, so that a pickle holds nothing of Keras.

Such a pickle has the same bytes each time, survives another version of Keras, and
predicts on TensorFlow and on JAX.
"""

import keras
import numpy as np

PREDICTION_BATCH = 500


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
