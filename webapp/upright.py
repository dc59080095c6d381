"""Files of digits that lie on their side, as EMNIST's do, set upright."""

from dataclasses import replace

import numpy as np

SAMPLE, LEAST_SAMPLE = 60, 20
"""So many digits of a file tell whether all lie on their side; fewer do not."""

CLEARER = 0.08
"""They do if the mean probability of what is read is so much higher once turned."""


def set_upright(held, predict):
    """Set a file's digits upright if the ensemble reads them far better so.

    Parameters
    ----------
    held : ensembles.digits.digit_files.DigitFile
    predict : callable
        From digits (n, 28, 28) to an `ensembles.serving.predictor.Prediction`.

    Returns
    -------
    held : ensembles.digits.digit_files.DigitFile
    turned : bool
        Whether they lay on their side.
    """
    drawn = np.flatnonzero(held.digits.any((1, 2)))
    if len(drawn) < LEAST_SAMPLE:
        return held, False
    sample = held.digits[drawn[:: -(-len(drawn) // SAMPLE)]]
    as_is, turned = (
        predict(digits).probabilities.max(1).mean()
        for digits in (sample, sample.transpose(0, 2, 1))
    )
    if turned < as_is + CLEARER:
        return held, False
    return replace(
        held, digits=np.ascontiguousarray(held.digits.transpose(0, 2, 1))
    ), True
