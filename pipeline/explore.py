"""Search a family of networks, train its best one, and compare single choices.

The digits of the scored fold are read once, when all is chosen; the test digits not at
all.
"""

from dataclasses import asdict
from functools import partial

import pandas as pd

from ensembles import metrics
from ensembles.exploring import comparisons, explored, runs, searches, splits
from ensembles.exploring.families import FAMILIES
from ensembles.members.fingerprint import digest_arrays, digest_code, digest_json
from pipeline import study_figures
from pipeline.frame import files, program, trusted
from pipeline.parallel import side_by_side


def main(parameters, family=""):
    """Search, train, compare, and write tables, figures and a conclusion."""
    check_family(family)
    settings, machine = parameters.explore, parameters.machine
    trials = getattr(settings, family).trials
    passes = files.pass_paths(settings.deformation, parameters.augment.passes)
    digits, split = read_digits(settings.seed)
    short, whole = plan_runs(settings, family, split, passes)
    search = open_search(settings, family, digits, passes)
    go_on(search, trials, partial(short, patience=settings.patience), machine)
    final = whole(setting=search.best)
    outcome, compared = train_chosen(final, short, machine)
    card = describe(search, final, outcome)
    explored.keep(files.EXPLORED / family, card, outcome.weights)
    write_reports(search, card, compared, settings)
    print(_summary(card))


def check_family(family):
    """Refuse what is no family's name."""
    if family not in FAMILIES:
        raise ValueError(
            f"name one of {', '.join(FAMILIES)}; got {family!r}, as in "
            f"`python -m pipeline.explore mlp`"
        )


def read_digits(seed):
    """Read the training digits, and split them."""
    digits = files.read_arrays(files.TRAIN, "images", "labels", "writer", "fold")
    labels, writers, fold = digits["labels"], digits["writer"], digits["fold"]
    return digits, splits.split_digits(labels, writers, fold, seed)


def plan_runs(settings, family, split, passes):
    """Return what makes runs of a few digits, to compare settings by, and of all."""
    budget = getattr(settings, family)
    few = split.cut(settings.digits, settings.watched_digits)
    make = partial(
        runs.Run,
        family=family,
        digits=files.TRAIN.absolute(),
        passes=tuple(path.absolute() for path in passes),
        watched=few.watched,
        seed=settings.seed,
    )
    short = partial(make, train=few.train, epochs=budget.epochs)
    whole = partial(make, train=split.train, epochs=budget.final_epochs)
    return short, partial(whole, patience=settings.patience, scored=split.scored)


def open_search(settings, family, digits, passes):
    """Open the journal of a search on these digits, by these settings and this code."""
    identity = identify(settings, family) | {
        "data_digest": digest_arrays(**digits),
        "passes": trusted.check_passes(passes),
    }
    folder = files.EXPLORED / family
    journal = folder / f"{digest_json(identity)[:12]}.journal"
    for left in set(folder.glob("*.journal*")) - {journal}:
        left.unlink()
    return searches.Search(family, journal, settings.round_size, settings.seed)


def identify(settings, family):
    """Return what the outcome of a trial depends on besides digits."""
    kind, whole = FAMILIES[family], asdict(settings)
    return {name: whole[name] for name in whole if name not in FAMILIES} | {
        "epochs": getattr(settings, family).epochs,
        "space": repr(kind),
        "code_digest": digest_code(
            "ensembles.exploring.fitting:fit",
            f"ensembles.exploring.searched_networks:{kind.builder}",
            registries=("FAMILIES", "BUILDERS"),
        ),
    }


def go_on(search, trials, make, machine):
    """Try what is still to be tried, a round at a time."""
    while True:
        print(f"{len(search.finished)} of {trials} trials finished", flush=True)
        asked = search.ask()[: max(0, trials - len(search.finished))]
        if not asked:
            return
        rivals = search.rivals()
        jobs = [make(setting=setting, rivals=rivals) for setting in asked]
        outcomes = side_by_side(runs.train_run, jobs, machine)
        for setting, outcome in zip(asked, outcomes, strict=True):
            search.tell(setting, outcome)


def train_chosen(final, short, machine):
    """Train the best network, and plain ones that differ in one choice; return both."""
    compared = comparisons.name_comparisons(FAMILIES[final.family])
    plain = [
        short(setting=one, patience=None) for one in comparisons.distinct(compared)
    ]
    # The longest first, so that no process is left without work for long.
    outcome, *others = side_by_side(runs.train_run, [final, *plain], machine)
    return outcome, comparisons.tabulate(compared, zip(plain, others, strict=True))


def describe(search, final, outcome):
    """Tell what the best network is, and how it does on digits that were kept apart."""
    return {
        "family": final.family,
        "setting": final.setting,
        "parameters": outcome.parameters,
        **count_trials(search.table()["state"]),
        "patience": final.patience,
        "training_digits": len(final.train),
        "watched_digits": len(final.watched),
        "epochs": len(outcome.curve),
        "best_epoch": outcome.best["epoch"],
        "seconds": round(outcome.seconds, 1),
        "out_of_fold": score(outcome.scored_errors, len(final.scored)),
    }


def count_trials(states):
    """Count all trials, and those that were given up."""
    return {"trials": len(states), "pruned": int((states == "pruned").sum())}


def score(errors, digits):
    """Return the errors on the scored fold, and their rate with its interval."""
    return {"errors": errors, "digits": digits} | metrics.error_rate(errors, digits)


def write_reports(search, card, compared, settings):
    """Write the tables and the figures of a family."""
    folder = files.EXPLORATIONS / card["family"]
    importances = pd.DataFrame(
        search.importances().items(), columns=["choice", "importance"]
    )
    trials = search.table()
    files.write_table(folder / "trials.csv", trials)
    files.write_table(folder / "importances.csv", importances)
    files.write_table(folder / "comparisons.csv", compared)
    files.write_json(folder / "conclusion.json", card)
    figure = study_figures.search(trials, importances)
    files.write_figure(folder / "search.png", figure)
    figure = study_figures.comparisons(compared, settings.patience)
    files.write_figure(folder / "comparisons.png", figure)


def _summary(card):
    found = card["out_of_fold"]
    return (
        f"{card['family']}: the best of {card['trials']} ({card['pruned']} given up) "
        f"misreads {found['errors']} of {found['digits']} digits of unseen writers, "
        f"{found['error_percent']:.2f} % ({found['ci_low']:.2f} to "
        f"{found['ci_high']:.2f}), after {card['best_epoch']} epochs"
    )


if __name__ == "__main__":
    program.run(main)
