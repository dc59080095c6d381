"""Many digits at once, as a table and as CSV."""

import csv
import io
from dataclasses import dataclass

import numpy as np

from ensembles.serving.thresholds import BLANK, OK, second_digits

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
        Values of `COLUMNS`, in the order of the file; of what is blank all are None
        but the first and the status.
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
        return sum(row[2] != OK for row in self.rows)

    @property
    def csv(self):
        """The table as CSV, with a header."""
        return _to_csv([COLUMNS, *self.rows])

    @property
    def submission(self):
        """Numbers from 1 and digits alone, as Kaggle asks for them, also of blanks."""
        return _to_csv([SUBMITTED, *((row[0] + 1, row[1] or 0) for row in self.rows)])


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
    prediction, statuses = reader.digits.judge(held.digits, deadline)
    seconds = second_digits(prediction)
    each = np.arange(len(held.digits))
    columns = (
        each.tolist(),
        prediction.digits.tolist(),
        statuses,
        prediction.probabilities.max(1).round(6).tolist(),
        seconds.tolist(),
        prediction.probabilities[each, seconds].round(6).tolist(),
        prediction.agreement.round(4).tolist(),
    )
    rows = [
        (row[0], None, BLANK, *[None] * 4) if row[2] == BLANK else row
        for row in zip(*columns, strict=True)
    ]
    misread = None
    if held.labels is not None:
        labels = held.labels.tolist()
        misread = sum(row[1] != one for row, one in zip(rows, labels, strict=True))
    return Table(held.name, rows, held.scaled_from, turned, misread)
