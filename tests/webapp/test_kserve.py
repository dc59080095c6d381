"""KServe's protocol, version 2, asked by that protocol's own client."""

import threading

import numpy as np
import pytest
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException
from web import check_problem

from ensembles.serving.predictor import Predictor
from webapp.app import create_app
from webapp.limits import MAX_BODY_BYTES
from webapp.server import listen, port_of, serve

INFER = "/v2/models/digits/infer"


@pytest.fixture(scope="module")
def predictor(ensemble):
    return Predictor(ensemble, threads=1)


@pytest.fixture(scope="module")
def client(predictor):
    """Return the protocol's client of a server on a port of its own."""
    sockets, ending = {}, threading.Event()
    server = listen(create_app(predictor), "127.0.0.1", 0, sockets)
    thread = threading.Thread(target=serve, args=(server, sockets, ending.is_set, 5))
    thread.start()
    with triton.InferenceServerClient(f"127.0.0.1:{port_of(server)}") as opened:
        yield opened
    ending.set()
    thread.join()


@pytest.fixture
def digits(mnist_digits):
    return np.concatenate([mnist_digits, np.zeros((1, 28, 28), np.uint8)])


def tensor(array, kind, binary, name="images"):
    one = triton.InferInput(name, list(array.shape), kind)
    one.set_data_from_numpy(array, binary_data=binary)
    return one


def test_health_and_metadata(client):
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("digits")
    assert client.is_model_ready("digits", "1")
    assert client.get_server_metadata()["extensions"] == ["binary_tensor_data"]
    told = client.get_model_metadata("digits")
    assert told["inputs"] == [
        {"name": "images", "datatype": "UINT8", "shape": [-1, 28, 28]}
    ]
    assert {one["name"] for one in told["outputs"]} == {
        "probabilities",
        "digits",
        "statuses",
    }


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("kind", ["UINT8", "FP32", "INT64"])
def test_inference(client, predictor, digits, binary, kind):
    array = digits.astype({"UINT8": "u1", "FP32": "f4", "INT64": "i8"}[kind])
    array = array.reshape(-1, 784) if kind == "FP32" else array
    outputs = [
        triton.InferRequestedOutput(name, binary_data=binary)
        for name in ("probabilities", "digits", "statuses")
    ]
    answer = client.infer("digits", [tensor(array, kind, binary)], outputs=outputs)
    expected = predictor.predict(digits)
    np.testing.assert_allclose(
        answer.as_numpy("probabilities")[:-1], expected.probabilities[:-1], atol=1e-6
    )
    np.testing.assert_array_equal(answer.as_numpy("digits")[:-1], expected.digits[:-1])
    assert answer.as_numpy("digits")[-1] == -1
    assert not answer.as_numpy("probabilities")[-1].any()
    assert answer.as_numpy("statuses")[-1] in (b"blank", "blank")


def test_what_is_asked_for_is_answered(client, digits):
    asked = tensor(digits, "UINT8", True)
    answer = client.infer("digits", [asked], request_id="seven")
    assert answer.get_response()["id"] == "seven"
    assert len(answer.get_response()["outputs"]) == 3
    one = [triton.InferRequestedOutput("digits")]
    answer = client.infer("digits", [asked], outputs=one)
    assert [out["name"] for out in answer.get_response()["outputs"]] == ["digits"]


def test_refusals_reach_the_client(client, digits):
    for asked, message in (
        (tensor(digits[:, :27], "UINT8", True), "must be 28 × 28"),
        (tensor(digits, "UINT8", True, "pictures"), "must be named `images`"),
        (tensor(digits - 9.0, "FP64", True), "undo what normalised them"),
    ):
        with pytest.raises(InferenceServerException, match=message):
            client.infer("digits", [asked])
    with pytest.raises(InferenceServerException):
        client.infer("letters", [tensor(digits, "UINT8", True)])


ZEROS = {"name": "images", "datatype": "UINT8", "shape": [1, 784], "data": [0] * 784}
REFUSED = {
    "no JSON": (b"{", "no JSON that can be read"),
    "a list": ([], "the request must be a JSON object; got []"),
    "nothing": ({}, "`inputs` must be a list of one tensor"),
    "two": ({"inputs": [ZEROS, ZEROS]}, "`inputs` must be a list of one tensor"),
    "a type": ({"inputs": [ZEROS | {"datatype": "BYTES"}]}, "`datatype` must be one"),
    "no shape": ({"inputs": [ZEROS | {"shape": "all"}]}, "`shape` must be a list"),
    "a shape": ({"inputs": [ZEROS | {"shape": [2, 784]}]}, "asks for 1568 values"),
    "text": ({"inputs": [ZEROS | {"data": ["a"] * 784}]}, "`data` must be a list"),
    "deep": (b"[" * 200_000, "no JSON that can be read"),
    "no tensor": ({"inputs": [5]}, "the input must be a JSON object; got 5"),
    "a type in a list": ({"inputs": [ZEROS | {"datatype": []}]}, "`datatype` must be"),
    "many sides": ({"inputs": [ZEROS | {"shape": [1] * 80 + [784]}]}, "`shape` [1, 1,"),
    "an id": ({"inputs": [ZEROS], "id": 5}, "`id` must be a text; got 5"),
    "parameters": ({"inputs": [ZEROS], "parameters": [1]}, "`parameters` of the reque"),
    "of the tensor": (
        {"inputs": [ZEROS | {"parameters": [1]}]},
        "`parameters` of the input must be a JSON object; got [1]",
    ),
    "an output": (
        {"inputs": [ZEROS], "outputs": [{"name": "x"}]},
        "outputs are probabilities, digits, statuses; got 'x'",
    ),
    "an output's name": ({"inputs": [ZEROS], "outputs": [{"name": {}}]}, "; got {}"),
    "an output's parameters": (
        {"inputs": [ZEROS], "outputs": [{"name": "digits", "parameters": 3}]},
        "`parameters` of digits must be a JSON object; got 3",
    ),
    "a name alone": (
        {"inputs": [ZEROS], "outputs": ["probabilities"]},
        "an output must be a JSON object; got 'probabilities'",
    ),
    "a number": ({"inputs": [ZEROS], "outputs": 5}, "`outputs` must be a list; got 5"),
    "bytes": (
        {"inputs": [ZEROS | {"parameters": {"binary_data_size": 784}}]},
        "`binary_data_size` must be that of the bytes behind the JSON, 0",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_as_the_protocol_has_it(predictor, case):
    body, message = REFUSED[case]
    sent = {"data": body} if isinstance(body, bytes) else {"json": body}
    answer = create_app(predictor).test_client().post(INFER, **sent)
    assert answer.status_code == 400
    assert message in answer.get_json(force=True)["error"]


@pytest.mark.parametrize("length", ["-5", "9", "x"])
def test_a_length_that_is_not_of_the_json(predictor, length):
    headers = {"Inference-Header-Content-Length": length}
    client = create_app(predictor).test_client()
    answer = client.post(INFER, data=b"{}", headers=headers)
    assert answer.status_code == 400
    assert "must be that of the JSON, at most 2" in answer.get_json(force=True)["error"]


def test_json_is_no_larger_than_a_picture_may_be(predictor):
    client = create_app(predictor).test_client()
    body = b" " * (MAX_BODY_BYTES + 1)
    for where in (f"{INFER}?table=1", "/v1/models/digits:predict?table=1"):
        answer = client.post(where, data=body, content_type="application/json")
        assert answer.status_code == 413


def test_not_ready_once_it_is_closing(predictor):
    app = create_app(predictor)
    app.extensions["limits"].draining = True
    answer = app.test_client().get("/v2/health/ready")
    assert answer.status_code == 503
    assert app.test_client().get("/v2/health/live").status_code == 200
    check_problem(app.test_client().get("/v1/models/digits"), 503, "shutting down")
