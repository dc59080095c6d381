"""Distil the ensemble into one small network, for devices."""

import time
from collections import defaultdict

import numpy as np
from tqdm import tqdm

from ensembles.members import processor
from pipeline import combination
from pipeline.frame import files, program, trusted

CHECKED_DIGITS = 500
"""Training digits on which the graph is compared with Keras."""


def main(parameters):
    """Let the members answer deformed digits, and train the student on that."""
    processor.prepare_training()
    from ensembles.members.networks import find
    from ensembles.serving.graph import export_onnx, merge

    begun, settings = time.perf_counter(), parameters.student
    build = find(settings.architecture)
    digits = files.read_arrays(files.TRAIN, "images", "fold")
    seeds, fold_count = parameters.members.seeds, parameters.data.folds
    teachers = load_teachers(combination.read(), seeds, fold_count)
    passes = load_passes(
        settings.recipe, len(digits["fold"]), parameters.augment.passes
    )
    student = teach(build, settings, teachers, digits["fold"], passes)
    graph = merge({settings.architecture: [student]}, [1.0], "mean")
    export_onnx(graph, files.STUDENT, digits["images"][:CHECKED_DIGITS])
    print(f"{files.STUDENT}: {time.perf_counter() - begun:.0f} s")


def load_passes(recipe, digits, most):
    """Open the passes that the student learns from: an epoch uses one."""
    count = min(recipe.epochs_for(digits), most)
    paths = files.pass_paths(recipe.deformation, count)
    trusted.check_passes(paths)
    return [np.load(path, mmap_mode="r") for path in paths]


def teach(build, settings, teachers, folds, passes):
    """Let the members answer the passes, and train the student on that."""
    from ensembles.serving import distillation

    targets = [
        distillation.soft_labels(teachers, folds, images)
        for images in tqdm(passes, desc="soft labels", unit="pass", disable=None)
    ]
    return distillation.train_student(
        build, settings.recipe, passes, targets, settings.seed
    )


def load_teachers(chosen, seeds, folds):
    """Load the members, by the fold that each has not seen.

    Parameters
    ----------
    chosen : Combination
        Architectures without weight teach nothing.
    seeds, folds : int
        Members of each architecture, and folds.

    Returns
    -------
    dict of int to list of tuple of (keras.Model, float, float)
        For each fold: networks, with weight and temperature.
    """
    from ensembles.serving.graph import load_network

    teachers = defaultdict(list)
    for architecture, weight in chosen.weights.items():
        temperature = chosen.temperatures[architecture]
        for seed, place in enumerate(files.member_places(architecture, seeds)):
            if weight > 0:
                teacher = (load_network(place), weight, temperature)
                teachers[seed % folds].append(teacher)
    return teachers


if __name__ == "__main__":
    program.run(main)
