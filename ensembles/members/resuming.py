"""What a network in training has reached, on disk, so that a kill loses one epoch."""

import keras
import numpy as np

from ensembles.drafts import draft

EPOCH = "epoch"


class KeepEpochs(keras.callbacks.Callback):
    """Keep all variables of network and optimizer after each epoch.

    Among them are the states of dropout's random generators and the optimizer's count
    of steps, from which the rate follows.

    Parameters
    ----------
    path : Path
        The file, which ends in ``.npz``.
    """

    def __init__(self, path):
        super().__init__()
        self.path = path

    def resume(self, network):
        """Set a compiled network to what was kept, if anything was.

        Returns
        -------
        int
            How many epochs it has been trained.
        """
        if not self.path.is_file():
            return 0
        network.optimizer.build(network.trainable_variables)
        with np.load(self.path) as archive:
            for number, variable in enumerate(_variables(network)):
                variable.assign(archive[_name(number)])
            return int(archive[EPOCH])

    def on_epoch_end(self, epoch, logs=None):
        """Replace what was kept."""
        arrays = {
            _name(number): keras.ops.convert_to_numpy(variable)
            for number, variable in enumerate(_variables(self.model))
        }
        with draft(self.path) as temporary:
            np.savez(temporary, **arrays, **{EPOCH: epoch + 1})


def _variables(network):
    return [*network.variables, *network.optimizer.variables]


def _name(number):
    return f"variable-{number:04d}"
