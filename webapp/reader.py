"""Read files, of pictures or of digits, into answers: what all that serve share."""

from functools import partial

from werkzeug.exceptions import BadRequest

from ensembles.digits.arrays import DigitsError
from ensembles.digits.digit_files import read_digit_files
from ensembles.pictures.decoding import ImageError, read_pages
from ensembles.pictures.reading import find_writing
from webapp import heap
from webapp.answers import Reading, Refused, Unread, refuse
from webapp.digit_reader import DigitReader
from webapp.limits import MAX_DIGITS, MAX_UNPACKED_BYTES
from webapp.upright import set_upright

LARGE = 500_000
"""Pixels from which on what a picture took is given back at once."""


class Reader:
    """Reads files with an ensemble, within limits.

    Parameters
    ----------
    predictor, limits, counter
        As for `DigitReader`.

    Attributes
    ----------
    digits : webapp.digit_reader.DigitReader
        Reads what is in MNIST's form already.
    """

    def __init__(self, predictor, limits, counter):
        self.digits = DigitReader(predictor, limits, counter)
        self._limits = limits

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
        writing = find_writing(picture)
        left_out = [Unread(box=list(one.box), why=one.why) for one in writing.left_out]
        return Reading(name, self.digits.read_found(writing.found, deadline), left_out)

    def _read_many(self, upload, deadline):
        """Read a file of digits: each is answered as a picture of its own."""
        deadline = self.table_deadline(deadline)
        return [
            Reading(
                name=one.name,
                answers=self.digits.read(one.digits, deadline),
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
        predict = partial(self.digits.predict, deadline=deadline)
        return [set_upright(one, predict) for one in held]
