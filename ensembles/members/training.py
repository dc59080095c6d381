"""Train one ensemble member: one architecture from one seed on deformed digits.

Pure Keras, so that the same code runs on TensorFlow and on JAX. The schedule is
fixed: nothing is stopped early and no checkpoint is picked, so the held-out fold
is seen only to be predicted, and the curve only to be looked at.
"""

import time

import keras
import numpy as np

from ensembles.members.optimizers import make_optimizer
from ensembles.members.resuming import KeepEpochs

CURVE_DIGITS = 2000
"""Held-out digits on which the loss of each epoch is measured for the curve."""

PREDICTION_BATCH = 500


class DeformedDigits(keras.utils.PyDataset):
    """Shuffled batches, in each epoch from another deformed pass.

    Each member goes through the passes in an order of its own: with more passes than
    epochs, members see different deformations, so that their errors differ more. What
    an epoch shows follows from the seed and its number alone, so that training may
    begin at any.

    Parameters
    ----------
    passes : sequence of ndarray of shape (n, 28, 28), uint8
        Deformed copies of the training set.
    labels : ndarray of shape (n,)
        True digits.
    rows : ndarray of int
        The digits to train on.
    recipe : Recipe
        Gives batch size and label smoothing.
    seed : int
        Seed of the order of passes and of digits.
    first_epoch : int
        Where to begin, from 0.
    """

    def __init__(self, passes, labels, rows, recipe, seed, first_epoch=0):
        # With one worker Keras leaves the batches to tf.data's autotuner, whose sleeps
        # of up to 20 seconds the end of an epoch waits for; with two it does not.
        super().__init__(workers=2)
        self.passes, self.labels, self.rows = passes, labels, rows
        self.recipe, self.seed = recipe, seed
        self._show(first_epoch)

    def __len__(self):
        return self.recipe.steps_for(len(self.rows))

    def __getitem__(self, index):
        size = self.recipe.batch_size
        rows = self.order[index * size : (index + 1) * size]
        return self.passes[self.turn][rows], self.targets(rows)

    def targets(self, rows):
        """Return what is to be answered, (len(rows), 10), with smoothed labels."""
        smoothing = self.recipe.label_smoothing
        certain = np.eye(10, dtype=np.float32)[self.labels[rows]]
        return certain * (1 - smoothing) + smoothing / 10

    def on_epoch_end(self):
        """Go on to the next pass, in a new order."""
        self._show(self.epoch + 1)

    def _show(self, epoch):
        self.epoch = epoch
        turns = np.random.default_rng(self.seed).permutation(len(self.passes))
        self.turn = turns[epoch % len(turns)]
        self.order = np.random.default_rng([self.seed, epoch]).permutation(self.rows)


def train_network(build, seed, recipe, digits, passes, held_out, on_epoch, state=None):
    """Train a network and predict the fold that it did not see.

    Parameters
    ----------
    build : callable
        A function of `ensembles.members.networks`.
    seed : int
        Seed of the initial weights, the dropout and the order of the digits.
    recipe : Recipe
        The fixed schedule.
    digits : mapping
        ``images`` (n, 28, 28) uint8 and ``labels`` (n,) of the training set.
    passes : sequence of ndarray of shape (n, 28, 28), uint8
        Its deformed copies.
    held_out : ndarray of bool of shape (n,)
        The digits that are predicted and not trained on.
    on_epoch : callable
        Called after each epoch with a dict ``epoch, loss, held_out_loss, seconds``.
    state : Path, optional
        Where all that training has reached is kept after each epoch, and gone on from
        if it is there: the network is the one that it would have been undisturbed.

    Returns
    -------
    keras.Model
        The trained network, of single precision, its weights rounded to half: so they
        are kept and served in half the space, and what is predicted is of what is kept.
    ndarray of shape (held_out.sum(), 10), float32
        Its probabilities on the held-out digits, in their order.
    """
    keras.utils.set_random_seed(seed)
    network = _build_in(recipe.precision, build)
    images, labels = digits["images"][held_out], digits["labels"]
    rows = np.flatnonzero(~held_out)
    epochs, steps = recipe.epochs_for(len(rows)), recipe.steps_for(len(rows))
    network.compile(
        optimizer=make_optimizer(recipe, steps, epochs),
        loss="categorical_crossentropy",
    )
    callbacks, first = [_ReportEpoch(on_epoch)], 0
    if state is not None:
        callbacks.append(keep := KeepEpochs(state))
        first = keep.resume(network)
    sample = np.linspace(0, len(images) - 1, min(CURVE_DIGITS, len(images))).astype(int)
    curve_digits = images[sample], np.eye(10)[labels[held_out][sample]]
    network.fit(
        DeformedDigits(passes, labels, rows, recipe, seed, first),
        epochs=epochs,
        initial_epoch=first,
        shuffle=False,  # DeformedDigits has, from the member's seed
        validation_data=curve_digits,
        validation_batch_size=PREDICTION_BATCH,
        callbacks=callbacks,
        verbose=0,
    )
    finished = build()
    finished.set_weights([_halve(weights) for weights in network.get_weights()])
    return finished, finished.predict(images, PREDICTION_BATCH, verbose=0)


def _build_in(precision, build):
    """Build a network whose layers compute in a precision, but for those that say."""
    usual = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        return build()
    finally:
        keras.config.set_dtype_policy(usual)


def _halve(weights):
    return weights.astype(np.float16).astype(np.float32)


class _ReportEpoch(keras.callbacks.Callback):
    def __init__(self, on_epoch):
        super().__init__()
        self.on_epoch = on_epoch

    def on_epoch_begin(self, epoch, logs=None):
        self.begun = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.on_epoch(
            {
                "epoch": epoch + 1,
                "loss": logs["loss"],
                "held_out_loss": logs["val_loss"],
                "seconds": round(time.perf_counter() - self.begun, 2),
            }
        )
