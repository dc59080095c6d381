"""Write into dvc.yaml which code each stage depends on: `make dvc`.

A stage's code is its module, and every module of the project that this imports or
names as ``package.module:attribute``, directly or not. What a stage reads besides code
stays as it is written there.
"""

import ast
import re
from pathlib import Path

from ruamel.yaml import YAML

from pipeline.frame import files, program

PLACE = Path("dvc.yaml")

ROOMS = ("ensembles", "pipeline", "webapp")

WHOLE = (
    "ensembles/baselines",
    "ensembles/pictures",
    "pipeline/browser",
    "pipeline/frame",
    "pipeline/slideshow",
)
"""Folders that are listed as one where a stage needs most of what they hold."""

ONLY_CHECKS = ("pipeline/frame", "ensembles/baselines")
"""Reading parameters has every baseline check its arguments, in every stage; but only
a stage whose own module asks for baselines computes with them. So from the first folder
the second is not followed: else a change of one baseline would train all members again.
"""

NAMED = re.compile(rf"((?:{'|'.join(ROOMS)})(?:\.\w+)+):")


def main(parameters):
    """Bring dvc.yaml in step with the imports."""
    before = PLACE.read_text()
    after = bring_in_step(before, Path())
    files.write_text(PLACE, after)
    print(f"{PLACE}: {'as it was' if after == before else 'changed'}")


def bring_in_step(text, root):
    """Return dvc.yaml with the code dependencies that the sources imply.

    Parameters
    ----------
    text : str
        The file as it is.
    root : Path
        The project's folder.

    Returns
    -------
    str
        The same, comments and order kept, but for the lines of code under ``deps``.
    """
    stages = YAML(typ="safe").load(text)["stages"]
    lines, out, stage, inside = text.splitlines(), [], None, False
    for line in lines:
        if line.startswith("  ") and line[2] not in " -#" and line.strip()[-1] == ":":
            stage = line.strip(" :")
        inside = inside and line.startswith("      - ")
        if not inside:
            out.append(line)
        if stage in stages and line == "    deps:":
            inside = True
            read = [one for one in stages[stage]["deps"] if not _is_code(one)]
            listed = sorted({*read, *code_of(stage, root)})
            out += [f"      - {dependency}" for dependency in listed]
    return "\n".join(out) + "\n"


def code_of(stage, root):
    """List the code that a stage depends on, folders of `WHOLE` as one.

    Parameters
    ----------
    stage : str
        Its name, which is its module's.
    root : Path
        The project's folder.

    Returns
    -------
    set of str
        Paths in the project.
    """
    needed = imports_closure(root / f"pipeline/{stage}.py", root)
    found = {path.relative_to(root).as_posix() for path in needed}
    for folder in WHOLE:
        held = {f"{folder}/{path.name}" for path in (root / folder).glob("[!_]*.py")}
        if 2 * len(held & found) > len(held):
            found = (found - held) | {folder}
    return found


def imports_closure(path, root):
    """Return the project's files that a file needs, itself among them."""
    seen, todo = set(), [path]
    while todo:
        one = todo.pop()
        if one not in seen:
            seen.add(one)
            found = filter(None, (_file(m, root) for m in _modules(one)))
            todo += [path for path in found if not _only_checks(one, path, root)]
    return {found for found in seen if found.name != "__init__.py"}


def _modules(path):
    """Name every module that a file imports or names, wherever it does so."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from NAMED.findall(node.value)


def _file(module, root):
    """Return the file of one of the project's modules, or None."""
    if module.split(".")[0] not in ROOMS:
        return None
    path = root / f"{module.replace('.', '/')}.py"
    return path if path.is_file() else None


def _only_checks(path, found, root):
    """Tell whether a file needs another only as `ONLY_CHECKS` says."""
    folders = (one.parent.relative_to(root).as_posix() for one in (path, found))
    return tuple(folders) == ONLY_CHECKS


def _is_code(dependency):
    return dependency.endswith(".py") or dependency in WHOLE


if __name__ == "__main__":
    program.run(main)
