"""The leaderboard: the scores of all systems and members, the best first."""

import pandas as pd

from ensembles import metrics
from ensembles.exploring import explored
from pipeline.frame import files

PUBLISHED = {"released": 0.18, "ensemble": 0.18}
"""Error in percent of the published system that each is set against; a baseline's card
says its own."""


def rank(systems, of_members, test, bins):
    """Score all systems and members, in `bins` of the calibration error."""
    labels = test["labels"].astype(int)
    wrong = systems["ensemble"].argmax(1) != labels
    board = pd.DataFrame(
        {"system": name, "kind": kind_of(name, of_members)}
        | metrics.score(probabilities, labels, bins)
        | {"p_vs_ensemble": metrics.mcnemar(probabilities.argmax(1) != labels, wrong)}
        for name, probabilities in (systems | of_members).items()
    )
    board["published_percent"] = board["system"].map(published_percents())
    board["seconds"] = board["system"].map(training_seconds())
    board["dataset"] = str(test["dataset"])
    return board.sort_values(["errors", "log_loss"], kind="stable")


def kind_of(name, of_members):
    """Return ensemble, member, explored, student or baseline."""
    if name in of_members:
        return "member"
    if name.startswith(explored.PREFIX):
        return "explored"
    if name in ("ensemble", "stacking", "released"):
        return "ensemble"
    return "student" if name == "student" else "baseline"


def published_percents():
    """Return the error that was published of each system that was."""
    cards = baseline_cards()
    return PUBLISHED | {name: card["published_percent"] for name, card in cards.items()}


def training_seconds():
    """Return what each system took to train; the ensemble, the sum of its members."""
    roster = files.read_json(files.ENSEMBLE_CARD)["members"]
    seconds = {member["name"]: member["seconds"] for member in roster}
    seconds["ensemble"] = sum(seconds.values())
    cards = baseline_cards() | explored_cards()
    return seconds | {name: card["seconds"] for name, card in cards.items()}


def conclusions(board):
    """Join what the explorations say of their best networks with the test errors."""
    told = ["errors", "n_test", "error_percent", "ci_low", "ci_high"]
    scores = board.set_index("system")[told].to_dict("index")
    return {
        card["family"]: card | {"test": scores[name]}
        for name, card in explored_cards().items()
    }


def baseline_cards():
    """Return what each baseline's card says, by its name."""
    return {
        place.parent.name: files.read_json(place)
        for place in files.BASELINES.glob(f"*/{files.CARD}")
    }


def explored_cards():
    """Return what the card of each family's best network says, by the system's name."""
    return {
        explored.PREFIX + place.name: explored.load_card(place)
        for place in sorted(files.EXPLORED.iterdir())
    }
