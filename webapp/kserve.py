"""The routes of model servers: KServe's version 2, and version 1's ``:predict``.

Version 1 is TensorFlow Serving's as well. Both read pixels; each picture is one digit.
"""

import json
from reprlib import repr as brief

import numpy as np
from flask import Blueprint, Response, current_app, g, jsonify, request
from werkzeug.exceptions import BadRequest

from ensembles.digits.arrays import DigitsError, as_digits
from ensembles.digits.form import SIDE
from webapp import api, tensors, uploads
from webapp.counters import check_ready
from webapp.limits import MAX_DIGITS, bounded
from webapp.protocol import INPUT, MODEL, NAME, OUTPUTS, V1, VERSION, VERSIONED

blueprint = Blueprint("kserve", __name__)


@blueprint.post(f"{V1}:predict")
@bounded
def predict():
    """Answer TensorFlow Serving's and KServe's form, version 1."""
    return api.answer(api.read_json())


@blueprint.get(V1)
def ready_v1():
    """Say that the model is there, as version 1 does."""
    check_ready()
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
    check_ready()
    return jsonify(name=NAME, ready=True)


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
    """Read the digits of one tensor, each as it is; one that is blank is -1."""
    asked, digits = _ask()
    wanted, as_bytes = _wanted(asked)
    read, statuses = current_app.extensions["reader"].digits.judge(digits, g.deadline)
    drawn = read.probabilities.any(1)
    values = {
        "probabilities": read.probabilities,
        "digits": np.where(drawn, read.digits, -1),
        "statuses": np.array(statuses),
    }
    told = {name: (OUTPUTS[name][0], values[name]) for name in wanted}
    outputs, behind = tensors.write_tensors(told, as_bytes)
    said = {"model_name": NAME, "model_version": VERSION, "outputs": outputs}
    if asked.get("id") is not None:
        said["id"] = asked["id"]
    if not behind:
        return jsonify(said)
    text = json.dumps(said).encode()
    kind = "application/octet-stream"
    headers = {tensors.LENGTH: str(len(text))}
    return Response(text + behind, headers=headers, content_type=kind)


def _ask():
    """Return what is asked, and the digits; to parse them is a worker's task."""
    with current_app.extensions["limits"].work(g.deadline):
        body = uploads.body_file().read()
        asked, binary = tensors.split_body(body, request.headers.get(tensors.LENGTH))
        return asked, _digits_of(asked, binary)


def _digits_of(asked, binary):
    """Return the digits of the one input.

    Raises
    ------
    BadRequest
        If there is another number of inputs, or they are no digits, or too many.
    """
    inputs = asked.get("inputs")
    if not isinstance(inputs, list) or len(inputs) != 1:
        raise BadRequest(f"`inputs` must be a list of one tensor, `{INPUT}`")
    tensor = tensors.check_object(inputs[0], "the input")
    if tensor.get("name") != INPUT:
        raise BadRequest(
            f"the input must be named `{INPUT}`; got {brief(tensor.get('name'))}"
        )
    try:
        digits, _ = as_digits(tensors.read_tensor(tensor, binary), f"`{INPUT}`")
    except DigitsError as error:
        raise BadRequest(str(error)) from error
    if len(digits) > MAX_DIGITS:
        raise BadRequest(
            f"at most {MAX_DIGITS:,} digits are allowed; got {len(digits):,}"
        )
    return digits


def _wanted(asked):
    """Return the names of the outputs that are asked for, and of those in bytes.

    Raises
    ------
    BadRequest
        If one is unknown, or they are not as the protocol has them.
    """
    if not isinstance(asked.get("id"), str | None):
        raise BadRequest(f"`id` must be a text; got {brief(asked['id'])}")
    every = tensors.parameters_of(asked, "the request").get("binary_data_output")
    outputs = asked.get("outputs") or [{"name": name} for name in OUTPUTS]
    if not isinstance(outputs, list):
        raise BadRequest(f"`outputs` must be a list; got {brief(outputs)}")
    as_bytes = dict(_output(one, every) for one in outputs)
    return list(as_bytes), {name for name, binary in as_bytes.items() if binary}


def _output(asked, every):
    """Return an output's name, and whether it is to be sent as bytes."""
    name = tensors.check_object(asked, "an output").get("name")
    if not isinstance(name, str) or name not in OUTPUTS:
        raise BadRequest(f"outputs are {', '.join(OUTPUTS)}; got {brief(name)}")
    return name, tensors.parameters_of(asked, name).get("binary_data", every)
