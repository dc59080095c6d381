"""The figures that documents quote, each by a name."""

import numpy as np

from ensembles.metrics import CORRECTED, error_interval
from pipeline.documents.results import all_systems, told_apart

BOTH = ("released", "ensemble")


def quotations(sources, language):
    """Return every figure that a document may quote.

    Parameters
    ----------
    sources : Sources
    language : languages.Language

    Returns
    -------
    dict of str to str
        By its name, as the language writes it.
    """
    return {
        **_of_systems(sources, language),
        **_of_comparisons(sources.board, language),
        **{
            f"record.{row.system}": language.count(row.errors)
            for row in sources.record_board.itertuples()
        },
        **_of_wrong_labels(sources.errors, language),
        "both.errors": language.count(_misread_by(BOTH, sources.errors)),
        "all.errors": language.count(_misread_by(_names(sources), sources.errors)),
        **_of_run(sources.metrics, "run", language),
        **_of_run(sources.record_metrics, "record", language),
        **_of_card(sources.card, language),
        **_of_sizes(sources.record_sizes, language),
        **_of_lessons(sources.lessons, language),
        **_of_writers(sources, language),
        **_of_numbers(sources.numbers["all"], language),
    }


def _of_systems(sources, language):
    told = {}
    for row in all_systems(sources).itertuples():
        told[f"{row.system}.errors"] = language.count(row.errors)
        told[f"{row.system}.percent"] = language.percent(row.error_percent)
        told[f"{row.system}.interval"] = language.interval(row.ci_low, row.ci_high)
        told[f"{row.system}.p"] = language.decimal(row.p_vs_ensemble, 3)
        if np.isfinite(row.seconds):
            told[f"{row.system}.hours"] = language.decimal(row.seconds / 3600, 1)
    return told


def _of_comparisons(board, language):
    return {
        "comparisons.number": language.count(len(board) - 1),
        "comparisons.apart": language.count(len(told_apart(board))),
    }


def _of_wrong_labels(errors, language):
    """Count what the release reads where human votes correct the label."""
    read, label, vote = (errors[n] for n in ("released", "label", "corrected_label"))
    wrong = label != vote
    mended = int((wrong & (read == vote)).sum())
    neither = int((wrong & (read != label) & (read != vote)).sum())
    return {
        "released.as_people": language.count(mended),
        "released.as_neither": language.count(neither),
        # What all systems read as the label says is not among the errors.
        "released.as_labelled": language.count(len(CORRECTED) - mended - neither),
    }


def _misread_by(names, errors):
    """Count what each of some systems misreads."""
    wrong = errors[list(names)].ne(errors["label"], axis=0)
    return int(wrong.all(axis=1).sum())


def _names(sources):
    """Name all systems of the last run."""
    return sources.board.loc[sources.board["kind"] != "member", "system"]


def _of_run(metrics, name, language):
    alone, chosen = metrics["members"], metrics["chosen_on_the_test_set"]
    apart, writers = metrics["disjoint"], metrics["writers"]
    return {
        f"{name}.digits": language.count(metrics["digits"]),
        f"{name}.members": language.count(alone["number"]),
        f"{name}.alone_mean": language.percent(alone["mean_percent"]),
        f"{name}.alone_best": language.percent(alone["best_percent"]),
        f"{name}.alone_worst": language.percent(alone["worst_percent"]),
        f"{name}.staff": language.count(writers["hsf0"]["errors"]),
        f"{name}.students": language.count(writers["hsf4"]["errors"]),
        f"{name}.errors": language.count(metrics["systems"]["ensemble"]["errors"]),
        f"{name}.apart": ", ".join(map(language.count, apart["errors"])),
        f"{name}.apart_members": language.count(apart["members"]),
        f"{name}.apart_mean": language.percent(apart["mean_percent"], 3),
        f"{name}.apart_sd": language.decimal(apart["sd_percent"], 3),
        f"{name}.chosen_one": language.count(chosen["member_errors"]),
        f"{name}.chosen_size": language.count(chosen["size"]),
        f"{name}.chosen_some": language.count(chosen["ensemble_errors"]),
    }


def _of_card(card, language):
    without, right = (
        card["test_label_noise"][n] for n in ("without_disputed", "corrected")
    )
    temperatures = [member["temperature"] for member in card["members"]]
    return {
        "released.members": language.count(len(card["members"])),
        "released.parameters": language.count(card["parameters"]),
        "released.without_disputed": language.count(without["errors"]),
        "released.undisputed": language.count(without["digits"]),
        "released.corrected": language.count(right["errors"]),
        "released.out_of_fold_errors": language.count(card["out_of_fold_errors"]),
        "released.out_of_fold": language.percent(card["out_of_fold_error_percent"]),
        "released.coldest": language.decimal(min(temperatures), 2),
        "released.warmest": language.decimal(max(temperatures), 2),
    }


def _of_sizes(sizes, language):
    return {
        f"mean_of.{row.members}": language.percent(row.mean_percent)
        for row in sizes.itertuples()
    }


def _of_lessons(lessons, language):
    digits, moved, signals = (lessons[n] for n in ("digits", "moved", "signals"))
    conv = lessons["convolution"]
    return {
        "digits.number": language.count(digits["number"]),
        "digits.writers": language.count(digits["writers"]),
        "digits.staff": language.count(digits["staff"]),
        "digits.students": language.count(digits["students"]),
        "digits.rarest": str(digits["rarest"]),
        "digits.fewest": language.count(digits["fewest"]),
        "digits.commonest": str(digits["commonest"]),
        "digits.most": language.count(digits["most"]),
        "digits.ink": language.percent(digits["ink_percent"], 0),
        "digits.slant": language.decimal(digits["slant_degrees"], 0),
        "digits.slant_sd": language.decimal(digits["slant_sd_degrees"], 0),
        **{f"moved.{name}": language.percent(moved[name], 0) for name in moved},
        "signals.small": language.decimal(signals["small"], 3),
        "signals.large": language.count(round(signals["large"])),
        "signals.normalised": language.decimal(signals["normalised"], 2),
        **{f"convolution.{name}": language.count(conv[name]) for name in conv},
    }


def _of_writers(sources, language):
    """Tell intervals over writers, and by how much one is wider than the exact one."""
    own, read = (sources.lessons["writers"][n] for n in ("out_of_fold", "released"))
    exact = sources.metrics["systems"]["released"]
    width = (read["high"] - read["low"]) / (exact["ci_high"] - exact["ci_low"])
    return {
        "writers.test": language.count(read["writers"]),
        "writers.released": language.interval(read["low"], read["high"]),
        "writers.wider": language.percent(100 * (width - 1), 0),
        "writers.out_of_fold": language.interval(own["low"], own["high"]),
        "writers.variance": language.decimal(own["variance"], 1),
    }


def _of_numbers(found, language):
    names = "numbers", "exact", "digits", "digits_right", "sure", "sure_and_wrong"
    _, bound = error_interval(found["sure_and_wrong"], found["sure"])
    return {f"numbers.{name}": language.count(found[name]) for name in names} | {
        "numbers.doubted": language.percent(found["right_and_doubted_percent"], 1),
        "numbers.wrong_at_most": language.percent(bound, 1),
    }
