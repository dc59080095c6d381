"""How steps are taken: optimizers, and schedules of their rate."""

import math

import keras
from keras import ops


def make_optimizer(recipe, steps_per_epoch, epochs):
    """Build the optimizer and the schedule that a recipe asks for.

    Parameters
    ----------
    recipe : Recipe
        Names both, and gives the rate's peak and the decay of the weights.
    steps_per_epoch, epochs : int
        The schedule's length.

    Returns
    -------
    keras.optimizers.Optimizer
    """
    schedule = SCHEDULES[recipe.schedule](recipe.learning_rate, steps_per_epoch, epochs)
    return OPTIMIZERS[recipe.optimizer](schedule, recipe.weight_decay)


def cosine(peak, steps_per_epoch, epochs):
    """Rise over half an epoch, then fall along a cosine to zero.

    References
    ----------
    Loshchilov and Hutter (2017), "SGDR: stochastic gradient descent with warm
    restarts", ICLR.
    """
    warmup = max(1, steps_per_epoch // 2)
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=peak / 50,
        warmup_target=peak,
        warmup_steps=warmup,
        decay_steps=max(1, steps_per_epoch * epochs - warmup),
    )


def exponential(peak, steps_per_epoch, epochs):
    """Fall exponentially to a tenth; in the last epoch along a cosine to nearly zero.

    References
    ----------
    Doucet (2019), github.com/ttdoucet/mnist.
    """
    return TenfoldFall(peak, max(1, steps_per_epoch * (epochs - 1)), steps_per_epoch)


class TenfoldFall(keras.optimizers.schedules.LearningRateSchedule):
    """An exponential fall to a tenth, then a cosine to a thousandth of that.

    Parameters
    ----------
    peak : float
        The first step's rate.
    fall, last : int
        Steps of the fall, and of the cosine after it.
    """

    def __init__(self, peak, fall, last):
        self.peak, self.fall, self.last = peak, fall, last

    def __call__(self, step):
        """Return the rate of a step, counted from 0."""
        step = ops.cast(step, "float32")
        rate = self.peak * 0.1 ** ops.minimum(step / self.fall, 1.0)
        part = ops.clip((step - self.fall) / self.last, 0.0, 1.0)
        return rate * (1 - 0.999 * (1 - ops.cos(math.pi * part)) / 2)


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
        return ops.reshape(step, x.shape)

    def lr_adjust(self, x):
        """Scale a step to the size that AdamW's would have, by the matrix's shape."""
        return ops.reshape(super().lr_adjust(_as_matrix(x)), x.shape)


def _as_matrix(kernel):
    return ops.reshape(kernel, (-1, kernel.shape[-1]))


def muon(schedule, decay):
    """Build `KernelMuon`, with one decay for all weights."""
    return KernelMuon(schedule, weight_decay=decay, adam_weight_decay=decay)


def adam(schedule, decay):
    """Build Adam, its second moment of a hundred steps, as Doucet (2019) has it."""
    return keras.optimizers.Adam(schedule, beta_2=0.99, weight_decay=decay or None)


OPTIMIZERS = {"muon": muon, "adam": adam}
SCHEDULES = {"cosine": cosine, "exponential": exponential}
