"""Figures on slides: their words in the language of the talk, large enough to read."""

import io

from matplotlib.text import Text
from matplotlib.ticker import Formatter

DPI = 220


def picture(figure, say, size, letters=None):
    """Draw a figure as PNG, small in inches so that a slide makes its letters large.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    say : callable
        What the language makes of a text of the figure.
    size : tuple of float
        Width and height in inches.
    letters : float, optional
        Size of each panel's title and label, in points.

    Returns
    -------
    bytes
    """
    translate(figure, say)
    figure.set_size_inches(size)
    if letters is not None:
        for axes in figure.axes:
            axes.title.set_fontsize(letters)
            axes.yaxis.label.set_fontsize(letters)
    written = io.BytesIO()
    figure.savefig(written, format="png", dpi=DPI, metadata={"Software": None})
    return written.getvalue()


def translate(figure, say):
    """Put all texts of a figure into a language, those along its axes among them."""
    for text in figure.findobj(Text):
        text.set_text(say(text.get_text()))
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(_Said(axis.get_major_formatter(), say))


class _Said(Formatter):
    """Writes at the places of an axis what a language makes of another's labels."""

    def __init__(self, formatter, say):
        self._formatter, self._say = formatter, say

    def __call__(self, value, position=None):
        return self._say(self._formatter(value, position))

    def format_ticks(self, values):
        return [self._say(text) for text in self._formatter.format_ticks(values)]
