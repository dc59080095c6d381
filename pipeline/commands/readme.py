"""Put the figures of the last run, and of the record's, into the documents.

In a document ``<!--name-->…<!--/-->`` holds a figure of `pipeline.documents.quoted`,
and ``<!-- table: name -->`` … ``<!-- end -->`` a table of `pipeline.documents.blocks`.
"""

import re
from pathlib import Path

from ensembles.members import processor
from pipeline.documents import blocks, quoted, results
from pipeline.documents.languages import LANGUAGES
from pipeline.frame import files, program

FIGURE = re.compile(r"<!--([\w.]+)-->.*?<!--/-->", re.DOTALL)
TABLE = re.compile(r"<!-- table: (\w+) -->\n.*?<!-- end -->", re.DOTALL)
MARK = re.compile(r"<!--")


def main(parameters):
    """Fill all documents."""
    processor.prepare_training()
    sources = results.read_sources()
    for path in documents():
        text = path.read_text()
        filled = fill(text, sources, language_of(path), path)
        if filled != text:
            files.write_text(path, filled)
            print(f"{path}: changed")


def documents(root=Path()):
    """List the documents that may hold figures."""
    return [
        root / "README.md",
        root / "README.fr.md",
        root / files.RELEASE / "README.md",
        *sorted((root / "docs").rglob("*.md")),
    ]


def language_of(path):
    """Return the language in which a document is written."""
    french = path.parent.name == "fr" or path.name.endswith(".fr.md")
    return LANGUAGES["fr" if french else "en"]


def fill(text, sources, language, place):
    """Put figures and tables between their markers.

    Parameters
    ----------
    text : str
        A document.
    sources : results.Sources
    language : languages.Language
    place : Path
        For errors.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If a marker names no figure or table, or lacks its end.
    """
    figures = quoted.quotations(sources, language)

    def figure(found):
        value = _look_up(figures, found[1], "figure", place)
        return f"<!--{found[1]}-->{value}<!--/-->"

    def table(found):
        make = _look_up(blocks.BLOCKS, found[1], "table", place)
        return f"<!-- table: {found[1]} -->\n{make(sources, language)}\n<!-- end -->"

    marks = 2 * len([*FIGURE.finditer(text), *TABLE.finditer(text)])
    if len(MARK.findall(text)) != marks:
        raise ValueError(f"{place}: a marker has no end, or an end has no marker")
    return FIGURE.sub(figure, TABLE.sub(table, text))


def _look_up(known, name, kind, place):
    if name not in known:
        raise ValueError(
            f"{place}: no {kind} is called {name!r}; there are {', '.join(known)}"
        )
    return known[name]


if __name__ == "__main__":
    program.run(main)
