"""How the pages put answers: filters of the templates."""

from urllib.parse import quote

from ensembles.pictures.separators import SEPARATOR
from ensembles.serving.thresholds import BLANK, NOT_A_DIGIT, OK
from webapp.translation import CATALOGUES, DEFAULT, text


def percent(share):
    """Write a probability, never as a bare 100 or 0."""
    if share >= 0.9995:
        return f"> {per_cent(99.9, 1)}"
    return per_cent(100 * share, 1) if share >= 0.0005 else f"< {per_cent(0.1, 1)}"


def per_cent(number, places=2):
    """Write a percentage as the language does."""
    return text("percent", share=f"{number:.{places}f}".replace(".", text("point")))


def grouped(number):
    """Write a whole number as the language does."""
    return f"{number:,}".replace(",", text("thousands"))


def likeliest(probabilities):
    """Return the likeliest digit, whatever is said of it."""
    return max(range(10), key=probabilities.__getitem__)


def spoken(result):
    """Return what a screen reader is to say of a picture's answers."""
    left_out = len(result["left_out"])
    others = [text("said.left_out", number=left_out)] if left_out else []
    return "; ".join([*map(in_words, result["answers"]), *others])


def sign(answer):
    """Return the one character that stands for an answer in its row."""
    return answer.sign or "·"


def in_words(answer):
    """Return an answer in words."""
    if answer.status == BLANK:
        return text("blank")
    if answer.kind == SEPARATOR:
        known = f"said.{answer.character}"
        return text(known if known in CATALOGUES[DEFAULT] else "said.mark")
    if answer.digit is None and answer.status != NOT_A_DIGIT:
        return text("several")
    if answer.status == NOT_A_DIGIT:
        return text("not_a_digit")
    share = percent(answer.probabilities[answer.digit])
    if answer.status == OK:
        return f"{answer.digit}, {share}"
    doubted = doubt(answer)
    return text("said.unsure", digit=answer.digit, percent=share, doubt=doubted)


def doubt(answer):
    """Return why an answer is unsure, in words."""
    if answer.doubt:
        return text(f"doubt.{answer.doubt}")
    if answer.unusual:
        return text("doubt.unusual")
    return text("doubt.second", digit=answer.second)


def whys(left_out):
    """Return why marks were left out, each reason once."""
    return "; ".join(dict.fromkeys(text(f"why.{one.why}") for one in left_out))


def data_csv(table):
    """Return a table of CSV as a data URL."""
    return "data:text/csv;charset=utf-8," + quote(table)


FILTERS = {
    "data_csv": data_csv,
    "doubt": doubt,
    "grouped": grouped,
    "likeliest": likeliest,
    "per_cent": per_cent,
    "percent": percent,
    "spoken": spoken,
    "sign": sign,
    "whys": whys,
}
