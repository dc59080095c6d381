"""The card of a release: what it is, of what, made where, how good."""

import os
import platform
import subprocess
from importlib.metadata import version

import numpy as np

from ensembles import metrics
from ensembles.members import on_disk
from ensembles.members.fingerprint import digest_file
from pipeline.frame import files

TRAINING = ("recipe", "augmentation", "data_digest", "code_digest")
"""What the release's card tells of each architecture's members."""


def describe(jobs, card, figures):
    """Say what the run's ensemble is.

    Parameters
    ----------
    jobs : list of Job
        Its members.
    card, figures : dict
        The ensemble's card, and the run's evaluation.

    Returns
    -------
    dict
    """
    cards = [on_disk.load_card(job.place) for job in jobs]
    return {
        **card,
        **out_of_fold(card),
        **on_the_test_set(figures),
        "training_seconds": round(sum(card["seconds"] for card in cards), 1),
        "training": {
            job.architecture: {key: job.identity[key] for key in TRAINING}
            for job in jobs
        },
        "digests": {path.name: digest_file(path) for path in (files.TRAIN, files.TEST)},
        "versions": cards[0]["versions"]
        | {"onnxruntime": version("onnxruntime"), "numpy": np.__version__},
        "hardware": f"{os.cpu_count()} cores, {platform.machine()}",
        "commit": commit(),
    }


def commit():
    """Return the commit of Git that is run, or None where there is none."""
    command = ["git", "rev-parse", "--verify", "--quiet", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.strip() or None


def out_of_fold(card):
    """Return the errors on training digits, each by members that had not seen it."""
    digits = len(files.read_arrays(files.TRAIN, "labels")["labels"])
    errors = round(card["out_of_fold_error_percent"] * digits / 100)
    return {
        "out_of_fold_errors": errors,
        "out_of_fold_digits": digits,
        "out_of_fold_interval": metrics.error_interval(errors, digits),
    }


def on_the_test_set(figures):
    """Return what the run's evaluation found."""
    ensemble = figures["systems"]["ensemble"]
    return {
        "test_errors": ensemble["errors"],
        "test_error_percent": ensemble["error_percent"],
        "test_interval": [ensemble["ci_low"], ensemble["ci_high"]],
        "test_disjoint": figures["disjoint"],
        "test_label_noise": figures["label_noise"],
        "test_writers": figures["writers"],
        "student_test_errors": figures["systems"]["student"]["errors"],
    }
