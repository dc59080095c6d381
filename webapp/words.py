"""How the pages put answers: filters of the templates."""

from urllib.parse import quote

from ensembles.pictures.separators import SEPARATOR
from ensembles.serving.thresholds import BLANK, NOT_A_DIGIT, OK

SPOKEN = {
    "/": "slash",
    "-": "hyphen",
    ".": "dot",
    ",": "comma",
    "(": "opening bracket",
    ")": "closing bracket",
}
"""How separators are said."""


def percent(share):
    """Write a probability, never as a bare 100 or 0."""
    if share >= 0.9995:
        return "> 99.9 %"
    return f"{100 * share:.1f} %" if share >= 0.0005 else "< 0.1 %"


def likeliest(probabilities):
    """Return the likeliest digit, whatever is said of it."""
    return max(range(10), key=probabilities.__getitem__)


def said(result):
    """Return what a screen reader is to say of a picture's answers."""
    left_out = len(result["left_out"])
    told = [f"{left_out} not read"] if left_out else []
    return "; ".join([*map(say, result["answers"]), *told])


def sign(answer):
    """Return the one character that stands for an answer in its row."""
    return answer.sign or "·"


def say(answer):
    """Return an answer in words."""
    if answer.status == BLANK:
        return "Nothing drawn"
    if answer.kind == SEPARATOR:
        return SPOKEN.get(answer.character, "a mark between digits")
    if answer.digit is None and answer.status != NOT_A_DIGIT:
        return "Several digits that touch"
    if answer.status == NOT_A_DIGIT:
        return "Not a digit"
    share = percent(answer.probabilities[answer.digit])
    unsure = f", unsure, {doubt(answer)}" if answer.status != OK else ""
    return f"{answer.digit}, {share}{unsure}"


def doubt(answer):
    """Return why an answer is unsure, in words."""
    if answer.unusual:
        return "unlike most digits"
    return f"perhaps {answer.second}"


def data_csv(text):
    """Return CSV as a data URL."""
    return "data:text/csv;charset=utf-8," + quote(text)


FILTERS = {
    "data_csv": data_csv,
    "doubt": doubt,
    "likeliest": likeliest,
    "percent": percent,
    "said": said,
    "sign": sign,
}
