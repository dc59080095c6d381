"""Answers: what page, API and command line say of pictures and digits."""

from dataclasses import dataclass

from ensembles.pictures.separators import DIGIT as DIGIT_MARK
from ensembles.pictures.separators import DOUBTS, SEPARATOR
from ensembles.serving.several import SEVERAL
from ensembles.serving.thresholds import BLANK
from webapp.schemas import (
    BOX,
    COUNT,
    DIGIT,
    SHARE,
    STATUS,
    TEXT,
    described,
    listed,
    optional,
)

FILE = optional(TEXT), "name of its file, null if it has none"
PICTURE = COUNT, "number of its picture in the request, from 0"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer to one mark, or to a picture in which nothing is drawn."""

    file: str | None = described(*FILE)
    picture: int = described(*PICTURE, default=0)
    row: int | None = described(
        optional(COUNT), "its row of text in the picture, from 0 at the top"
    )
    kind: str | None = described(
        optional({"enum": [DIGIT_MARK.kind, SEPARATOR, SEVERAL.kind]}),
        "null if nothing is drawn; several digits that touch",
    )
    character: str | None = described(
        optional(TEXT), "of a separator, such as a slash, where it is clear"
    )
    digit: int | None = described(
        optional(DIGIT), "null if nothing is drawn, or it is none"
    )
    status: str = described(STATUS, default=BLANK)
    probabilities: list[float] | None = described(
        optional(listed(SHARE, 10)), "of 0 to 9, averaged over the members"
    )
    unusual: bool | None = described(
        optional({"type": "boolean"}), "whether it is unlike most training digits"
    )
    doubt: str | None = described(
        optional({"enum": [*DOUBTS]}),
        "why it is unsure besides: it may be a bracket or slash, be struck through, be "
        "another digit if a torn stroke is closed, be cut at the wrong place, or be "
        "several marks put together",
    )
    agreement: float | None = described(
        optional(SHARE), "share of the members that name the likeliest digit"
    )
    members: int | None = described(optional(COUNT))
    second: int | None = described(optional(DIGIT))
    box: list[int] | None = described(
        optional(BOX), "left, top, width and height in the upright picture"
    )
    input: str | None = described(
        optional(TEXT), "the 28 × 28 picture that the members saw, a data URL"
    )

    @property
    def sign(self):
        """The one character that it is read as, or None."""
        return self.character if self.digit is None else str(self.digit)


@dataclass(frozen=True, kw_only=True)
class Unread:
    """What could be writing, and was not read."""

    file: str | None = described(*FILE)
    picture: int = described(*PICTURE, default=0)
    box: list[int] = described(BOX)
    why: str = described(TEXT)


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A picture that could not be read, beside others that could."""

    file: str | None = described(*FILE)
    picture: int = described(*PICTURE, default=0)
    detail: str = described(TEXT)


@dataclass(frozen=True)
class Reading:
    """What was read in a picture, a page, or a file of digits.

    Attributes
    ----------
    name : str or None
        Of its file.
    answers : list of Answer
        One for each mark, by rows, left to right; a single one if nothing is drawn.
    left_out : list of Unread
    of_digits : bool
        Whether it is of a file of digits, each of which is a picture of its own.
    scaled_from : int, optional
        What was taken for full brightness in a file of digits, if it was not 255.
    turned : bool
        Whether its digits lay on their side.
    """

    name: str | None
    answers: list[Answer]
    left_out: list[Unread]
    of_digits: bool = False
    scaled_from: int | None = None
    turned: bool = False


def refuse(upload, error):
    """Return the answer to a file that cannot be read, which names it."""
    said = str(error)
    named = said if said.startswith(upload.title) else f"{upload.title}: {said}"
    return Refused(file=upload.name, detail=named)


def blank():
    """Return the answer to a picture in which nothing is drawn."""
    return Answer(status=BLANK)
