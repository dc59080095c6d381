"""Tensors of KServe's protocol, version 2: as JSON, or as bytes behind the JSON."""

import json
import math

import numpy as np
from werkzeug.exceptions import BadRequest

TYPES = {
    "BOOL": "?",
    "UINT8": "u1",
    "UINT16": "<u2",
    "UINT32": "<u4",
    "UINT64": "<u8",
    "INT8": "i1",
    "INT16": "<i2",
    "INT32": "<i4",
    "INT64": "<i8",
    "FP16": "<f2",
    "FP32": "<f4",
    "FP64": "<f8",
}
"""Of inputs that may be pixels."""


def split_body(body, json_length):
    """Return the JSON of a request, and the bytes behind it.

    Parameters
    ----------
    body : bytes
    json_length : str or None
        The header ``Inference-Header-Content-Length``; None if there are no bytes.

    Raises
    ------
    BadRequest
        If it is no JSON object, or of another length.
    """
    try:
        length = len(body) if json_length is None else int(json_length)
        parsed = json.loads(body[:length])
    except ValueError as error:
        raise BadRequest(f"the request must begin with JSON: {error}") from None
    if not isinstance(parsed, dict):
        raise BadRequest("the request must be a JSON object")
    return parsed, body[length:]


def read_tensor(tensor, binary):
    """Return an input's numbers.

    Parameters
    ----------
    tensor : dict
        With ``datatype``, ``shape`` and ``data``, or ``binary_data_size`` in its
        parameters.
    binary : bytes
        Which follow the JSON.

    Returns
    -------
    ndarray of its shape

    Raises
    ------
    BadRequest
        If it is not as the protocol has it.
    """
    kind, shape = tensor.get("datatype"), tensor.get("shape")
    if kind not in TYPES:
        raise BadRequest(f"`datatype` must be one of {', '.join(TYPES)}; got {kind!r}")
    whole = isinstance(shape, list) and all(type(one) is int for one in shape)
    if not whole or any(one < 0 for one in shape):
        raise BadRequest(f"`shape` must be a list of whole numbers; got {shape!r}")
    size = (tensor.get("parameters") or {}).get("binary_data_size")
    array = _of_json(tensor, kind) if size is None else _of_bytes(binary, size, kind)
    if array.size != math.prod(shape):
        raise BadRequest(
            f"`shape` {shape} asks for {math.prod(shape)} values; got {array.size}"
        )
    return array.reshape(shape)


def _of_json(tensor, kind):
    try:
        array = np.array(tensor.get("data"))
        if array.dtype.kind not in "iufb":
            raise ValueError(f"got values of type {array.dtype}")
    except ValueError as error:
        raise BadRequest(f"`data` must be a list of numbers: {error}") from None
    return array


def _of_bytes(binary, size, kind):
    step = np.dtype(TYPES[kind]).itemsize
    if type(size) is not int or size != len(binary) or size % step:
        raise BadRequest(
            f"`binary_data_size` must be that of the bytes behind the JSON, "
            f"{len(binary)}, and a multiple of {step}; got {size!r}"
        )
    return np.frombuffer(binary, TYPES[kind])


def write_tensors(tensors, binary):
    """Return outputs as the protocol has them.

    Parameters
    ----------
    tensors : dict of str to (str, ndarray)
        Name, and type and values.
    binary : set of str
        Names of those that are sent as bytes.

    Returns
    -------
    outputs : list of dict
    behind : bytes
    """
    outputs, behind = [], b""
    for name, (kind, array) in tensors.items():
        one = {"name": name, "datatype": kind, "shape": list(array.shape)}
        if name in binary:
            content = _to_bytes(array, kind)
            one["parameters"] = {"binary_data_size": len(content)}
            behind += content
        else:
            one["data"] = array.ravel().tolist()
        outputs.append(one)
    return outputs, behind


def _to_bytes(array, kind):
    if kind != "BYTES":
        return array.astype(TYPES[kind]).tobytes()
    texts = [text.encode() for text in array.tolist()]
    return b"".join(len(text).to_bytes(4, "little") + text for text in texts)
