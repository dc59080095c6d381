"""Tensors of KServe's protocol, version 2: as JSON, or as bytes behind the JSON."""

import math
from reprlib import repr as brief

import numpy as np
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from webapp.limits import MAX_BODY_BYTES
from webapp.uploads import parse_json

LENGTH = "Inference-Header-Content-Length"

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
        The header `LENGTH`; None if there are no bytes.

    Raises
    ------
    BadRequest
        If it is no JSON object, or of another length.
    RequestEntityTooLarge
        If the JSON is larger than JSON may be.
    """
    length = _length_of_json(body, json_length)
    if length > MAX_BODY_BYTES:
        raise RequestEntityTooLarge(
            f"the JSON of a request may have at most {MAX_BODY_BYTES >> 20} MB; got "
            f"{length / 2**20:.1f} MB: send the pixels as bytes behind it"
        )
    parsed = check_object(parse_json(body[:length]), "the request")
    return parsed, body[length:]


def _length_of_json(body, told):
    if told is None:
        return len(body)
    if told.isascii() and told.isdecimal() and int(told) <= len(body):
        return int(told)
    raise BadRequest(
        f"`{LENGTH}` must be that of the JSON, at most {len(body)}; got {told!r}"
    )


def check_object(value, name):
    """Return a part of a request that must be a JSON object.

    Raises
    ------
    BadRequest
        If it is something else.
    """
    if not isinstance(value, dict):
        raise BadRequest(f"{name} must be a JSON object; got {brief(value)}")
    return value


def parameters_of(part, name):
    """Return the parameters of a request, or of a tensor; none where it has none.

    Raises
    ------
    BadRequest
        If they are no object.
    """
    given = part.get("parameters")
    return {} if given is None else check_object(given, f"`parameters` of {name}")


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
    if not isinstance(kind, str) or kind not in TYPES:
        raise BadRequest(
            f"`datatype` must be one of {', '.join(TYPES)}; got {brief(kind)}"
        )
    whole = isinstance(shape, list) and all(type(one) is int for one in shape)
    if not whole or any(one < 0 for one in shape):
        raise BadRequest(f"`shape` must be a list of whole numbers; got {brief(shape)}")
    size = parameters_of(tensor, "the input").get("binary_data_size")
    array = _of_json(tensor, kind) if size is None else _of_bytes(binary, size, kind)
    if array.size != math.prod(shape):
        raise BadRequest(
            f"`shape` {brief(shape)} asks for {brief(math.prod(shape))} values; got "
            f"{array.size}"
        )
    try:
        return array.reshape(shape)
    except ValueError as error:  # of more sides than arrays have, or too long ones
        raise BadRequest(f"`shape` {brief(shape)}: {error}") from None


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
            f"{len(binary)}, and a multiple of {step}; got {brief(size)}"
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
