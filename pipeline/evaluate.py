"""Score every system on the test labels, and write the tables of the reports."""

import numpy as np
import pandas as pd
from sklearn.metrics import classification_report, confusion_matrix

from ensembles import metrics
from ensembles.combining import subsets
from ensembles.members import on_disk
from pipeline import hard_digits, leaderboard
from pipeline.frame import files, program

SHOWN = ["errors", "error_percent", "ci_low", "ci_high", "log_loss", "brier", "ece"]
"""Columns of the leaderboard that the summary takes over."""


def main(parameters):
    """Score all systems, and write every report."""
    settings = parameters.evaluate
    test = files.read_arrays(files.TEST, "labels", "writer", "hsf", "dataset")
    systems, of_members, ensemble_sha256 = files.read_predictions()
    labels, ensemble = test["labels"].astype(int), systems["ensemble"]
    board = leaderboard.rank(systems, of_members, test, settings.calibration_bins)
    files.write_table(files.LEADERBOARD, board)
    files.write_table(files.ERRORS, error_table(systems, of_members, test))
    files.write_json(files.CONCLUSIONS, leaderboard.conclusions(board))
    files.write_table(files.CONFUSION, confusions(systems | of_members, labels))
    files.write_table(files.CLASSES, class_reports(systems | of_members, labels))
    write_plots(settings, ensemble, of_members, labels)
    figures = summary(board, ensemble, test) | {"ensemble_sha256": ensemble_sha256}
    files.write_json(files.METRICS, figures | errors_of_some(of_members, labels))
    print(f"{len(board)} systems on {len(labels)} test digits; see {files.LEADERBOARD}")


def error_table(systems, of_members, test):
    """List the digits that the ensemble or a baseline misreads, hardest first."""
    labels, ensemble = test["labels"].astype(int), systems["ensemble"]
    votes = np.stack([p.argmax(1) for p in of_members.values()])
    agreement = (votes == ensemble.argmax(1)).mean(0)
    others = {name: p.argmax(1) for name, p in systems.items() if name != "ensemble"}
    table = pd.DataFrame(
        hard_digits.answers(np.arange(len(labels)), labels, ensemble, agreement)
        | doubts_of_labels(test)
        | {"writer": test["writer"], "hsf": test["hsf"]}
        | others
    )
    readings = table[["ensemble", *others]]
    misread = readings.ne(table["label"], axis=0).any(axis=1)
    return table[misread].sort_values("probability_of_label", kind="stable")


def doubts_of_labels(test):
    """Return the columns that tell what people say of MNIST's labels."""
    known = hard_digits.is_mnist(test["dataset"])
    disputed = metrics.DISPUTED if known else ()
    corrected = metrics.CORRECTED if known else {}
    labels = test["labels"].astype(int)
    return {
        "disputed": [index in disputed for index in range(len(labels))],
        "corrected_label": [corrected.get(i, y) for i, y in enumerate(labels)],
    }


def confusions(everyone, labels):
    """Count label against prediction for every system, where it is not zero."""
    tables = []
    for name, probabilities in everyone.items():
        counts = confusion_matrix(labels, probabilities.argmax(1), labels=range(10))
        label, read = np.nonzero(counts)
        columns = {"label": label, "prediction": read, "digits": counts[label, read]}
        tables.append(pd.DataFrame({"system": name} | columns))
    return pd.concat(tables)


def class_reports(everyone, labels):
    """Give precision, recall and F1 of every system and class."""
    rows = []
    for name, probabilities in everyone.items():
        report = classification_report(
            labels,
            probabilities.argmax(1),
            labels=range(10),
            output_dict=True,
            zero_division=0,
        )
        rows += [{"system": name, "digit": d} | report[str(d)] for d in range(10)]
    return pd.DataFrame(rows)


def write_plots(settings, ensemble, of_members, labels):
    """Write the data behind the figures and behind ``dvc plots``."""
    size = subsets.error_against_size(
        np.stack(list(of_members.values())), labels, settings.subsets, settings.seed
    )
    bins = metrics.reliability(ensemble, labels, settings.calibration_bins)
    confusion = pd.DataFrame({"label": labels, "prediction": ensemble.argmax(1)})
    files.write_table(files.SIZES, pd.DataFrame(size))
    files.write_table(files.PLOTS / "reliability.csv", pd.DataFrame(bins))
    files.write_table(files.PLOTS / "confusion.csv", confusion)
    files.write_table(files.PLOTS / "learning_curves.csv", learning_curves(of_members))


def learning_curves(names):
    """Join the members' curves into one table."""
    rows = [
        {"member": name} | row
        for name in names
        for row in on_disk.load_curve(files.MEMBERS / name)
    ]
    return pd.DataFrame(rows)


def summary(board, ensemble, test):
    """Collect the figures that the README, the report and ``dvc metrics`` show."""
    labels, predictions = test["labels"].astype(int), ensemble.argmax(1)
    members = board["kind"] == "member"
    known = hard_digits.is_mnist(test["dataset"])
    noise = metrics.label_noise_errors(predictions, labels) if known else {}
    return {
        "dataset": str(test["dataset"]),
        "digits": len(labels),
        "systems": board[~members].set_index("system")[SHOWN].to_dict("index"),
        "members": spread(board.loc[members, "error_percent"]),
        "writers": writer_groups(predictions != labels, test["hsf"]),
        "label_noise": noise,
    }


def spread(percents):
    """Say how far the members' errors lie apart."""
    return {
        "number": len(percents),
        "mean_percent": percents.mean(),
        "best_percent": percents.min(),
        "worst_percent": percents.max(),
    }


def writer_groups(wrong, hsf):
    """Count errors among census staff (hsf0), students (hsf4) and other series."""
    return {
        f"hsf{group}" if group >= 0 else "unknown": {
            "errors": int(wrong[hsf == group].sum()),
            "digits": int((hsf == group).sum()),
        }
        for group in np.unique(hsf)
    }


def errors_of_some(of_members, labels):
    """Count the errors of ensembles of some members."""
    members = np.stack(list(of_members.values()))
    return {
        "disjoint": subsets.disjoint_errors(members, labels),
        "chosen_on_the_test_set": subsets.best_on_test(members, labels),
    }


if __name__ == "__main__":
    program.run(main)
