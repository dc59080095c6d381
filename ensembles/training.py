"""Train one ensemble member: one architecture from one seed on deformed digits.

Pure Keras, so that the same code runs on TensorFlow and on JAX. The schedule is
fixed: nothing is stopped early and no checkpoint is picked, so the held-out fold
is seen only to be predicted, and the curve only to be looked at.
"""

import itertools
import time

import keras
import numpy as np

CURVE_DIGITS = 2000
"""Held-out digits on which the loss of each epoch is measured for the curve."""

PREDICTION_BATCH = 500


class DeformedDigits(keras.utils.PyDataset):
    """Shuffled batches, in each epoch from another deformed pass.

    Each member goes through the passes in an order of its own: with more passes than
    epochs, members see different deformations, so that their errors differ more.

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
    """

    def __init__(self, passes, labels, rows, recipe, seed):
        # With one worker Keras leaves the batches to tf.data's autotuner, whose sleeps
        # of up to 20 seconds the end of an epoch waits for; with two it does not.
        super().__init__(workers=2)
        self.passes, self.labels, self.rows = passes, labels, rows
        self.recipe = recipe
        self.rng = np.random.default_rng(seed)
        self.turns = itertools.cycle(self.rng.permutation(len(passes)))
        self.on_epoch_end()

    def __len__(self):
        return self.recipe.steps_for(len(self.rows))

    def __getitem__(self, index):
        size = self.recipe.batch_size
        rows = self.order[index * size : (index + 1) * size]
        smoothing = self.recipe.label_smoothing
        targets = np.eye(10, dtype=np.float32)[self.labels[rows]]
        targets = targets * (1 - smoothing) + smoothing / 10
        return self.images[rows], targets

    def on_epoch_end(self):
        """Go on to the next pass, in a new order."""
        self.images = self.passes[next(self.turns)]
        self.order = self.rng.permutation(self.rows)


def train_network(build, seed, recipe, digits, passes, held_out, on_epoch):
    """Train a network and predict the fold that it did not see.

    Parameters
    ----------
    build : callable
        A function of `ensembles.networks`.
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

    Returns
    -------
    keras.Model
        The trained network.
    ndarray of shape (held_out.sum(), 10), float32
        Its probabilities on the held-out digits, in their order.
    """
    keras.utils.set_random_seed(seed)
    network = build()
    images, labels = digits["images"][held_out], digits["labels"]
    batches = DeformedDigits(passes, labels, np.flatnonzero(~held_out), recipe, seed)
    epochs = recipe.epochs_for(len(batches.rows))
    network.compile(
        optimizer=make_optimizer(recipe, len(batches), epochs),
        loss="categorical_crossentropy",
    )
    sample = np.linspace(0, len(images) - 1, min(CURVE_DIGITS, len(images))).astype(int)
    curve_digits = images[sample], np.eye(10)[labels[held_out][sample]]
    network.fit(
        batches,
        epochs=epochs,
        shuffle=False,  # DeformedDigits has, from the member's seed
        validation_data=curve_digits,
        validation_batch_size=PREDICTION_BATCH,
        callbacks=[_ReportEpoch(on_epoch)],
        verbose=0,
    )
    return network, network.predict(images, PREDICTION_BATCH, verbose=0)


def make_optimizer(recipe, steps_per_epoch, epochs):
    """Build the optimizer, with half an epoch of warm-up and a cosine to zero.

    References
    ----------
    Loshchilov and Hutter (2017), "SGDR: stochastic gradient descent with warm
    restarts", ICLR.
    """
    warmup = max(1, steps_per_epoch // 2)
    schedule = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=recipe.learning_rate / 50,
        warmup_target=recipe.learning_rate,
        warmup_steps=warmup,
        decay_steps=max(1, steps_per_epoch * epochs - warmup),
    )
    decay = recipe.weight_decay
    return KernelMuon(schedule, weight_decay=decay, adam_weight_decay=decay)


class KernelMuon(keras.optimizers.Muon):
    """Muon on the kernels of convolutions, AdamW on everything else.

    Muon steps by the orthogonal matrix nearest to the gradient's average. Keras
    takes matrices only, so a kernel is seen as one whose columns are its filters.

    References
    ----------
    Jordan et al. (2024), "Muon: an optimizer for hidden layers in neural networks";
    Liu et al. (2025), "Muon is scalable for LLM training", for the size of the step;
    Loshchilov and Hutter (2019), "Decoupled weight decay regularization", ICLR.
    """

    def _should_use_adamw(self, variable):
        return len(variable.shape) != 4

    def zeropower_via_newtonschulz5(self, x, steps):
        """Return the orthogonal matrix nearest to a kernel's, in the kernel's shape."""
        step = super().zeropower_via_newtonschulz5(_as_matrix(x), steps)
        return keras.ops.reshape(step, x.shape)

    def lr_adjust(self, x):
        """Scale a step to the size that AdamW's would have, by the matrix's shape."""
        return keras.ops.reshape(super().lr_adjust(_as_matrix(x)), x.shape)


def _as_matrix(kernel):
    return keras.ops.reshape(kernel, (-1, kernel.shape[-1]))


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
