"""The languages of the pages: a catalogue each, chosen as the browser asks."""

import json
from pathlib import Path

from flask import has_request_context, request
from markupsafe import Markup

FOLDER = Path(__file__).parent / "catalogues"
DEFAULT = "en"

CATALOGUES = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.glob("*.json"))
}
"""By the language's code: texts by their names, with fields in braces."""


def language():
    """Return the code of the language that the browser likes best."""
    if not has_request_context():
        return DEFAULT
    # werkzeug's own best_match takes fr before en-GB where the catalogue is en.
    asked = (code.split("-")[0].lower() for code in request.accept_languages.values())
    return next((code for code in asked if code in CATALOGUES), DEFAULT)


def text(name, /, **fields):
    """Return a text as it is.

    Parameters
    ----------
    name : str
        In the catalogues.
    **fields
        What takes the place of its fields.
    """
    return CATALOGUES[language()][name].format(**fields)


def mark_up(name, /, **fields):
    """Return a text as HTML; what is put into it is escaped."""
    return Markup(CATALOGUES[language()][name]).format(**fields)  # noqa: S704 (our own)


def script_words():
    """Return the texts of the page's scripts, by their names there."""
    texts = CATALOGUES[language()]
    own = "script."
    return {k.removeprefix(own): v for k, v in texts.items() if k.startswith(own)}
