"""The tables of the record: its README's, and its error by number of members."""

from ensembles.metrics import CORRECTED, DISPUTED

SIZES_TOLD = (1, 2, 3, 6, 12, 18, 24, 36, 48)


def record(sources, language):
    """Return the table of the record's own README."""
    rows = (f"| {what} | {errors} |" for what, errors in _rows(sources))
    return "\n".join(["| what is read | errors |", "|---|---|", *rows])


def _rows(sources):
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
