"""Many digits at once, as a table and as CSV."""

import csv
import io
from dataclasses import dataclass

import numpy as np

from ensembles.serving.thresholds import judge, second_digits

COLUMNS = (
    "index",
    "digit",
    "status",
    "probability",
    "second",
    "second_probability",
    "agreement",
)
SUBMITTED = ("ImageId", "Label")


@dataclass(frozen=True)
class Table:
    """What was read in a file of digits.

    Attributes
    ----------
    name : str
    rows : list of tuple
        Values of `COLUMNS`, in the order of the file.
    scaled_from : int or None
        What was taken for full brightness, if it was not 255.
    turned : bool
        Whether its digits lay on their side.
    misread : int or None
        How many differ from the file's own labels, if it has any.
    """

    name: str
    rows: list[tuple]
    scaled_from: int | None = None
    turned: bool = False
    misread: int | None = None

    @property
    def doubtful(self):
        """How many answers are not sure."""
        return sum(row[2] != "ok" for row in self.rows)

    @property
    def csv(self):
        """The table as CSV, with a header."""
        return _to_csv([COLUMNS, *self.rows])

    @property
    def submission(self):
        """Numbers from 1 and digits alone, as Kaggle asks for them."""
        return _to_csv([SUBMITTED, *((row[0] + 1, row[1]) for row in self.rows)])


def _to_csv(rows):
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def read_tables(reader, upload, deadline):
    """Read a file of many digits.

    Parameters
    ----------
    reader : webapp.reader.Reader
    upload : webapp.uploads.Upload
    deadline : webapp.limits.Deadline
        A picture's; that of a file of digits is later.

    Returns
    -------
    list of Table
        One for each file of digits in it.

    Raises
    ------
    ensembles.digits.arrays.DigitsError
        If it is none.
    """
    deadline = reader.table_deadline(deadline)
    held = reader.digits_of(upload, deadline)
    return [_read_table(reader, one, turned, deadline) for one, turned in held]


def _read_table(reader, held, turned, deadline):
    prediction = reader.predict(held.digits, deadline)
    seconds = second_digits(prediction)
    each = np.arange(len(held.digits))
    columns = (
        each.tolist(),
        prediction.digits.tolist(),
        judge(prediction, reader.thresholds),
        prediction.probabilities.max(1).round(6).tolist(),
        seconds.tolist(),
        prediction.probabilities[each, seconds].round(6).tolist(),
        prediction.agreement.round(4).tolist(),
    )
    misread = None
    if held.labels is not None:
        misread = int((held.labels != prediction.digits).sum())
    rows = list(zip(*columns, strict=True))
    return Table(held.name, rows, held.scaled_from, turned, misread)
