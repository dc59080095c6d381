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
    from ensembles.members.networks import ARCHITECTURES
    from ensembles.serving import distillation
    from ensembles.serving.graph import export_onnx, merge

    begun, settings = time.perf_counter(), parameters.student
    digits = files.read_arrays(files.TRAIN, "images", "fold")
    folds = digits["fold"]
    chosen = combination.read()
    seeds, fold_count = parameters.members.seeds, parameters.data.folds
    teachers = load_teachers(chosen, seeds, fold_count)
    # An epoch uses one pass.
    count = min(settings.recipe.epochs_for(len(folds)), parameters.augment.passes)
    paths = files.pass_paths(settings.recipe.deformation, count)
    trusted.check_passes(paths)
    passes = [np.load(path, mmap_mode="r") for path in paths]
    targets = [
        distillation.soft_labels(teachers, folds, images)
        for images in tqdm(passes, desc="soft labels", unit="pass", disable=None)
    ]
    build = ARCHITECTURES[settings.architecture]
    student = distillation.train_student(
        build, settings.recipe, passes, targets, settings.seed
    )
    graph = merge({settings.architecture: [student]}, [1.0], "mean")
    export_onnx(graph, files.STUDENT, digits["images"][:CHECKED_DIGITS])
    print(f"{files.STUDENT}: {time.perf_counter() - begun:.0f} s")


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
