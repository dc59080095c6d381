"""Many digits at once, as a table and as CSV."""

import csv
import io
from dataclasses import dataclass

import numpy as np

from ensembles.serving.thresholds import second_digits

COLUMNS = (
    "index",
    "digit",
    "status",
    "probability",
    "second",
    "second_probability",
    "agreement",
)


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
    """

    name: str
    rows: list[tuple]
    scaled_from: int | None = None

    @property
    def doubtful(self):
        """How many answers are not sure."""
        return sum(row[2] != "ok" for row in self.rows)

    @property
    def csv(self):
        """The table as CSV, with a header."""
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerows([COLUMNS, *self.rows])
        return stream.getvalue()


def read_table(reader, name, digits, deadline, scaled_from=None):
    """Read many digits in MNIST's form.

    Parameters
    ----------
    reader : webapp.answers.Reader
    name : str
        What to call the table.
    digits : ndarray of shape (n, 28, 28), uint8
    deadline : webapp.limits.Deadline
    scaled_from : int or None
        How the digits were scaled, to be told.

    Returns
    -------
    Table
    """
    prediction = reader.predict(digits, deadline)
    seconds = second_digits(prediction)
    each = np.arange(len(digits))
    columns = (
        each.tolist(),
        prediction.digits.tolist(),
        reader.statuses(prediction),
        prediction.probabilities.max(1).round(6).tolist(),
        seconds.tolist(),
        prediction.probabilities[each, seconds].round(6).tolist(),
        prediction.agreement.round(4).tolist(),
    )
    return Table(name, list(zip(*columns, strict=True)), scaled_from)
