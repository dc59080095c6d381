"""Tables of the documents that are made from the files of the stages."""

import pandas as pd

from pipeline.documents.compared import compared
from pipeline.documents.measured import benchmarks
from pipeline.documents.recorded import record, sizes
from pipeline.documents.results import all_systems

RECORD_MARK = " ¹"
LOOSE_MARK = " ²"
LOOSE = ("svm", "random_forest", "cnn_romanuke")
"""Whose published error is of another system, or quoted from memory."""

PUBLISHED = "docs/published.csv"
"""Records of others: how they were found, and whether on the test set."""


def leaderboard(sources, language):
    """Return the table of all systems, with marks on those of the record's run.

    Another mark is on published errors that are `LOOSE`.

    Parameters
    ----------
    sources : results.Sources
    language : languages.Language

    Returns
    -------
    str
    """
    headings = ("errors", "error %", "95 % interval", "published %", "training")
    return "\n".join(
        [
            f"| {' | '.join(map(language, ('system', *headings)))} |",
            "|---|---:|---:|---:|---:|---:|",
            *(_row(row, language) for row in all_systems(sources).itertuples()),
        ]
    )


def _row(row, language):
    cells = (
        row.system + RECORD_MARK * row.of_record,
        language.count(row.errors),
        language.decimal(row.error_percent, 2),
        language.interval(row.ci_low, row.ci_high),
        _published_error(row, language),
        duration(row.seconds, language),
    )
    return f"| {' | '.join(cells)} |"


def _published_error(row, language):
    """Write what was published of a system; where nothing was, a dash."""
    if not row.published_percent > 0:
        return "–"
    error = f"{row.published_percent:g}".replace(".", language.point)
    return error + LOOSE_MARK * (row.system in LOOSE)


def duration(seconds, language):
    """Write a training time; where none was measured, a dash."""
    if pd.isna(seconds):
        return "–"
    return f"{language.count(round(seconds))} s" if seconds >= 1 else "< 1 s"


def published(sources, language):
    """Return the table of records, and whether the test set chose them."""
    table = pd.read_csv(PUBLISHED, keep_default_na=False)
    headings = ("system", "error %", "networks", "chosen on the test set", "source")
    return "\n".join(
        [
            f"| {' | '.join(map(language, headings))} |",
            "|---|---:|---:|---|---|",
            *(_published_row(row, language) for row in table.itertuples()),
        ]
    )


def _published_row(row, language):
    how = row.how_fr if language.code == "fr" else row.how_en
    cells = (
        row.system,
        row.error_percent.replace(".", language.point),
        row.networks,
        language(row.chosen_on_test) + (f"{language.colon} {how}" if how else ""),
        f"[{row.source}]({row.link})",
    )
    return f"| {' | '.join(cells)} |"


def layers(sources, language):
    """Return the table of `layers_of` for the member `pooled`."""
    from ensembles.members.networks import pooled

    return layers_of(pooled(), language)


def layers_of(network, language):
    """Return the layers of a network, what comes out of each, and its weights.

    Parameters
    ----------
    network : keras.Model
    language : languages.Language

    Returns
    -------
    str
        A table of Markdown.
    """
    headings = map(language, ("layer", "what comes out", "weights"))
    rows = [f"| {' | '.join(headings)} |", "|---|---|---:|"]
    for layer in network.layers:
        shape = " × ".join(map(str, layer.output.shape[1:]))
        weights = language.count(layer.count_params())
        rows.append(f"| `{type(layer).__name__}` | {shape} | {weights} |")
    return "\n".join(rows)


BLOCKS = {
    function.__name__: function
    for function in (
        leaderboard,
        published,
        layers,
        record,
        sizes,
        benchmarks,
        compared,
    )
}
"""What a document may name between its markers."""
