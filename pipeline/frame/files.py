"""Every path of the pipeline, and how its files are read and written."""

import contextlib
import json
import zlib
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from ensembles.drafts import draft
from ensembles.members.fingerprint import digest_file

RAW = Path("data/raw")
TRAIN = Path("data/train.npz")
TEST = Path("data/test.npz")
AUGMENTED = Path("data/augmented")
PASSES_CARD = AUGMENTED / "card.json"
"""The SHA-256 of each deformed copy, by its path beside this."""
PREDICTIONS = Path("data/predictions.npz")
MODELS = Path("models")
MEMBERS = Path("models/members")
BASELINES = Path("models/baselines")
EXPLORED = Path("models/explore")
COMBINATION = Path("models/combination.json")
STACKING = Path("models/stacking.joblib")
ENSEMBLE = Path("models/ensemble.onnx")
ENSEMBLE_CARD = Path("models/card.json")
NOVELTY = Path("models/novelty.npz")
STUDENT = Path("models/student.onnx")
RELEASE = Path("record")
RELEASED = RELEASE / ENSEMBLE.name
KEPT = RELEASE / "predictions"
"""What baselines that are slow to train answer to the test digits."""
REPORTS = Path("reports")
METRICS = REPORTS / "metrics.json"
LEADERBOARD = REPORTS / "leaderboard.csv"
ERRORS = REPORTS / "errors.csv"
CONFUSION = REPORTS / "confusion.csv"
CLASSES = REPORTS / "classes.csv"
PAGE = REPORTS / "index.html"
EXPLORATIONS = REPORTS / "explore"
CONCLUSIONS = REPORTS / "explored.json"
PLOTS = REPORTS / "plots"
SIZES = PLOTS / "error_against_size.csv"
FIGURES = REPORTS / "figures"
TUNING = REPORTS / "baselines"
TIMES = Path("data/times.jsonl")
RUNNING = Path("data/running")
"""Which stages run: one locked file each, and `EVERYONE`'s."""
TEMPORARY = RUNNING / "temporary"
"""What stages that run keep for a while: arrays for other processes, exports."""
CONTACT_SHEET = FIGURES / "augmentation.png"
SLIDES = REPORTS / "slides.pptx"

CARD, MODEL, OUT_OF_FOLD = "card.json", "model.joblib", "out_of_fold.npy"
"""In a baseline's folder; the last, its predictions of the training digits, where it is
cheap."""

SOURCE = "source.json"
"""In `RAW`: which digits these are."""

MNIST, WITHOUT_WRITERS = "MNIST", "MNIST, folds at random"
"""Names of datasets; the second lacks QMNIST's labels, which tell writers."""


def write_json(path, value):
    """Write a JSON value, indented, with a newline at its end."""
    write_text(path, json.dumps(value, indent=2) + "\n")


def read_json(path):
    """Read a JSON value."""
    with _named(path):
        return json.loads(Path(path).read_text())


def write_text(path, text):
    """Write a text."""
    with draft(path) as temporary:
        temporary.write_text(text)


def write_table(path, table):
    """Write a DataFrame as CSV without its index, six significant digits."""
    with draft(path) as temporary:
        table.to_csv(temporary, index=False, float_format="%.6g", lineterminator="\n")


def write_arrays(path, **arrays):
    """Write named arrays to an ``.npz``."""
    with draft(path) as temporary:
        np.savez(temporary, **arrays)


def read_arrays(path, *names):
    """Read named arrays of an ``.npz``, all where none is named, as a dict."""
    # NumPy leaves a file open that is damaged.
    with _named(path), Path(path).open("rb") as file, np.load(file) as archive:
        return {name: archive[name] for name in names or archive.files}


@contextlib.contextmanager
def _named(path):
    """Name the file that cannot be read, and say what to do."""
    try:
        yield
    except (BadZipFile, EOFError, KeyError, ValueError, zlib.error) as error:
        raise ValueError(
            f"{path} is damaged ({error}): delete it and run `dvc repro`"
        ) from error


def write_array(path, array):
    """Write one array to an ``.npy``, and return the file's SHA-256."""
    with draft(path) as temporary:
        np.save(temporary, array)
    return digest_file(path)


def write_figure(path, figure):
    """Write a matplotlib figure as PNG, the same bytes every time."""
    with draft(path) as temporary:
        figure.savefig(temporary, metadata={"Software": None})


def pass_paths(deformation, count):
    """Return where the first passes of a deformation lie."""
    folder = AUGMENTED / deformation
    return [folder / f"pass-{number:02d}.npy" for number in range(count)]


def baseline_card(name):
    """Read the card of a baseline."""
    return read_json(BASELINES / name / CARD)


def member_places(architecture, seeds):
    """Return the folders of an architecture's members, by roster."""
    return [MEMBERS / architecture / str(seed) for seed in range(seeds)]


def read_predictions():
    """Return the probabilities on the test digits, by name.

    Returns
    -------
    dict of str to ndarray of shape (n, 10)
        Of the systems.
    dict of str to ndarray of shape (n, 10)
        Of the members.
    str
        SHA-256 of the ensemble's graph.
    """
    arrays = read_arrays(PREDICTIONS)
    sha256 = str(arrays.pop("ensemble_sha256"))
    names = arrays.pop("roster").tolist()
    return arrays, dict(zip(names, arrays.pop("members"), strict=True)), sha256
