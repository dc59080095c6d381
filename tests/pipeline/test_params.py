"""`params.yaml` is typed, documented, and refused with a message that helps."""

import copy
import json
import subprocess
import sys
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from ensembles.digits.strengths import Deformation, MarkedDeformation, MarkedMesh
from pipeline.frame import params

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "params.yaml"
DELETE = object()


def load_changed(tmp_path, key, value):
    """Load the shipped parameters with one key set, added or deleted."""
    # Through JSON, so that mappings that share a name no longer are one.
    content = json.loads(json.dumps(YAML(typ="safe").load(SHIPPED)))
    place = content
    *above, last = key.split(".")
    for name in above:
        place = place[name]
    if value is DELETE:
        del place[last]
    else:
        place[last] = copy.deepcopy(value)
    path = tmp_path / "params.yaml"
    YAML(typ="safe").dump(content, path)
    return params.load(path)


def test_shipped_parameters_load():
    content = YAML(typ="safe").load(SHIPPED)
    loaded = params.load(SHIPPED)
    assert loaded.members.architectures == tuple(content["members"]["architectures"])
    assert loaded.members.recipes["pooled"].epochs == 6
    with pytest.raises(FrozenInstanceError):
        loaded.data.folds = 3


UNKNOWN = [
    ("data.sead", "`data.sead`; the nearest is `data.seed`"),
    ("date", "`date`; the nearest is `data`"),
    (
        "members.recipes.pooled.epoch",
        "`members.recipes.pooled.epoch`; the nearest is "
        "`members.recipes.pooled.epochs`",
    ),
    (
        "augment.deformations.elastic.rotation",
        "`augment.deformations.elastic.rotation`; the nearest is "
        "`augment.deformations.elastic.rotation_degrees`",
    ),
    ("baselines.svn", "`baselines.svn`; the nearest is `baselines."),
    (
        "baselines.svm.cell",
        "`baselines.svm.cell`; the nearest is `baselines.svm.cells`",
    ),
    (
        "baselines.mlp_800_elastic.deformation.shear",
        "`baselines.mlp_800_elastic.deformation.shear`; the nearest is "
        "`baselines.mlp_800_elastic.deformation.shear_degrees`",
    ),
]
MISSING = [
    ("data", "`data`; it must be a mapping with source, extra, folds, seed"),
    ("data.source", "`data.source`; it must be a value of type str"),
    ("data.folds", "`data.folds`; it must be a value of type int"),
    ("members.architectures", "`members.architectures`; it must be a list"),
    (
        "members.recipes.pooled.learning_rate",
        "`members.recipes.pooled.learning_rate`; it must be a v",
    ),
    ("machine.scheduler", "`machine.scheduler`; it must be a value of type str, or nu"),
    ("baselines.rmdl", "`baselines.rmdl`; it must be a mapping with dense, recurrent,"),
    ("baselines.mlp_800.seed", "`baselines.mlp_800.seed`; it must be a value of type"),
]
ILL_TYPED = [
    (
        "data",
        None,
        "`data` must be a mapping with source, extra, folds, seed; got None",
    ),
    ("data", [1], "`data` must be a mapping with source, extra, folds, seed; got [1]"),
    ("data.source", 3, "`data.source` must be a value of type str; got 3 (int)"),
    ("data.extra", 3, "`data.extra` must be a value of type str; got 3 (int)"),
    ("data.folds", 6.0, "`data.folds` must be a value of type int; got 6.0 (float)"),
    ("data.folds", "6", "`data.folds` must be a value of type int; got '6' (str)"),
    ("data.folds", True, "`data.folds` must be a value of type int; got True (bool)"),
    ("combine.stacking_c", True, "must be a value of type float; got True (bool)"),
    ("baselines.knn.deskew", 1, "`baselines.knn.deskew` must be a value of type bool"),
    ("baselines.knn", 3, "`baselines.knn` must be a mapping with neighbours, deskew, "),
    (
        "baselines.knn_deformation.views",
        "all",
        "must be one of 'as_drawn', 'upright', ",
    ),
    ("members.architectures", "pooled", "must be a list that is not empty; got 'poo"),
    ("members.architectures", [], "must be a list that is not empty; got []"),
    ("members.architectures", ["a", "a"], "must be a list without repetitions"),
    ("members.architectures", ["a", 2], "`members.architectures[1]` must be a value"),
    ("machine.scheduler", 8786, "`machine.scheduler` must be a value of type str"),
    ("members.recipes", [], "`members.recipes` must be a mapping of names, each to a"),
    ("members.recipes.pooled.optimizer", "sgd", "must be one of 'muon', 'adam'; got"),
    ("student.architecture", "deeep", "must be one of 'pooled', 'strided', 'deep', '"),
    ("augment.deformations", {}, "must be a mapping of names, each to a mapping with"),
    (
        "augment.deformations.elastic",
        {"crop_pixels": 3, "rotation": 10},
        "unknown key `augment.deformations.elastic.rotation`; the nearest is "
        "`augment.deformations.elastic.rotation_degrees`",
    ),
    (
        "augment.deformations.elastic",
        {"crop_pixels": 3, "rotation_degrees": 9.0, "mesh_cells": 4},
        "missing key `augment.deformations.elastic.mesh_pixels`",
    ),
]
OUT_OF_RANGE = [
    ("data.folds", 1, "in `data`: `folds` must be from 2 to 100; got 1"),
    ("data.seed", -1, "in `data`: `seed` must be from 0 to"),
    ("augment.passes", 0, "in `augment`: `passes` must be from 1"),
    (
        "augment.deformations.elastic.rotation_degrees",
        -1,
        "in `augment.deformations.elastic`: `rot",
    ),
    (
        "augment.deformations.elastic.elastic_probability",
        1.5,
        "must be from 0 to 1; got 1.5",
    ),
    (
        "augment.deformations.elastic.shear_degrees",
        float("nan"),
        "must be from 0 to 60; got nan",
    ),
    ("members.seeds", 0, "in `members`: `seeds` must be from 1 to 1000; got 0"),
    (
        "members.recipes.pooled.epochs",
        0,
        "in `members.recipes.pooled`: `epochs` must be from 1",
    ),
    (
        "members.recipes.pooled.label_smoothing",
        1,
        "`label_smoothing` must be from 0 to 0.9",
    ),
    ("members.architectures", ["m5"], "in `members`: `recipes` must have one for `m5`"),
    (
        "members.recipes.pooled.deformation",
        "mesh",
        "`members.recipes.pooled.deformation` must be a name in "
        "`augment.deformations` (elastic); got 'mesh'",
    ),
    ("student.recipe.deformation", "", "`student.recipe.deformation` must be a name"),
    ("baselines.names", ["svn"], "in `baselines`: `names` must be among knn, random"),
    ("baselines.knn.neighbours", 0, "in `baselines.knn`: `neighbours` must be from 1"),
    ("baselines.knn.blur", -0.1, "in `baselines.knn`: `blur` must be from 0"),
    ("baselines.random_forest.trees", 0, "`trees` must be from 1"),
    ("baselines.mlp_800.dropout", 1, "`dropout` must be from 0 to 0.99; got 1.0"),
    ("baselines.knn_deformation.warp", 4, "`warp` must be from 0 to 3; got 4"),
    ("baselines.knn_deformation.candidates", 4, "must be from 5 to 1000000; got 4"),
    (
        "baselines.cnn_romanuke.deformation.scale_percent",
        95,
        "in `baselines.cnn_romanuke.deformation`: `scale_percent` must be from 0 to 90",
    ),
    ("combine.greedy_rounds", 0, "in `combine`: `greedy_rounds` must be from 1"),
    ("combine.stacking_c", 0, "in `combine`: `stacking_c` must be from 1e-08"),
    ("combine.refused_percent", 9, "`refused_percent` must be from 0 to 5.0; got 9"),
    ("evaluate.calibration_bins", 0, "in `evaluate`: `calibration_bins` must be"),
    ("slides.language", "xx", "must be one of en, fr; got 'xx': use one of them, or w"),
    ("machine.workers", -1, "in `machine`: `workers` must be from 0"),
]
REFUSED = [
    *((key, 1, "unknown key " + message) for key, message in UNKNOWN),
    *((key, DELETE, "missing key " + message) for key, message in MISSING),
    *ILL_TYPED,
    *OUT_OF_RANGE,
]


@pytest.mark.parametrize(
    ("key", "value", "message"),
    REFUSED,
    ids=[f"{k}={'-' if v is DELETE else v}" for k, v, _ in REFUSED],
)
def test_refused(tmp_path, key, value, message):
    with pytest.raises(params.ParamsError) as caught:
        load_changed(tmp_path, key, value)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("seeds", "folds", "use"), [(7, 5, "5 or 10"), (3, 5, "5"), (11, 2, "10 or 12")]
)
def test_seeds_must_be_a_multiple_of_folds(tmp_path, seeds, folds, use):
    text = SHIPPED.read_text()
    content = YAML(typ="safe").load(text)
    content["members"]["seeds"], content["data"]["folds"] = seeds, folds
    path = tmp_path / "params.yaml"
    YAML(typ="safe").dump(content, path)
    with pytest.raises(params.ParamsError) as caught:
        params.load(path)
    assert str(caught.value) == (
        f"`members.seeds` must be a multiple of `data.folds` ({folds}); "
        f"got {seeds}: use {use}"
    )


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("combine.stacking_c", 2, 2.0),
        ("machine.scheduler", "tcp://127.0.0.1:8786", "tcp://127.0.0.1:8786"),
        ("machine.scheduler", None, None),
        ("data.source", "mnist", "mnist"),
    ],
)
def test_accepted(tmp_path, key, value, expected):
    loaded = load_changed(tmp_path, key, value)
    for name in key.split("."):
        loaded = getattr(loaded, name)
    assert loaded == expected
    assert type(loaded) is type(expected)


def test_exponent_without_a_point_is_a_number(tmp_path):
    path = tmp_path / "params.yaml"
    path.write_text(
        SHIPPED.read_text().replace("stacking_c: 0.01", "stacking_c: 1e-05")
    )
    assert params.load(path).combine.stacking_c == 1e-5


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "`params.yaml` must be a mapping"),
        (b"- 1\n", "`params.yaml` must be a mapping"),
        (b"data: [1\n", "is not valid YAML"),
        (b"data: {a: 1}\ndata: {a: 2}\n", 'valid YAML(?s:.*)duplicate key "data"'),
        (b"\xff\xfe\xfd", "is not valid YAML"),
        (b"data: !!python/object:os.system x\n", "is not valid YAML"),
    ],
)
def test_not_the_file(tmp_path, content, message):
    path = tmp_path / "params.yaml"
    path.write_bytes(content)
    with pytest.raises(params.ParamsError, match=message):
        params.load(path)


def test_missing_file(tmp_path):
    with pytest.raises(params.ParamsError, match="run from the project's folder"):
        params.load(tmp_path / "params.yaml")


def test_folder_in_place_of_the_file(tmp_path):
    with pytest.raises(params.ParamsError, match="cannot be read: Is a directory"):
        params.load(tmp_path)


def leaf_lines(lines):
    """Yield each line that gives a key a value, with the key.

    A mapping that has a name (``&``), or is one that has (``*``), is no value.
    """
    for line in lines:
        code, _, comment = line.partition("#")
        key, colon, value = code.partition(":")
        if colon and value.strip() and value.strip()[0] not in "&*":
            yield key.strip(" -"), comment.strip()


@pytest.mark.parametrize("place", [SHIPPED, ROOT / "pipeline/commands/tune.yaml"])
def test_every_key_is_commented(place):
    seen = []

    def leaves(tree):
        if any(tree is known for known in seen):
            return
        seen.append(tree)
        for key, value in tree.items():
            # A grid may list mappings.
            parts = value if isinstance(value, list) else [value]
            if any(isinstance(part, dict) for part in parts):
                for part in parts:
                    yield from leaves(part)
            else:
                yield key

    found = list(leaf_lines(place.read_text().splitlines()))
    assert [key for key, _ in found] == list(leaves(YAML(typ="safe").load(place)))
    assert [key for key, comment in found if len(comment) < 10] == []


def test_reading_parameters_imports_nothing_slow():
    # Its baselines are built, but what they compute with is imported when they do.
    slow = {"keras", "tensorflow", "jax", "albumentations", "numba"}
    code = f"""
import sys
from pipeline.frame import params
params.load()
print(sorted({slow} & set(sys.modules)))
"""
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ran.stdout == "[]\n"


def test_a_deformation_of_a_baseline_is_one(tmp_path):
    loaded = params.load(SHIPPED).baselines
    for baseline in (loaded.mlp_800_elastic, loaded.cnn_romanuke):
        assert isinstance(baseline.deformation, Deformation)


MARKS = {
    "upstroke_share": 0.3,
    "foot_share": 0.3,
    "crossbar_share": 0.15,
    "slash_share": 0.1,
}
MESH = {
    "crop_pixels": 3,
    "rotation_degrees": 10.0,
    "mesh_cells": 4,
    "mesh_pixels": 1,
}


@pytest.mark.parametrize("kind", [MarkedDeformation, MarkedMesh])
def test_marks_go_with_either_deformation(tmp_path, kind):
    content = YAML().load(SHIPPED)
    kinds = content["augment"]["deformations"]
    still = MESH if kind is MarkedMesh else kinds["elastic"]
    kinds["marked"] = {**still, **MARKS}
    YAML().dump(content, tmp_path / "params.yaml")
    built = params.load(tmp_path / "params.yaml").augment.deformations["marked"]
    assert type(built) is kind
    assert built.marked
    assert built.upstroke_share == 0.3


@pytest.mark.parametrize("kind", [MarkedDeformation, MarkedMesh])
@pytest.mark.parametrize("name", ["slash_share", "rotation_degrees"])
def test_both_parts_of_a_marked_deformation_are_checked(kind, name):
    settings = dict.fromkeys((field.name for field in fields(kind)), 5)
    settings |= MARKS | {name: -1}
    with pytest.raises(ValueError, match=f"`{name}` must be from 0 to"):
        kind(**settings)
