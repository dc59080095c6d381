"""Tables of the documents that are made from the files of the stages."""

import pandas as pd

from ensembles.metrics import CORRECTED, DISPUTED
from pipeline.documents.compared import compared
from pipeline.documents.measured import benchmarks
from pipeline.documents.results import all_systems

RECORD_MARK = " ¹"
LOOSE_MARK = " ²"
LOOSE = ("svm", "random_forest", "cnn_romanuke")
"""Whose published error is of another system, or quoted from memory."""

SIZES_TOLD = (1, 2, 3, 6, 12, 18, 24, 36, 48)
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


def record(sources, language):
    """Return the table of the record's own README."""
    rows = (f"| {what} | {errors} |" for what, errors in _record_rows(sources))
    return "\n".join(["| what is read | errors |", "|---|---|", *rows])


def _record_rows(sources):
    """Yield what was read, and how many errors were made."""
    card, metrics = sources.card, sources.record_metrics
    low, high = card["out_of_fold_interval"]
    yield (
        f"training digits, each by members that had not seen its writer "
        f"({card['out_of_fold_digits']:,})",
        f"{card['out_of_fold_errors']}, {card['out_of_fold_error_percent']:.2f} % "
        f"({low:.2f}–{high:.2f}; over writers "
        f"{_over_writers(sources, 'out_of_fold')}); the recipe was chosen on them",
    )
    ensemble = metrics["systems"]["ensemble"]
    yield (
        f"test digits ({metrics['digits']:,})",
        f"{ensemble['errors']}, {ensemble['error_percent']:.2f} % "
        f"({ensemble['ci_low']:.2f}–{ensemble['ci_high']:.2f}; over writers "
        f"{_over_writers(sources, 'released')})",
    )
    apart = metrics["disjoint"]
    yield (
        f"{len(apart['errors'])} ensembles that share no member, of {apart['members']} "
        f"each",
        f"{', '.join(map(str, apart['errors']))}: mean {apart['mean_percent']:.3f} %, "
        f"standard deviation {apart['sd_percent']:.3f}",
    )
    yield from _readings(metrics)
    yield _against(sources.record_board, "member", "network")
    yield _against(sources.record_board, "baseline", "baseline")
    yield "the student, one small network", metrics["systems"]["student"]["errors"]
    chosen = metrics["chosen_on_the_test_set"]
    yield (
        f"*not ours to claim: the best network, and the best {chosen['size']}, had the "
        f"test labels chosen them*",
        f"*{chosen['member_errors']}, {chosen['ensemble_errors']}*",
    )


def _over_writers(sources, name):
    """Write the interval of an error if the digits of a writer are taken together."""
    found = sources.lessons["writers"][name]
    return f"{found['low']:.2f}–{found['high']:.2f}"


def _readings(metrics):
    """Yield the errors by label's doubt and by group of writers."""
    disputed, corrected = len(DISPUTED), len(CORRECTED)
    names = {
        "without_disputed": f"without the {disputed} digits whose label is disputed",
        "corrected": f"against the {corrected} labels that human votes correct",
        "hsf0": "by census staff",
        "hsf4": "by students",
    }
    parts = metrics["label_noise"] | metrics["writers"]
    for name, what in names.items():
        if name in parts:
            yield f"{what} ({parts[name]['digits']:,})", f"{parts[name]['errors']}"


def _against(board, kind, called):
    """Compare with the best of a kind by McNemar's exact test."""
    best = board[board["kind"] == kind].iloc[0]
    return (
        f"`{best['system']}` alone, the best {called} on these very digits",
        f"{best['errors']}; McNemar's test against the ensemble: "
        f"p = {best['p_vs_ensemble']:.2g}",
    )


def sizes(sources, language):
    """Return the test errors of random subsets of the record's members."""
    rows = sources.record_sizes
    part = rows["members"] < len(sources.card["members"])
    return "\n".join(
        f"- {row.members}: {row.mean_percent:.3f} ± {row.sd_percent:.3f} %"
        for row in rows[rows["members"].isin(SIZES_TOLD) & part].itertuples()
    )


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
