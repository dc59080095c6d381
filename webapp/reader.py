"""Read pictures and digits into answers, within limits: what all that serve share."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from werkzeug.exceptions import BadRequest

from ensembles.digits.arrays import DigitsError
from ensembles.digits.digit_files import read_digit_files
from ensembles.pictures.decoding import ImageError, read_pages
from ensembles.pictures.reading import find_writing
from ensembles.serving import predictions
from ensembles.serving.thresholds import Thresholds
from webapp import heap
from webapp.answers import (
    Reading,
    Refused,
    Unread,
    blank,
    of_prediction,
    refuse,
    statuses_of,
)
from webapp.found import answer_found
from webapp.limits import MAX_DIGITS, MAX_UNPACKED_BYTES
from webapp.upright import set_upright

SLICE = 16
"""Digits that are predicted while holding a worker: a twentieth of a second's work.
The runtime keeps the memory of the largest call, and more at once are no quicker."""

LARGE = 500_000
"""Pixels from which on what a picture took is given back at once."""


class Reader:
    """Reads with an ensemble, within limits.

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
        self.thresholds = Thresholds.of_card(predictor.card)
        self._limits, self._counter = limits, counter

    def read_all(self, uploads, deadline, pages=1):
        """Read files; one that cannot be read refuses no other.

        Parameters
        ----------
        uploads : list of webapp.uploads.Upload
        deadline : webapp.limits.Deadline
        pages : int
            Of a file of several pages so many are read.

        Returns
        -------
        list of Reading or Refused
            In the order of the files.

        Raises
        ------
        BadRequest
            If none can be read; each is named.
        """
        outcomes = [
            one for up in uploads for one in self.read_or_refuse(up, deadline, pages)
        ]
        refused = [one for one in outcomes if isinstance(one, Refused)]
        if len(refused) == len(outcomes):
            raise BadRequest("; ".join(one.detail for one in refused))
        return outcomes

    def read_or_refuse(self, upload, deadline, pages=1):
        """Read a file, or tell why it cannot be read; as `read_all`."""
        try:
            if upload.holds_digits:
                return self._read_many(upload, deadline)
            read = self.read_picture_of(upload, deadline, pages)
            return [reading for reading, _ in read]
        except (DigitsError, ImageError) as error:
            return [refuse(upload, error)]

    def read_picture_of(self, upload, deadline, pages=1):
        """Read the digits of an image file, page by page.

        Parameters
        ----------
        upload : webapp.uploads.Upload
        deadline : webapp.limits.Deadline
        pages : int

        Yields
        ------
        Reading
        PIL.Image.Image
            Of a large file a smaller copy; boxes are of ``info["full_size"]``.

        Raises
        ------
        ensembles.pictures.decoding.ImageError
            If it is no image that can be read.
        """
        decoded = read_pages(upload.read(), pages)
        for _ in range(pages):
            with self._limits.work(deadline):
                picture = next(decoded, None)
                if picture is None:
                    return
                reading = self._read_page(upload.name, picture, deadline)
            if picture.width * picture.height >= LARGE:
                heap.give_back()
            yield reading, picture

    def _read_page(self, name, picture, deadline):
        """Read a page, holding a worker but where digits are predicted."""

        def predict(digits):
            with self._limits.lend():
                return self.predict(digits, deadline)

        writing = find_writing(picture)
        left_out = [Unread(box=list(one.box), why=one.why) for one in writing.left_out]
        answers = answer_found(writing.found, predict, self.thresholds) or [blank()]
        self._count(one.status for one in answers)
        return Reading(name, answers, left_out)

    def _read_many(self, upload, deadline):
        """Read a file of digits: each is answered as a picture of its own."""
        deadline = self.table_deadline(deadline)
        return [
            Reading(
                name=one.name,
                answers=self.read_digits(one.digits, deadline),
                left_out=[],
                of_digits=True,
                scaled_from=one.scaled_from,
                turned=turned,
            )
            for one, turned in self.digits_of(upload, deadline)
        ]

    def table_deadline(self, deadline):
        """Return when a file of digits is given up, a picture's deadline being this."""
        return deadline.at_least(self._limits.settings.table_deadline)

    def digits_of(self, upload, deadline):
        """Return what a file of digits holds, upright.

        Parameters
        ----------
        upload : webapp.uploads.Upload
        deadline : webapp.limits.Deadline

        Returns
        -------
        list of (ensembles.digits.digit_files.DigitFile, bool)
            And whether the digits lay on their side, as EMNIST's do.

        Raises
        ------
        ensembles.digits.arrays.DigitsError
            If it is no such file.
        """
        with self._limits.work(deadline):
            held = read_digit_files(
                upload.read(), upload.title, MAX_UNPACKED_BYTES, MAX_DIGITS
            )
        return [
            set_upright(one, partial(self.predict, deadline=deadline)) for one in held
        ]

    def read_digits(self, digits, deadline):
        """Read digits that are in MNIST's form already.

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
            return of_prediction(some, self._predict_drawn(some), self.thresholds)

        parts = self._in_turn(answer, digits, deadline)
        answers = [one for part in parts for one in part]
        self._count(one.status for one in answers)
        return answers

    def judge_digits(self, digits, deadline):
        """Predict and judge digits that are in MNIST's form already, as `read_digits`.

        Returns
        -------
        prediction : ensembles.serving.predictor.Prediction
            Without any probability of what is blank.
        statuses : list of str
        """
        parts = self._in_turn(self._predict_drawn, digits, deadline)
        prediction = predictions.join(parts)
        statuses = statuses_of(prediction, self.thresholds)
        self._count(statuses)
        return prediction, statuses

    def predict(self, digits, deadline):
        """Predict many digits on all workers, in turn with other requests.

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
