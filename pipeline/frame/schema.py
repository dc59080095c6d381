"""Build typed parameters from what a YAML file holds, or say what is wrong with it."""

import difflib
import types
import typing
from dataclasses import fields, is_dataclass


class ParamsError(ValueError):
    """`params.yaml` is not what the pipeline expects."""


def build(kind, value, path):
    """Check a YAML value against a type, and build it.

    Parameters
    ----------
    kind : type
        A dataclass, or the type of one of its fields.
    value : object
        What the YAML file holds.
    path : str
        Its dotted key, empty for the whole file.

    Returns
    -------
    object
        Of that type.

    Raises
    ------
    ParamsError
        If the value, or anything inside it, is not of the type.
    """
    if is_dataclass(kind):
        return _build_dataclass(kind, value, path)
    origin = typing.get_origin(kind)
    if origin is not None:
        return _BUILDERS[origin](kind, value, path)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not kind:
        _refuse(path, _describe(kind), value)
    return value


def _build_literal(kind, value, path):
    if value not in typing.get_args(kind):
        _refuse(path, _describe(kind), value)
    return value


def _build_tuple(kind, value, path):
    """Build a list of values of one type, none twice."""
    if not isinstance(value, list) or not value:
        _refuse(path, _describe(kind), value)
    if len(set(map(str, value))) < len(value):
        _refuse(path, "a list without repetitions", value)
    of = typing.get_args(kind)[0]
    return tuple(build(of, one, f"{path}[{i}]") for i, one in enumerate(value))


def _build_mapping(kind, value, path):
    """Build a mapping of any names to values of one type."""
    if not isinstance(value, dict) or not value:
        _refuse(path, _describe(kind), value)
    of = typing.get_args(kind)[1]
    return {name: build(of, one, f"{path}.{name}") for name, one in value.items()}


def _build_union(kind, value, path):
    """Build what may be null, or the dataclass whose keys come nearest."""
    options = typing.get_args(kind)
    if types.NoneType in options:
        return None if value is None else build(options[0], value, path)
    keys = set(value) if isinstance(value, dict) else set()

    def likeness(option):
        return len(keys & {field.name for field in fields(option)})

    return build(max(options, key=likeness), value, path)


_BUILDERS = {
    typing.Literal: _build_literal,
    tuple: _build_tuple,
    dict: _build_mapping,
    types.UnionType: _build_union,
}


def _build_dataclass(kind, value, path):
    if not isinstance(value, dict):
        _refuse(path or "params.yaml", _describe(kind), value)
    hints = typing.get_type_hints(kind)
    known = {field.name: hints[field.name] for field in fields(kind)}
    prefix = f"{path}." if path else ""
    for key in value:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1, cutoff=0)
            raise ParamsError(
                f"unknown key `{prefix}{key}`; the nearest is `{prefix}{near[0]}`"
            )
    for key, expected in known.items():
        if key not in value:
            raise ParamsError(
                f"missing key `{prefix}{key}`; it must be {_describe(expected)}"
            )
    built = {k: build(known[k], v, f"{prefix}{k}") for k, v in value.items()}
    try:
        return kind(**built)
    except ParamsError:
        raise
    except ValueError as error:
        place = f"in `{path}`: " if path else ""
        raise ParamsError(f"{place}{error}") from None


def _describe(kind):
    """Say in words what a key of this type must hold."""
    if is_dataclass(kind):
        return f"a mapping with {', '.join(field.name for field in fields(kind))}"
    origin, options = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return f"one of {', '.join(map(repr, options))}"
    if origin is tuple:
        return "a list that is not empty"
    if origin is dict:
        return f"a mapping of names, each to {_describe(options[1])}"
    if origin is types.UnionType:
        named = [_describe(kind) for kind in options if kind is not types.NoneType]
        return ", or ".join([*named, *["null"] * (types.NoneType in options)])
    return f"a value of type {kind.__name__}"


def _refuse(path, expected, value):
    raise ParamsError(
        f"`{path}` must be {expected}; got {value!r} ({type(value).__name__})"
    )
