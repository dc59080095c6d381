"""Compare members on the training digits that they had not seen.

``python -m pipeline.commands.compare record/members/deep models/members/deep`` takes
folders of members, each of one architecture and recipe, and scores each alone, all
together, and all without it, on the digits of those folds that every folder covers. The
test digits have no part in it, so that a roster may be chosen by it.
"""

from pathlib import Path

import numpy as np

from ensembles import metrics
from ensembles.combining.out_of_fold import temper_out_of_fold
from ensembles.members import identity, on_disk
from pipeline.frame import files, program


def main(parameters, *folders):
    """Print a line for each folder, and one for all."""
    if not folders:
        raise ValueError("name folders of members, such as record/members/deep")
    digits = files.read_arrays(files.TRAIN, "images", "labels", "fold")
    places = {folder: _members(Path(folder), digits) for folder in folders}
    common = _common_folds(places)
    inside = np.isin(digits["fold"], common)
    labels, folds = digits["labels"][inside], digits["fold"][inside]
    answers = {
        folder: _out_of_fold(by_fold, common, labels, folds)
        for folder, by_fold in places.items()
    }
    print(f"{len(labels):,} digits of the folds {common}")
    print("\n".join(compare(answers, labels)))


def compare(answers, labels):
    """Score systems alone, together, and without each in turn.

    Parameters
    ----------
    answers : dict of str to ndarray of shape (n, 10)
        Probabilities of digits that the system had not seen; the first is the one that
        the others are tested against.
    labels : ndarray of shape (n,)
        True digits.

    Returns
    -------
    list of str
        Lines of a table.
    """
    wrong = {name: p.argmax(1) != labels for name, p in answers.items()}
    first, *_ = wrong
    shared = np.logical_and.reduce(list(wrong.values()))
    together = _score(list(answers.values()), labels)
    lines = [f"{'':32}{'errors':>7}{'log loss':>10}{'not shared':>12}{'McNemar':>9}"]
    for name, one in answers.items():
        alone = _score([one], labels)
        differs = metrics.mcnemar(wrong[name], wrong[first])
        own = int((wrong[name] & ~shared).sum())
        lines.append(f"{name[-32:]:32}{alone}{own:12}{differs:9.3f}")
    lines.append(f"{'mean of all':32}{together}; all misread {int(shared.sum())}")
    for name in answers if len(answers) > 2 else ():
        others = [one for other, one in answers.items() if other != name]
        lines.append(f"{'without ' + name[-24:]:32}{_score(others, labels)}")
    return lines


def _common_folds(places):
    """List the folds that all folders' members cover."""
    common = sorted(set.intersection(*map(set, places.values())))
    if not common:
        raise ValueError("no fold is covered by all folders")
    return common


def _score(answers, labels):
    mean = np.mean(answers, axis=0)
    errors = int((mean.argmax(1) != labels).sum())
    return f"{errors:7}{metrics.log_loss(mean, labels):10.4f}"


def _members(folder, digits):
    """Map each fold to the members of a folder that left it out."""
    digest = identity.digest_digits(digits)
    by_fold: dict[int, list[Path]] = {}
    for card in sorted(folder.glob(f"*/{on_disk.CARD}")):
        who = on_disk.load_card(card.parent)["identity"]
        if who["data_digest"] != digest:
            raise ValueError(
                f"{card.parent} learned from other digits than {files.TRAIN}"
            )
        by_fold.setdefault(who["held_out_fold"], []).append(card.parent)
    if not by_fold:
        raise ValueError(f"no finished members in {folder}")
    return by_fold


def _out_of_fold(by_fold, common, labels, folds):
    chosen = [(fold, place) for fold in common for place in by_fold[fold]]
    held_out = [on_disk.load_held_out(place) for _, place in chosen]
    parts, own = folds, [fold for fold, _ in chosen]
    if len(common) == 1:  # a half takes its temperature from the other
        parts = np.arange(len(labels)) % 2
        held_out = [p[parts == half] for p in held_out for half in (0, 1)]
        own = [0, 1] * len(chosen)
    return temper_out_of_fold(held_out, own, labels, parts)[0]


if __name__ == "__main__":
    program.run(main)
