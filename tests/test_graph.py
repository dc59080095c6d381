"""What the dependency graph proves, read from dvc.yaml and from the sources."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parent.parent
STAGES = YAML(typ="safe").load(ROOT / "dvc.yaml")["stages"]
ROOMS = ("ensembles", "pipeline", "webapp")
HELPERS = {"params", "baseline_params", "typed", "files", "figures", "jobs"}
OTHERWISE_USED = defaultdict(set) | {
    # A member's card holds a digest of this.
    "train": {ROOT / "ensembles/augmentation.py"},
    # Baselines are imported by name.
    "baseline": {
        ROOT / "ensembles/augmentation.py",
        ROOT / "ensembles/fingerprint.py",
        ROOT / "ensembles/optimizers.py",
        ROOT / "ensembles/resuming.py",
        ROOT / "ensembles/training.py",
    },
    # Unpickling the stacked regression imports this.
    "predict": {
        ROOT / "ensembles" / f"{name}.py"
        for name in ("calibration", "checks", "combining")
    },
}
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
    output = output.replace("${item.architecture}", "x").replace("${item.name}", "x")
    one, other = Path(dependency), Path(output)
    return one == other or one in other.parents or other in one.parents


def downstream(path):
    """Name all stages that a change of a file can reach."""
    reached = {n for n, s in STAGES.items() if any(reaches(d, path) for d in s["deps"])}
    for name in tuple(reached):
        for output in outputs(STAGES[name]):
            reached |= downstream(output)
    return reached


def module_file(name):
    """Return the file of a project module, or None."""
    stem = ROOT / name.replace(".", "/")
    for path in (stem.with_suffix(".py"), stem / "__init__.py"):
        if path.is_file():
            return path
    return None


def imported_modules(path):
    """Name every module that a file imports, wherever it does so."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imports_closure(path, seen=None):
    """Return the project's files that a file imports, directly or not."""
    seen = {path} if seen is None else seen
    for name in imported_modules(path):
        found = module_file(name)
        if found and found not in seen:
            seen.add(found)
            imports_closure(found, seen)
    return {p for p in seen if p.name != "__init__.py"}


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
    assert downstream("data/test.npz") == {"predict", "evaluate", "report"}


def test_only_prepare_reads_the_raw_files():
    readers = {n for n, s in STAGES.items() if "data/raw" in s["deps"]}
    assert readers == {"prepare"}


def test_everything_that_is_chosen_is_upstream_of_predict():
    chosen_by = {"augment", "train", "baseline", "combine", "export", "distill"}
    assert chosen_by.isdisjoint(downstream("data/test.npz"))
    for name in chosen_by:
        produced = {s for output in outputs(STAGES[name]) for s in downstream(output)}
        assert "predict" in produced or name == "augment"


@pytest.mark.parametrize("name", STAGES)
def test_dependencies_cover_the_imports(name):
    module = ROOT / "pipeline" / f"{name}.py"
    declared = [ROOT / dependency for dependency in STAGES[name]["deps"]]
    missing = [
        str(path.relative_to(ROOT))
        for path in imports_closure(module)
        if not any(d == path or d in path.parents for d in declared)
    ]
    assert missing == []


@pytest.mark.parametrize("name", STAGES)
def test_dependencies_name_no_code_that_is_not_used(name):
    used = imports_closure(ROOT / "pipeline" / f"{name}.py")
    code = [d for d in STAGES[name]["deps"] if d.endswith(".py")]
    assert [d for d in code if ROOT / d not in used | OTHERWISE_USED[name]] == []


@pytest.mark.parametrize("name", STAGES)
def test_declared_parameters_are_those_that_are_read(name):
    module, jobs = (ROOT / "pipeline" / f"{one}.py" for one in (name, "jobs"))
    read = keys_read(module)
    if jobs in imports_closure(module):
        read |= keys_read(jobs)
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
        assert "tensorflow" not in imported or path.name == "joining.py", path
        assert "ensembles.joining" not in imported or path.name == "export.py", path


def test_a_stage_never_imports_a_stage():
    for path in python_files("pipeline"):
        imported = {n for n in imported_modules(path) if n.startswith("pipeline.")}
        assert {n.split(".")[1] for n in imported} <= HELPERS, path


def test_package_files_import_nothing():
    for room in ROOMS:
        for path in (ROOT / room).rglob("__init__.py"):
            assert path.read_text() == ""
