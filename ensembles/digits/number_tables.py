"""Digits in tables of text: a row for each, its pixels and perhaps its label."""

import csv
import io
from itertools import chain, islice

import numpy as np

from ensembles.digits.arrays import PIXELS, DigitsError

DELIMITERS = ",;\t "
LABELS = ("label", "class", "digit", "target", "y")
"""Names of the column that holds no pixel."""

AT_ONCE = 1000
"""Rows that are parsed together, so that little is in memory besides the pixels."""


def is_table(head):
    """Tell whether a file's first bytes, some thousand, are rows of numbers or names.

    Whether they are as many as a digit has is left to `parse_table`.
    """
    first, _, _ = head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")
    try:
        text = first.decode("ascii")
    except UnicodeDecodeError:
        return False
    fields = _split(text)
    printable = text.strip().replace("\t", " ").isprintable()
    return printable and len(fields) > 1 and text[0] not in "<%{["


def parse_table(content, name):
    """Read digits of a table, such as Kaggle's ``train.csv`` and ``test.csv``.

    Parameters
    ----------
    content : bytes
        Rows of 784 pixels, or of those and a label, first or last; with a header or
        without; delimited by commas, semicolons, tabs or blanks.
    name : str
        What errors call the file.

    Returns
    -------
    pixels : ndarray of shape (n, 784), uint8, or float32 if that is not all of them
    labels : ndarray of shape (n,), int, or None

    Raises
    ------
    ensembles.digits.arrays.DigitsError
        If rows are of another length, or hold what is no number.
    """
    header, delimiter, rows = _open(content)
    if len(header) not in (PIXELS, PIXELS + 1):
        raise DigitsError(
            f"{name}: a row must have {PIXELS} pixels, and may have a label; "
            f"got {len(header)} columns"
        )
    numbers = _parse(rows, delimiter, name)
    if numbers.shape[1] != len(header):
        raise DigitsError(
            f"{name}: {len(header)} columns are named, but rows have {numbers.shape[1]}"
        )
    return _take_labels(numbers, header, name)


def _open(content):
    """Return the columns' names (empty without a header), the delimiter, the rows."""
    lines = io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", errors="replace")
    first = lines.readline()
    header = [field.strip("\"' ").lower() for field in _split(first)]
    if _is_number(header[0]):
        return [""] * len(header), _delimiter(first), chain([first], lines)
    return header, _delimiter(first), lines


def _split(line):
    """Return a line's fields; a single one if it is no row of a table."""
    try:
        return next(csv.reader([line.strip()], delimiter=_delimiter(line)), [""])
    except csv.Error:
        return [""]


def _delimiter(line):
    return next((one for one in DELIMITERS if one in line.strip()), ",")


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def _parse(lines, delimiter, name):
    parts, count = [], 0
    while batch := [line for line in islice(lines, AT_ONCE) if line.strip()]:
        try:
            parts.append(_parse_rows(batch, delimiter))
        except ValueError as error:
            raise DigitsError(f"{name}: from row {count + 1} on: {error}") from None
        count += len(batch)
    if not parts:
        raise DigitsError(f"{name}: it holds no digit")
    try:
        return np.concatenate(parts)
    except ValueError:
        raise DigitsError(f"{name}: rows differ in length") from None


def _parse_rows(batch, delimiter):
    """Return rows as uint8, or as float32 if that is not all of them."""
    rows = np.loadtxt(
        batch, np.float32, delimiter=delimiter, ndmin=2, quotechar='"', comments=None
    )
    whole = rows.astype(np.uint8)
    return whole if np.array_equal(whole, rows) else rows


def _take_labels(rows, header, name):
    """Return pixels, and labels where a column holds them."""
    if len(header) == PIXELS:
        return rows, None
    named = [i for i, field in enumerate(header) if field in LABELS]
    place = named[0] if named else 0
    labels = rows[:, place]
    if not np.isin(labels, np.arange(10)).all():
        raise DigitsError(
            f"{name}: labels, in column {place + 1}, must be 0 to 9; "
            f"got {labels.min():g} to {labels.max():g}"
        )
    return np.delete(rows, place, axis=1), labels.astype(np.int64)
