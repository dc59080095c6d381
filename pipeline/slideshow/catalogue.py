"""What the talk says in one language, with the figures of the reports put in."""

import re
import string
from dataclasses import dataclass
from types import SimpleNamespace

from pipeline.frame import params
from pipeline.frame.sections import CATALOGUES

NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e[+-]\d+)?")
"""In a figure's text; what has a letter before it belongs to a name, such as L2."""


@dataclass(frozen=True)
class Slide:
    """The texts of one slide.

    Attributes
    ----------
    name : str
        By which the stage knows what else to put on it.
    title : str
        The one message.
    points : list of str
        A few lines; none if the picture says it.
    notes : str
        What the speaker says.
    """

    name: str
    title: str
    points: list
    notes: str


@dataclass(frozen=True)
class Catalogue:
    """All texts of the talk in one language.

    Attributes
    ----------
    decimal, thousands : str
        What stands in a number before its decimals, and between groups of digits.
    words : dict of str to str
        Single words, such as the heads of columns.
    choices : dict of str to str
        What the parts of an explored setting are called, and their values; and the
        rules of combination.
    figures : dict of str to str
        For other words in figures what the language says; numbers are left as ``{}``.
    slides : tuple of Slide
        In their order.
    """

    decimal: str
    thousands: str
    words: dict[str, str]
    choices: dict[str, str]
    figures: dict[str, str]
    slides: tuple[Slide, ...]


def load(language):
    """Read the texts of a language."""
    return params.load(CATALOGUES / f"{language}.yaml", Catalogue)


class Writer(string.Formatter):
    """Put figures into texts, numbers in the form of the language.

    Parameters
    ----------
    catalogue : Catalogue
    facts : dict
        What the texts name; ``{a.b:.2f}`` is ``facts["a"]["b"]``.
    """

    def __init__(self, catalogue, facts):
        self.catalogue = catalogue
        self.facts = {name: _as_names(value) for name, value in facts.items()}

    def write(self, text):
        """Return a text with its figures.

        Raises
        ------
        ValueError
            If it names a figure that is not there.
        """
        try:
            written = self.vformat(text, (), self.facts)
        except (AttributeError, KeyError) as error:
            raise ValueError(
                f"the text {text!r} names no known figure: {error}"
            ) from None
        return _bind(written)

    def say(self, text):
        """Return what the language says for a text of a figure.

        Raises
        ------
        ValueError
            If the catalogue does not know it.
        """
        words = NUMBER.sub("{}", text)
        if any(character.isalpha() for character in words):
            words = self._translate(words)
        numbers = [self._spell(found) for found in NUMBER.findall(text)]
        return _bind(words.format(*numbers))

    def _translate(self, words):
        known = self.catalogue.figures | {
            name.replace("_", " "): said
            for name, said in self.catalogue.choices.items()
        }
        if words not in known:
            raise ValueError(f"`figures` of a catalogue of slides lacks {words!r}")
        return known[words]

    def format_field(self, value, format_spec):
        """Format a value; a choice by its name, a number as the language has it."""
        if isinstance(value, bool | str):
            key = str(value).lower() if isinstance(value, bool) else value
            return self.catalogue.choices.get(key, key)
        return self._spell(super().format_field(value, format_spec))

    def _spell(self, number):
        """Write a number, such as 1,234.5, as the language does."""
        swap = {".": self.catalogue.decimal, ",": self.catalogue.thousands}
        return "".join(swap.get(character, character) for character in number)


def _bind(text):
    """Keep a percent sign on the line of its number."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def _as_names(value):
    if isinstance(value, dict):
        return SimpleNamespace(**{name: _as_names(one) for name, one in value.items()})
    return value
