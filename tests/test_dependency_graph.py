"""What the dependency graph proves, read from dvc.yaml and from the sources."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from pptx import Presentation
from ruamel.yaml import YAML

from pipeline import slides
from pipeline.commands import dependencies
from pipeline.frame import files

ROOT = Path(__file__).parent.parent
STAGES = YAML(typ="safe").load(ROOT / "dvc.yaml")["stages"]
ROOMS = ("ensembles", "pipeline", "webapp")
HELPERS = {
    *{"browser", "charts", "cluster", "combination", "drawing", "figures"},
    *{"finished_run", "frame", "hard_digits", "held_out", "kept", "leaderboard"},
    *{"member_charts", "obtaining", "own_digits", "parallel", "published", "roster"},
    *{"shown", "slideshow", "study_figures", "trial"},
}
READ_FOR_STAGES = ("roster", "held_out")
MAY_IMPORT = {
    "ensembles": {"ensembles"},
    "pipeline": {"ensembles", "pipeline"},
    "webapp": {"ensembles", "webapp"},
}
NEVER_IN_ENSEMBLES = {"yaml", "ruamel", "flask", "pipeline", "webapp"}


def outputs(stage):
    """List a stage's outputs, options left off."""
    listed = stage.get("outs", []) + stage.get("metrics", [])
    return [next(iter(out)) if isinstance(out, dict) else out for out in listed]


def reaches(dependency, output):
    """Tell whether a dependency contains an output, or is inside it."""
    output = re.sub(r"\$\{item\.\w+\}", "x", output)
    one, other = Path(dependency), Path(output)
    return one == other or one in other.parents or other in one.parents


@cache
def downstream(path):
    """Name all stages that a change of a file can reach."""
    direct = {n for n, s in STAGES.items() if any(reaches(d, path) for d in s["deps"])}
    written = [output for name in direct for output in outputs(STAGES[name])]
    return direct.union(*map(downstream, written))


def imported_modules(path):
    """Name every module that a file imports, wherever it does so."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def keys_read(path):
    """Return the dotted keys of `parameters` that a stage's module reads."""
    keys, inner = set(), set()
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            inner.add(node.value)
        chosen = chosen_by_item(node)
        if chosen is not None and ast.unparse(chosen[0]).startswith("parameters."):
            inner.add(chosen[0])
            key = ast.unparse(chosen[0]).removeprefix("parameters.")
            keys.add(f"{key}.${{item.{chosen[1]}}}")
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node not in inner:
            text = ast.unparse(node)
            if text.startswith("parameters."):
                keys.add(text.removeprefix("parameters."))
    return {key for key in keys if key.split(".")[0] != "machine"}


def chosen_by_item(node):
    """Return what a stage's item is looked up in, and the item's name, or None."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "getattr":
        return node.args[0], ast.unparse(node.args[1])
    if isinstance(node, ast.Subscript) and ast.unparse(node.slice) == "architecture":
        return node.value, "architecture"
    return None


def python_files(room):
    return sorted((ROOT / room).rglob("*.py"))


def test_only_predict_and_what_follows_sees_the_test_set():
    assert downstream("data/test.npz") == {
        "predict",
        "evaluate",
        "explain",
        "report",
        "slides",
    }


def test_what_releases_keep_of_test_digits_is_seen_by_these_stages_alone():
    assert downstream(files.KEPT.as_posix()) == downstream("data/test.npz")


def test_the_talk_shows_the_stages_that_see_the_test_set(monkeypatch):
    monkeypatch.chdir(ROOT)
    blind, seeing = slides.stages()
    assert set(seeing) == downstream("data/test.npz")
    assert [*blind, *seeing] == list(STAGES)
    kept = Presentation("reports/slides.pptx").slides
    shown = {s.text_frame.text for p in kept for s in p.shapes if s.has_text_frame}
    assert set(STAGES) <= shown


def test_only_prepare_reads_the_raw_files():
    readers = {n for n, s in STAGES.items() if "data/raw" in s["deps"]}
    assert readers == {"prepare"}


def test_everything_that_is_chosen_is_upstream_of_predict():
    chosen_by = {
        "augment",
        "train",
        "baseline",
        "explore",
        "combine",
        "export",
        "distill",
    }
    assert chosen_by.isdisjoint(downstream("data/test.npz"))
    for name in chosen_by:
        produced = {s for output in outputs(STAGES[name]) for s in downstream(output)}
        assert "predict" in produced or name == "augment"


def test_the_code_that_stages_depend_on_is_what_they_import():
    text = (ROOT / "dvc.yaml").read_text()
    assert dependencies.bring_in_step(text, ROOT) == text, "run `make dvc`"


@pytest.mark.parametrize(
    ("stage", "needed"),
    [
        ("fetch", "ensembles/pictures"),
        # By a name alone: a member's card holds a digest of it.
        ("train", "ensembles/digits/deformation.py"),
        # Imported by an import.
        ("export", "ensembles/members/deskew_layer.py"),
        # By the registry of baselines, and by what these import.
        ("baseline", "ensembles/digits/gradients.py"),
        # To load what was pickled.
        ("predict", "ensembles/combining/combiners.py"),
        ("predict", "ensembles/baselines"),
        ("explain", "ensembles/baselines/warping.py"),
        ("report", "pipeline/browser"),
        # Imported where it trains, in a process of its own.
        ("explore", "ensembles/exploring/fitting.py"),
    ],
)
def test_dependencies_hold_what_is_needed_indirectly(stage, needed):
    assert needed in STAGES[stage]["deps"]
    assert (ROOT / needed).exists()


@pytest.mark.parametrize(
    ("stage", "foreign"),
    [
        ("baseline", "ensembles/members/networks.py"),
        ("train", "ensembles/baselines"),
        ("evaluate", "ensembles/members/training.py"),
        ("explore", "ensembles/members/networks.py"),
        ("combine", "ensembles/exploring/explored.py"),
    ],
)
def test_dependencies_hold_nothing_that_would_run_a_stage_in_vain(stage, foreign):
    assert foreign not in STAGES[stage]["deps"]


def test_only_what_computes_with_baselines_depends_on_them():
    # Every stage reads their arguments, which the classes themselves check.
    depending = {
        name
        for name, stage in STAGES.items()
        if any(one.startswith("ensembles/baselines") for one in stage["deps"])
    }
    assert depending == {"baseline", "predict", "explain"}


def test_lines_of_code_are_brought_in_step_and_others_kept(tmp_path):
    for name, text in {
        "pipeline/one.py": "from ensembles.a import f",
        "ensembles/a.py": "REGISTRY = {'b': 'ensembles.b:Class'}",
        "ensembles/b.py": "import os",
        "ensembles/unused.py": "",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    before = (
        "# kept\nstages:\n  one:\n    cmd: run\n    deps:\n      - data/raw\n"
        "      - ensembles/unused.py\n    params:\n      - a.b\n"
    )
    after = dependencies.bring_in_step(before, tmp_path)
    assert after == before.replace(
        "      - ensembles/unused.py\n",
        "      - ensembles/a.py\n      - ensembles/b.py\n      - pipeline/one.py\n",
    )


@pytest.mark.parametrize("name", STAGES)
def test_declared_parameters_are_those_that_are_read(name):
    module = ROOT / f"pipeline/{name}.py"
    read = keys_read(module)
    for helper in READ_FOR_STAGES:
        path = ROOT / f"pipeline/{helper}.py"
        if path in dependencies.imports_closure(module, ROOT):
            read |= keys_read(path)
    assert read == set(STAGES[name].get("params", []))


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_runs_the_module_of_its_name(name):
    assert STAGES[name]["cmd"].split()[:3] == ["python", "-m", f"pipeline.{name}"]


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_only_what_they_may(room):
    for path in python_files(room):
        own = {n for n in imported_modules(path) if n.split(".")[0] in ROOMS}
        assert {n.split(".")[0] for n in own} <= MAY_IMPORT[room], path


def test_ensembles_knows_neither_yaml_nor_flask():
    for path in python_files("ensembles"):
        tops = {name.split(".")[0] for name in imported_modules(path)}
        assert not tops & NEVER_IN_ENSEMBLES, path


def test_only_the_export_needs_tensorflow():
    for path in python_files("ensembles"):
        imported = set(imported_modules(path))
        assert "tensorflow" not in imported or path.name == "grouped.py", path
        assert "ensembles.serving.grouped" not in imported or path.name == "graph.py", (
            path
        )


def test_a_stage_never_imports_a_stage():
    for path in (ROOT / "pipeline").glob("*.py"):
        imported = {n for n in imported_modules(path) if n.startswith("pipeline.")}
        assert {n.split(".")[1] for n in imported} <= HELPERS, path


def test_the_frame_knows_of_no_stage():
    for path in python_files("pipeline/frame"):
        imported = {n for n in imported_modules(path) if n.startswith("pipeline.")}
        assert {n.split(".")[1] for n in imported} <= {"frame"}, path


KNOWS_OF = {
    "digits": set(),
    "pictures": {"digits"},
    "members": {"digits"},
    "combining": set(),
    "baselines": {"digits", "members", "combining"},
    "serving": {"digits", "pictures", "members", "combining"},
    "explaining": {"digits", "combining", "baselines"},
    "exploring": {"digits", "members"},
}


@pytest.mark.parametrize("room", KNOWS_OF)
def test_rooms_of_the_mathematics_know_only_of_those_before_them(room):
    folders = {p.name for p in (ROOT / "ensembles").iterdir() if p.is_dir()}
    assert folders - {"__pycache__"} == set(KNOWS_OF)
    for path in python_files(f"ensembles/{room}"):
        imported = {n for n in imported_modules(path) if n.startswith("ensembles.")}
        others = {n.split(".")[1] for n in imported} & folders - {room}
        assert others <= KNOWS_OF[room], path


def test_package_files_hold_a_docstring_and_nothing_else():
    found = [p for room in ROOMS for p in (ROOT / room).rglob("__init__.py")]
    assert len(found) >= 11
    for path in found:
        tree = ast.parse(path.read_text())
        assert ast.get_docstring(tree), path
        assert len(tree.body) == 1, path


def test_no_two_modules_have_one_name():
    names = [p.stem for room in ROOMS for p in python_files(room)]
    twice = {name for name in names if names.count(name) > 1 and name != "__init__"}
    assert twice == set()
