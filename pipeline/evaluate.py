"""Score every system on the test labels, and write the tables of the reports."""

import numpy as np
import pandas as pd
from sklearn.metrics import classification_report, confusion_matrix

from ensembles import metrics
from ensembles.exploring import explored
from ensembles.members import on_disk
from pipeline.frame import files, program

PUBLISHED = {"released": 0.18, "ensemble": 0.18}
"""Error in percent of the published system that each is set against; a baseline's card
says its own."""


def main(parameters):
    """Score all systems, and write every report."""
    settings = parameters.evaluate
    test = files.read_arrays(files.TEST, "labels", "writer", "hsf", "dataset")
    labels = test["labels"].astype(int)
    systems, of_members, ensemble_sha256 = files.read_predictions()
    stacked = np.stack(list(of_members.values()))
    board = leaderboard(systems, of_members, labels, str(test["dataset"]), settings)
    files.write_table(files.LEADERBOARD, board)
    files.write_table(files.ERRORS, error_table(systems, of_members, test))
    files.write_json(files.CONCLUSIONS, conclusions(board))
    everyone = systems | of_members
    files.write_table(files.CONFUSION, confusions(everyone, labels))
    files.write_table(files.CLASSES, class_reports(everyone, labels))
    write_plots(parameters, systems["ensemble"], of_members, labels)
    figures = summary(board, systems["ensemble"], test) | {
        "ensemble_sha256": ensemble_sha256,
        "disjoint": metrics.disjoint_errors(stacked, labels),
        "chosen_on_the_test_set": metrics.best_on_test(stacked, labels),
    }
    files.write_json(files.METRICS, figures)
    print(f"{len(board)} systems on {len(labels)} test digits; see {files.LEADERBOARD}")


def leaderboard(systems, of_members, labels, dataset, settings):
    """Score all systems and members, the best first."""
    wrong = systems["ensemble"].argmax(1) != labels
    cards = baseline_cards()
    seconds = training_seconds(cards | explored_cards())
    published = PUBLISHED | {n: card["published_percent"] for n, card in cards.items()}
    rows = []
    for name, probabilities in (systems | of_members).items():
        other = probabilities.argmax(1) != labels
        rows.append(
            {"system": name, "kind": kind_of(name, of_members)}
            | metrics.score(probabilities, labels, settings.calibration_bins)
            | {
                "p_vs_ensemble": metrics.mcnemar(other, wrong),
                "published_percent": published.get(name, np.nan),
                "seconds": seconds.get(name, np.nan),
                "dataset": dataset,
            }
        )
    return pd.DataFrame(rows).sort_values(["errors", "log_loss"], kind="stable")


def kind_of(name, of_members):
    """Return ensemble, member, explored, student or baseline."""
    if name in of_members:
        return "member"
    if name.startswith(explored.PREFIX):
        return "explored"
    if name in ("ensemble", "stacking", "released"):
        return "ensemble"
    return "student" if name == "student" else "baseline"


def baseline_cards():
    """Return what each baseline's card says, by its name."""
    return {
        place.parent.name: files.read_json(place)
        for place in files.BASELINES.glob("*/card.json")
    }


def explored_cards():
    """Return what the card of each family's best network says, by the system's name."""
    return {
        explored.PREFIX + place.name: explored.load_card(place)
        for place in sorted(files.EXPLORED.iterdir())
    }


def conclusions(board):
    """Join what the explorations say of their best networks with the test errors."""
    told = ["errors", "n_test", "error_percent", "ci_low", "ci_high"]
    scores = board.set_index("system")[told].to_dict("index")
    return {
        card["family"]: card | {"test": scores[name]}
        for name, card in explored_cards().items()
    }


def training_seconds(cards):
    """Return what each system took to train; the ensemble, the sum of its members."""
    roster = files.read_json(files.ENSEMBLE_CARD)["members"]
    seconds = {member["name"]: member["seconds"] for member in roster}
    seconds["ensemble"] = sum(seconds.values())
    return seconds | {name: card["seconds"] for name, card in cards.items()}


def error_table(systems, of_members, test):
    """List the digits that the ensemble or a baseline misreads, hardest first."""
    labels, ensemble = test["labels"].astype(int), systems["ensemble"]
    votes = np.stack([p.argmax(1) for p in of_members.values()])
    read = {name: p.argmax(1) for name, p in systems.items()}
    corrected = metrics.CORRECTED if is_mnist(test) else {}
    disputed = metrics.DISPUTED if is_mnist(test) else ()
    table = pd.DataFrame(
        {
            "index": np.arange(len(labels)),
            "label": labels,
            "ensemble": read.pop("ensemble"),
            "probability_of_label": ensemble[np.arange(len(labels)), labels],
            "confidence": ensemble.max(1),
            "agreement": (votes == ensemble.argmax(1)).mean(0),
            "disputed": [index in disputed for index in range(len(labels))],
            "corrected_label": [corrected.get(i, y) for i, y in enumerate(labels)],
            "writer": test["writer"],
            "hsf": test["hsf"],
            **read,
        }
    )
    readings = table[["ensemble", *read]]
    misread = readings.ne(table["label"], axis=0).any(axis=1)
    return table[misread].sort_values("probability_of_label", kind="stable")


def is_mnist(test):
    """Tell whether these are MNIST's own test digits, in MNIST's order."""
    return str(test["dataset"]) in (files.MNIST, files.WITHOUT_WRITERS)


def confusions(everyone, labels):
    """Count label against prediction for every system, where it is not zero."""
    tables = []
    for name, probabilities in everyone.items():
        counts = confusion_matrix(labels, probabilities.argmax(1), labels=range(10))
        label, prediction = np.nonzero(counts)
        tables.append(
            pd.DataFrame(
                {
                    "system": name,
                    "label": label,
                    "prediction": prediction,
                    "digits": counts[label, prediction],
                }
            )
        )
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


def write_plots(parameters, ensemble, of_members, labels):
    """Write the data behind the figures and behind ``dvc plots``."""
    settings = parameters.evaluate
    size = metrics.error_against_size(
        np.stack(list(of_members.values())), labels, settings.subsets, settings.seed
    )
    files.write_table(files.SIZES, pd.DataFrame(size))
    bins = metrics.reliability(ensemble, labels, settings.calibration_bins)
    files.write_table(files.PLOTS / "reliability.csv", pd.DataFrame(bins))
    confusion = pd.DataFrame({"label": labels, "prediction": ensemble.argmax(1)})
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
    systems = board[board["kind"] != "member"].set_index("system")
    single = board.loc[board["kind"] == "member", "error_percent"]
    figures = [
        "errors",
        "error_percent",
        "ci_low",
        "ci_high",
        "log_loss",
        "brier",
        "ece",
    ]
    return {
        "dataset": str(test["dataset"]),
        "digits": len(labels),
        "systems": {
            name: {figure: row[figure] for figure in figures}
            for name, row in systems.iterrows()
        },
        "members": {
            "number": len(single),
            "mean_percent": single.mean(),
            "best_percent": single.min(),
            "worst_percent": single.max(),
        },
        "writers": writer_groups(predictions != labels, test["hsf"]),
        "label_noise": (
            metrics.label_noise_errors(predictions, labels) if is_mnist(test) else {}
        ),
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


if __name__ == "__main__":
    program.run(main)
