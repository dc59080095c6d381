"""The routes of model servers: KServe's version 2, and version 1's ``:predict``.

Version 1 is TensorFlow Serving's as well. Both read pixels; each picture is one digit.

References
----------
KServe, "Open Inference Protocol (V2)".
"""

import json

import numpy as np
from flask import Blueprint, Response, current_app, g, jsonify, request
from werkzeug.exceptions import BadRequest, ServiceUnavailable

from ensembles.digits.arrays import DigitsError, as_digits
from ensembles.digits.form import SIDE
from webapp import api, tensors, uploads
from webapp.limits import MAX_DIGITS, bounded

blueprint = Blueprint("kserve", __name__)

NAME, VERSION, INPUT = "digits", "1", "images"
MODEL = f"/v2/models/{NAME}"
VERSIONED = f"{MODEL}/versions/{VERSION}"
LENGTH = "Inference-Header-Content-Length"
OUTPUTS = {"probabilities": ("FP32", [-1, 10])}
OUTPUTS |= {"digits": ("INT64", [-1]), "statuses": ("BYTES", [-1])}


@blueprint.post(f"/v1/models/{NAME}:predict")
@bounded
def predict():
    """Answer TensorFlow Serving's and KServe's form, version 1."""
    return api.answer(api.read_json())


@blueprint.get(f"/v1/models/{NAME}")
def ready_v1():
    """Say that the model is there, as version 1 does."""
    _check_ready()
    return jsonify(name=NAME, ready=True)


@blueprint.get("/v2")
def server():
    """Tell what the server is."""
    return jsonify(name=NAME, version=VERSION, extensions=["binary_tensor_data"])


@blueprint.get("/v2/health/live")
def live():
    """Say that the process answers."""
    return jsonify(live=True)


@blueprint.get("/v2/health/ready")
@blueprint.get(f"{MODEL}/ready")
@blueprint.get(f"{VERSIONED}/ready")
def ready():
    """Say whether digits can be read."""
    _check_ready()
    return jsonify(name=NAME, ready=True)


def _check_ready():
    if current_app.extensions["limits"].draining:
        raise ServiceUnavailable("the server is shutting down", retry_after=10)


@blueprint.get(MODEL)
@blueprint.get(VERSIONED)
def metadata():
    """Tell the model's inputs and outputs."""
    images = {"name": INPUT, "datatype": "UINT8", "shape": [-1, SIDE, SIDE]}
    outputs = [
        {"name": name, "datatype": kind, "shape": shape}
        for name, (kind, shape) in OUTPUTS.items()
    ]
    return jsonify(
        name=NAME,
        versions=[VERSION],
        platform="onnxruntime_onnx",
        inputs=[images],
        outputs=outputs,
    )


@blueprint.post(f"{MODEL}/infer")
@blueprint.post(f"{VERSIONED}/infer")
@bounded
def infer():
    """Read the digits of one tensor, each as it is."""
    body = uploads.body_file().read()
    asked, binary = tensors.split_body(body, request.headers.get(LENGTH))
    answers = current_app.extensions["reader"].read_digits(
        _digits_of(asked, binary), g.deadline
    )
    wanted, as_bytes = _wanted(asked)
    told = {name: (OUTPUTS[name][0], VALUES[name](answers)) for name in wanted}
    outputs, behind = tensors.write_tensors(told, as_bytes)
    said = {"model_name": NAME, "model_version": VERSION, "outputs": outputs}
    if "id" in asked:
        said["id"] = str(asked["id"])
    if not behind:
        return jsonify(said)
    text = json.dumps(said).encode()
    kind = "application/octet-stream"
    return Response(text + behind, headers={LENGTH: str(len(text))}, content_type=kind)


def _digits_of(asked, binary):
    """Return the digits of the one input.

    Raises
    ------
    BadRequest
        If there is another number of inputs, or they are no digits, or too many.
    """
    inputs = asked.get("inputs")
    if not isinstance(inputs, list) or len(inputs) != 1 or type(inputs[0]) is not dict:
        raise BadRequest(f"`inputs` must be a list of one tensor, `{INPUT}`")
    if inputs[0].get("name") != INPUT:
        raise BadRequest(
            f"the input must be named `{INPUT}`; got {inputs[0].get('name')!r}"
        )
    try:
        digits, _ = as_digits(tensors.read_tensor(inputs[0], binary), f"`{INPUT}`")
    except DigitsError as error:
        raise BadRequest(str(error)) from error
    if len(digits) > MAX_DIGITS:
        raise BadRequest(
            f"at most {MAX_DIGITS:,} digits are allowed; got {len(digits):,}"
        )
    return digits


def _wanted(asked):
    """Return the names of the outputs that are asked for, and of those in bytes."""
    outputs = asked.get("outputs") or [{"name": name} for name in OUTPUTS]
    names = [one.get("name") if type(one) is dict else one for one in outputs]
    for name in names:
        if name not in OUTPUTS:
            raise BadRequest(f"outputs are {', '.join(OUTPUTS)}; got {name!r}")
    every = (asked.get("parameters") or {}).get("binary_data_output", False)
    parameters = {one["name"]: one.get("parameters") or {} for one in outputs}
    return names, {name for name in names if parameters[name].get("binary_data", every)}


def _probabilities(answers):
    none = [0.0] * len("0123456789")
    return np.array([one.probabilities or none for one in answers], np.float32)


def _likeliest(answers):
    return np.where(
        [one.probabilities is None for one in answers],
        -1,
        _probabilities(answers).argmax(1),
    )


def _statuses(answers):
    return np.array([one.status for one in answers])


VALUES = dict(zip(OUTPUTS, (_probabilities, _likeliest, _statuses), strict=True))
"""Of each output; of what is blank the probabilities are 0 and the digit is -1."""
