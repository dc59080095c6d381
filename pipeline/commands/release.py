"""Release the ensemble of this folder's run.

``python -m pipeline.commands.release FOLDER`` is `make release`.
"""

import shutil
from functools import partial
from pathlib import Path

import numpy as np
import onnx

from ensembles.drafts import draft_folder
from ensembles.members import on_disk
from ensembles.members.fingerprint import digest_file
from ensembles.serving import half_precision
from ensembles.serving.loading import CARD, GRAPH
from ensembles.serving.predictor import Predictor
from pipeline import kept, release_card
from pipeline.frame import files, program
from pipeline.roster import make_jobs

MOST_BYTES = {"ensemble.onnx": 95_000_000, "student.onnx": 2 << 20}
"""Sizes that a clone of the project can bear, and a small device."""

REPORTED = (files.METRICS, files.LEADERBOARD, files.ERRORS, files.SIZES)


def main(parameters, folder=files.RELEASE):
    """Check the run, and write its release into the folder."""
    folder = Path(folder)
    jobs = [
        job
        for architecture in parameters.members.architectures
        for job in make_jobs(parameters, architecture)
    ]
    card = files.read_json(files.ENSEMBLE_CARD)
    figures = files.read_json(files.METRICS)
    check_members(jobs, card)
    check_evaluation(card, figures)
    described = release_card.describe(jobs, card, figures)
    write(folder, card, described, parameters.student.architecture)
    kept.keep(parameters.baselines.names, folder)
    print(
        f"{folder}: {len(jobs)} members, {figures['systems']['ensemble']['errors']} of "
        f"{figures['digits']:,} test digits misread"
    )


def write(folder, card, described, student):
    """Write graphs, copies of reports and the card, all or none.

    The card is put there first and the graph last: until all is there they disagree,
    and are refused.
    """
    for left in folder.glob(".draft-*"):  # by a release that was killed
        shutil.rmtree(left)
    with draft_folder(folder) as workshop:
        released = described | {
            "in_single_precision": write_graphs(workshop, card, student),
            "sha256": digest_file(workshop / GRAPH),
        }
        for path in (files.NOVELTY, "dvc.lock", *REPORTED):
            shutil.copy(path, workshop)
        released["files"] = {
            path.name: digest_file(path) for path in workshop.iterdir()
        }
        files.write_json(workshop / CARD, released)
        for name in (CARD, *sorted(released["files"], key=GRAPH.__eq__)):
            (workshop / name).replace(folder / name)


def check_members(jobs, card):
    """Refuse a run of which a member is missing, or not the one that is asked for.

    Raises
    ------
    ValueError
        Naming the members, or what differs.
    """
    missing = [
        f"{job.architecture}/{job.seed}" for job in jobs if not on_disk.is_finished(job)
    ]
    if missing:
        raise ValueError(
            f"these members are missing or are not those that params.yaml asks for: "
            f"{', '.join(missing)}; run `dvc repro`"
        )
    roster = [member["name"] for member in card["members"]]
    asked = [f"{job.architecture}/{job.seed}" for job in jobs]
    if sorted(roster) != sorted(asked):
        raise ValueError(
            f"{files.ENSEMBLE} has the members {roster} and params.yaml asks for "
            f"{asked}; run `dvc repro`"
        )


def check_evaluation(card, figures):
    """Refuse a graph that is not the exported one, or reports of another.

    Raises
    ------
    ValueError
        Naming the digests that differ.
    """
    found = digest_file(files.ENSEMBLE)
    for place, digest in (
        (files.ENSEMBLE_CARD, card["sha256"]),
        (files.METRICS, figures["ensemble_sha256"]),
    ):
        if digest != found:
            raise ValueError(
                f"{files.ENSEMBLE} has the SHA-256 {found}, but {place} is of "
                f"{digest}; run `dvc repro`"
            )


def write_graphs(folder, card, student):
    """Write both graphs in half precision, if no reading changes by it.

    Else one architecture of the ensemble stays in single precision, or all if one is
    not enough; and so does the student, whose architecture is `student`.

    Returns
    -------
    list of str
        Those architectures of the ensemble.

    Raises
    ------
    ValueError
        If a graph is larger than a release may be.
    """
    names = list(dict.fromkeys(m["name"].split("/")[0] for m in card["members"]))
    choices = [[], *([name] for name in names), names]
    unseen = partial(read_unseen, card=card)
    single = _write_halved(files.ENSEMBLE, folder, choices, unseen)
    _write_halved(files.STUDENT, folder, [[], [student]], read)
    return single


def _write_halved(graph, folder, choices, read):
    """Keep in single precision the first choice by which nothing is read otherwise."""
    place, before = folder / graph.name, read(graph)
    for single in choices:
        onnx.save(half_precision.halve(onnx.load(graph), single), place)
        if np.array_equal(read(place), before):
            break
    else:
        raise ValueError(f"{graph} reads otherwise once it is saved; run `dvc repro`")
    size, most = place.stat().st_size, MOST_BYTES[place.name]
    if size > most:
        raise ValueError(
            f"{place.name} takes {size:,} bytes, and {most:,} are allowed; ask for "
            f"fewer or smaller members"
        )
    return single


def read(path):
    """Return what a graph reads in all training digits.

    Test digits are no part of this, for the precision is chosen by it.
    """
    images = files.read_arrays(files.TRAIN, "images")["images"]
    return Predictor(path).predict(images).digits


def read_unseen(path, card):
    """Return what those members of an ensemble read that had not seen the digit."""
    digits = files.read_arrays(files.TRAIN, "images", "fold")
    answers = Predictor(path).predict(digits["images"]).members
    found = np.zeros((len(digits["fold"]), 10))
    for answer, member in zip(answers, card["members"], strict=True):
        identity = on_disk.load_card(files.MEMBERS / member["name"])["identity"]
        inside = digits["fold"] == identity["held_out_fold"]
        found[inside] += member["weight"] * answer[inside]
    return found.argmax(1)


if __name__ == "__main__":
    program.run(main)
