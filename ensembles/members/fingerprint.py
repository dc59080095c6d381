"""Digests of code and data, by which a trained model is known to be up to date."""

import ast
import hashlib
import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np


def digest_arrays(**arrays):
    """Return the SHA-256 of named arrays: names, dtypes, shapes and values."""
    digest = hashlib.sha256()
    for name, array in sorted(arrays.items()):
        header = f"{name} {array.dtype.str} {array.shape}\n"
        digest.update(header.encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def digest_file(path):
    """Return the SHA-256 of a file."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def digest_json(value):
    """Return the SHA-256 of a JSON value, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def digest_code(*roots, registries=()):
    """Return the SHA-256 of functions and all that they use in their own package.

    Followed are the names of functions, classes and constants, of the root's
    module and of the modules of the same package that it imports. Comments,
    docstrings and layout do not count, nor does the version of Python, nor in which
    module a name is defined; so a member stays valid when a neighbour changes, when
    its code moves, and when it was trained elsewhere. The sources are read, not
    imported.

    Parameters
    ----------
    *roots : str
        Where to start, as ``package.module:name``.
    registries : tuple of str
        Names that are not followed, for they list more than is used; what is used
        of them is among the roots.

    Raises
    ------
    ValueError
        If a root is not defined at the top level of its module, or two modules
        define a name that is used.
    """
    seen: dict[str, tuple[str, list]] = {name: ("", []) for name in registries}
    for root in roots:
        module, _, name = root.partition(":")
        _follow(module, name, seen)
        if name not in seen:
            raise ValueError(f"{module} defines no {name!r} at its top level")
    return digest_json({name: form for name, (_, form) in seen.items() if form})


def _follow(module_name, name, seen):
    """Add the definition of a name, and of all it refers to, to `seen`."""
    tree = _parse(module_name)
    definition = _definitions(tree).get(name)
    if definition is None:
        return
    if name in seen:
        _refuse_clash(name, module_name, seen[name][0])
        return
    seen[name] = module_name, _normal_form(definition)
    origins = _imports(tree, module_name.split(".")[0])
    for used in sorted(_names(definition)):
        first, _, attribute = used.partition(".")
        module, original = origins.get(first, (module_name, first))
        _follow(module, original or attribute, seen)


def _refuse_clash(name, module_name, other):
    """Names alone tell definitions apart, so that these may move between modules."""
    if other and module_name != other:
        raise ValueError(
            f"{name!r} is defined in {other} and in {module_name}; rename one"
        )


def _parse(module_name):
    spec = find_spec(module_name)
    if spec is None or spec.origin is None:
        raise ValueError(f"there is no module {module_name}")
    return ast.parse(Path(spec.origin).read_text())


def _definitions(tree):
    """Map each top-level function, class and constant to its syntax tree."""
    found: dict[str, ast.stmt] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            targets = [n for target in node.targets for n in ast.walk(target)]
            found |= {n.id: node for n in targets if isinstance(n, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = node
    return found


def _imports(tree, package):
    """Map each name imported from the package to its module and original name.

    Imports inside functions count too. A module imported whole has no original name:
    its attributes are the names.
    """
    found = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or not node.module:
            continue
        for alias in node.names:
            if node.module.split(".")[0] == package:
                whole = _is_package(node.module)
                origin = (f"{node.module}.{alias.name}", "") if whole else None
                found[alias.asname or alias.name] = origin or (node.module, alias.name)
    return found


def _is_package(module_name):
    spec = find_spec(module_name)
    return spec is not None and spec.submodule_search_locations is not None


def _names(node):
    """Return the names and the dotted pairs that a syntax tree refers to."""
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return names | {
        f"{n.value.id}.{n.attr}"
        for n in ast.walk(node)
        if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name)
    }


def _normal_form(node):
    """Turn a syntax tree into lists that hold only what changes behaviour."""
    if isinstance(node, list):
        return [_normal_form(item) for item in node if not _is_docstring(item)]
    if not isinstance(node, ast.AST):
        return repr(node)
    # Empty fields are left out, for newer Pythons add some.
    fields = [
        [name, _normal_form(value)]
        for name, value in ast.iter_fields(node)
        if value not in (None, []) and name != "kind"
    ]
    return [type(node).__name__, *fields]


def _is_docstring(node):
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
