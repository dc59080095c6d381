"""Teach one small network what the ensemble answers on digits it had not seen.

References
----------
Hinton, Vinyals and Dean (2015), "Distilling the knowledge in a neural network".
"""

import keras
import numpy as np
from tqdm.keras import TqdmCallback

from ensembles.combining.temperature import temper
from ensembles.members.optimizers import make_optimizer
from ensembles.members.training import PREDICTION_BATCH, DeformedDigits


def soft_labels(teachers, folds, images):
    """Let each digit be read by the members that were not trained on it.

    Parameters
    ----------
    teachers : dict of int to list of tuple of (keras.Model, float, float)
        For each fold, the members that left it out, with weight and temperature.
    folds : ndarray of shape (n,)
        The fold of each digit.
    images : ndarray of shape (n, 28, 28), uint8
        A deformed pass of the training set.

    Returns
    -------
    ndarray of shape (n, 10), float32
        Weighted means of the members' tempered probabilities.
    """
    answers = np.empty((len(images), 10), np.float32)
    for fold, members in teachers.items():
        inside = folds == fold
        digits = images[inside]
        read = [
            temper(network.predict(digits, PREDICTION_BATCH, verbose=0), temperature)
            for network, _, temperature in members
        ]
        weights = [weight for _, weight, _ in members]
        answers[inside] = np.average(read, axis=0, weights=weights)
    return answers


class SoftDigits(DeformedDigits):
    """Batches of deformed digits with the soft labels of the same pass.

    Parameters
    ----------
    passes : sequence of ndarray of shape (n, 28, 28), uint8
        Deformed copies of the training set.
    soft_labels : sequence of ndarray of shape (n, 10)
        Those of each.
    recipe : Recipe
        Gives the batch size.
    seed : int
        Seed of the order of passes and of digits.
    """

    def __init__(self, passes, soft_labels, recipe, seed):
        super().__init__(passes, None, np.arange(len(passes[0])), recipe, seed)
        self.soft_labels = soft_labels

    def targets(self, rows):
        """Return the soft labels of the pass that is shown, (len(rows), 10)."""
        return self.soft_labels[self.turn][rows]


def train_student(build, recipe, passes, soft_labels, seed):
    """Train a network on soft labels, by the schedule that members have.

    Parameters
    ----------
    build : callable
        A function of `ensembles.members.networks`.
    recipe : Recipe
        The fixed schedule; labels are soft already, so they are not smoothed.
    passes, soft_labels : sequence of ndarray
        As for `SoftDigits`.
    seed : int
        Seed of weights, dropout and order.

    Returns
    -------
    keras.Model
    """
    keras.utils.set_random_seed(seed)
    network = build()
    batches = SoftDigits(passes, soft_labels, recipe, seed)
    epochs = recipe.epochs_for(len(batches.rows))
    optimizer = make_optimizer(recipe, len(batches), epochs)
    network.compile(optimizer, loss="categorical_crossentropy")
    bar = TqdmCallback(verbose=0, disable=None)
    # SoftDigits shuffles, from the seed.
    network.fit(batches, epochs=epochs, shuffle=False, callbacks=[bar], verbose=0)
    return network
