"""Read digits that are in MNIST's form, on all workers, in turn with other requests."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from ensembles.serving import predictions
from ensembles.serving.thresholds import Thresholds
from webapp.answers import blank
from webapp.found import answer_found
from webapp.predicted import of_prediction, statuses_of

SLICE = 16
"""Digits that are predicted while holding a worker: a twentieth of a second's work.
The runtime keeps the memory of the largest call, and more at once are no quicker."""


class DigitReader:
    """Reads digits with an ensemble, and counts its answers.

    Parameters
    ----------
    predictor : ensembles.serving.predictor.Predictor
    limits : webapp.limits.Limits
    counter : prometheus_client.Counter
        Of answers, by their status.

    Raises
    ------
    ValueError
        If the ensemble's card has thresholds that cannot be read.
    """

    def __init__(self, predictor, limits, counter):
        self.predictor = predictor
        self._thresholds = Thresholds.of_card(predictor.card)
        self._limits, self._counter = limits, counter

    def read(self, digits, deadline):
        """Read digits, each as it is.

        Parameters
        ----------
        digits : ndarray of shape (n, 28, 28), uint8
        deadline : webapp.limits.Deadline

        Returns
        -------
        list of Answer
            One for each.
        """

        def answer(some):
            return of_prediction(some, self._predict_drawn(some), self._thresholds)

        parts = self._in_turn(answer, digits, deadline)
        answers = [one for part in parts for one in part]
        self._count(one.status for one in answers)
        return answers

    def read_found(self, found, deadline):
        """Read what was found in a picture, by a thread that holds a worker.

        The worker is lent to others while digits are predicted.

        Parameters
        ----------
        found : list of ensembles.pictures.reading.Found
        deadline : webapp.limits.Deadline

        Returns
        -------
        list of Answer
            A single one if nothing was found.
        """

        def predict(digits):
            with self._limits.lend():
                return self.predict(digits, deadline)

        answers = answer_found(found, predict, self._thresholds) or [blank()]
        self._count(one.status for one in answers)
        return answers

    def judge(self, digits, deadline):
        """Predict and judge digits, as `read`.

        Returns
        -------
        prediction : ensembles.serving.predictor.Prediction
            Without any probability of what is blank.
        statuses : list of str
        """
        parts = self._in_turn(self._predict_drawn, digits, deadline)
        prediction = predictions.join(parts)
        statuses = statuses_of(prediction, self._thresholds)
        self._count(statuses)
        return prediction, statuses

    def predict(self, digits, deadline):
        """Predict many digits, and count no answer.

        Returns
        -------
        ensembles.serving.predictor.Prediction
        """
        parts = self._in_turn(self.predictor.predict, digits, deadline)
        return predictions.join(parts)

    def _predict_drawn(self, digits):
        read, drawn = self.predictor.predict(digits), digits.any((1, 2))
        return replace(read, probabilities=read.probabilities * drawn[:, None])

    def _in_turn(self, work, digits, deadline):
        """Return what is done with each slice of some digits, on all workers."""

        def work_on(start):
            with self._limits.work(deadline):
                return work(digits[start : start + SLICE])

        starts = range(0, len(digits), SLICE)
        if len(starts) == 1:
            return [work_on(0)]
        with ThreadPoolExecutor(self._limits.settings.workers) as pool:
            return list(pool.map(work_on, starts))

    def _count(self, statuses):
        for status, number in Counter(statuses).items():
            self._counter.labels(status).inc(number)
