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
    origin, options = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return value if value in options else _refuse(path, _describe(kind), value)
    if origin is tuple:
        if not isinstance(value, list) or not value:
            _refuse(path, _describe(kind), value)
        if len(set(map(str, value))) < len(value):
            _refuse(path, "a list without repetitions", value)
        return tuple(build(options[0], v, f"{path}[{i}]") for i, v in enumerate(value))
    if origin is types.UnionType:
        return None if value is None else build(options[0], value, path)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not kind:
        _refuse(path, _describe(kind), value)
    return value


def _build_dataclass(kind, value, path):
    if not isinstance(value, dict):
        _refuse(path or "params.yaml", _describe(kind), value)
    known = typing.get_type_hints(kind)
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
    if origin is types.UnionType:
        return f"{_describe(options[0])}, or null"
    return f"a value of type {kind.__name__}"


def _refuse(path, expected, value):
    raise ParamsError(
        f"`{path}` must be {expected}; got {value!r} ({type(value).__name__})"
    )
