"""Train a searched network with early stopping, and give up those that fall behind."""

import math
import time

import keras
import numpy as np
import optuna

from ensembles.exploring.runs import Outcome
from ensembles.exploring.searched_networks import build_network
from ensembles.members.optimizers import cosine
from ensembles.members.training import PREDICTION_BATCH, DeformedDigits
from ensembles.settings import Recipe

WARM_UP = 2
"""Epochs, and finished rivals, before a network can be given up."""

STEPS_AT_ONCE = 8


def fit(run, images, labels, passes):
    """Train the network that a run asks for.

    Parameters
    ----------
    run : Run
    images : ndarray of shape (n, 28, 28), uint8
    labels : ndarray of shape (n,)
    passes : sequence of ndarray of shape (n, 28, 28), uint8
        What is learned from, one after the other.

    Returns
    -------
    Outcome
    """
    # Else a process keeps every network that it has trained.
    keras.utils.clear_session()
    keras.utils.set_random_seed(run.seed)
    network = build_network(run.family, run.setting)
    batches = DeformedDigits(passes, labels, run.train, _recipe(run), run.seed)
    network.compile(
        _make_optimizer(run, len(batches)),
        "categorical_crossentropy",
        # The loss that is minimised has the penalties in it, which nobody else has.
        metrics=[
            keras.metrics.CategoricalCrossentropy(name="log_loss"),
            keras.metrics.CategoricalAccuracy(name="accuracy"),
        ],
        # A step of so small a network takes less than what Keras does between two.
        steps_per_execution=STEPS_AT_ONCE,
    )
    judge = Judge(run.rivals)
    network.fit(
        batches,
        epochs=run.epochs,
        shuffle=False,  # DeformedDigits has
        validation_data=(images[run.watched], np.eye(10)[labels[run.watched]]),
        validation_batch_size=PREDICTION_BATCH,
        callbacks=[judge, *_early_stopping(run.patience)],
        verbose=0,
    )
    return Outcome(
        curve=judge.curve,
        pruned=judge.pruned,
        parameters=network.count_params(),
        seconds=judge.seconds,
        weights=network.get_weights(),
        scored_errors=_score(network, run.scored, images, labels),
    )


class Judge(keras.callbacks.Callback):
    """Keep the curve, and give a network up that is worse than half of its rivals.

    Parameters
    ----------
    rivals : tuple of tuple of float
        As `Run` has them.

    Attributes
    ----------
    curve : list of dict
        As `Outcome` has it.
    pruned : bool
        Whether the network was given up.
    seconds : float
        What its epochs took.
    """

    def __init__(self, rivals):
        super().__init__()
        self.curve, self.pruned, self.seconds = [], False, 0.0
        self._trial = _trial_among(rivals)

    def on_epoch_begin(self, epoch, logs=None):
        """Start the clock."""
        self._begun = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        """Add a row, and judge."""
        self.seconds += time.perf_counter() - self._begun
        # A rate that is too high ends in weights that are no numbers.
        loss = logs["val_log_loss"]
        loss = loss if math.isfinite(loss) else math.log(1e6)
        self.curve.append(
            {
                "epoch": epoch + 1,
                "loss": logs["log_loss"],
                "held_out_loss": loss,
                "held_out_error_percent": 100 * (1 - logs["val_accuracy"]),
            }
        )
        self._trial.report(loss, epoch)
        self.pruned = self._trial.should_prune()
        self.model.stop_training = self.model.stop_training or self.pruned


def _trial_among(rivals):
    """Ask for a trial beside finished ones, in a study that only this process knows."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    median = optuna.pruners.MedianPruner(WARM_UP, n_warmup_steps=WARM_UP)
    study = optuna.create_study(pruner=median)
    for losses in rivals:
        study.add_trial(
            optuna.trial.create_trial(
                value=min(losses), intermediate_values=dict(enumerate(losses))
            )
        )
    return study.ask()


def _early_stopping(patience):
    if patience is None:
        return []
    return [
        keras.callbacks.EarlyStopping(
            "val_log_loss", patience=patience, mode="min", restore_best_weights=True
        )
    ]


def _recipe(run):
    """Say what the order of the digits depends on; the optimizer is built here."""
    return Recipe(
        optimizer="adam",
        schedule="cosine",
        epochs=run.epochs,
        batch_size=run.setting["batch_size"],
        min_steps=0,
        learning_rate=run.setting["learning_rate"],
        weight_decay=0.0,
        label_smoothing=0.0,
        precision="float32",
        deformation="",
    )


def _make_optimizer(run, steps):
    rate = run.setting["learning_rate"]
    if run.setting["schedule"] == "cosine":
        rate = cosine(rate, steps, run.epochs)
    if run.setting["optimizer"] == "sgd":
        return keras.optimizers.SGD(rate, momentum=0.9, nesterov=True)
    kinds = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop}
    return kinds[run.setting["optimizer"]](rate)


def _score(network, scored, images, labels):
    if scored is None:
        return None
    read = network.predict(images[scored], PREDICTION_BATCH, verbose=0).argmax(1)
    return int((read != labels[scored]).sum())
