"""The page and its API, on a tiny ensemble of known answers."""

import base64
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from ensembles.images import to_mnist
from ensembles.predictor import Predictor
from webapp.app import MAX_BODY_BYTES, MAX_FILES, create_app

ROOT = Path(__file__).parent.parent
MEMBERS = 3
CARD = {
    "dataset": "MNIST",
    "rule": "mean",
    "members": [{"name": f"tiny/{seed}", "weight": 1 / MEMBERS} for seed in range(3)],
    "out_of_fold_error_percent": 0.5,
    "parameters": 123,
    "sha256": "ab" * 32,
}
API = "/api/v1/predict"
URL = "data:image/png;base64,"


def softmax(values):
    raised = np.exp(values - values.max(-1, keepdims=True))
    return raised / raised.sum(-1, keepdims=True)


def make_weights():
    return np.random.default_rng(0).normal(0, 0.0005, (784, MEMBERS * 10))


def make_ensemble():
    """Build linear members and their mean as the exporter's graph looks outside."""
    weights = make_weights().astype(np.float32)
    constants = {"w": weights, "shape": np.array([-1, MEMBERS, 10])}
    nodes = [
        helper.make_node("Cast", ["images"], ["grey"], to=TensorProto.FLOAT),
        helper.make_node("Flatten", ["grey"], ["flat"]),
        helper.make_node("Gemm", ["flat", "w"], ["scores"]),
        helper.make_node("Reshape", ["scores", "shape"], ["rows"]),
        helper.make_node("Softmax", ["rows"], ["members"], axis=2),
        helper.make_node(
            "ReduceMean", ["members"], ["probabilities"], axes=[1], keepdims=0
        ),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("images", TensorProto.UINT8, ["n", 28, 28])],
        [
            helper.make_tensor_value_info(
                "probabilities", TensorProto.FLOAT, ["n", 10]
            ),
            helper.make_tensor_value_info("members", TensorProto.FLOAT, ["n", 3, 10]),
        ],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    opset = [helper.make_opsetid("", 13)]
    return helper.make_model(graph, opset_imports=opset, ir_version=8)


@pytest.fixture(scope="module")
def ensemble(tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "ensemble.onnx"
    onnx.save(make_ensemble(), path)
    path.with_suffix(".json").write_text(json.dumps(CARD))
    return path


@pytest.fixture(scope="module")
def client(ensemble):
    return create_app(Predictor(ensemble, threads=1)).test_client()


def draw(stroke=((5, 40), (10, 14))):
    """Return a drawing of a thick stroke, as a picture."""
    canvas = np.full((50, 40), 255, np.uint8)
    (top, bottom), (left, right) = stroke
    canvas[top:bottom, left:right] = 20
    canvas[top : top + 5, left : right + 9] = 60
    return Image.fromarray(canvas)


def png(picture):
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


DIGIT, BLANK = png(draw()), png(Image.new("L", (30, 30), 255))


def post(client, where, *files, field="file"):
    """Post name and content of each file as a form."""
    form = {field: [(io.BytesIO(content), name) for name, content in files]}
    return client.post(where, data=form, content_type="multipart/form-data")


def test_answer(client):
    answer = post(client, API, ("seven.png", DIGIT))
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    body = answer.get_json()
    assert set(body) == {"predictions", "model"}
    (one,) = body["predictions"]
    digit = to_mnist(draw())
    members = softmax(
        digit.reshape(-1) @ make_weights().reshape(784, MEMBERS, 10).transpose(1, 0, 2)
    )
    mean = members.mean(0)
    assert set(one) == {
        "digit",
        "status",
        "probabilities",
        "agreement",
        "members",
        "input",
    }
    assert one["digit"] == mean.argmax()
    assert one["status"] == "ok"
    np.testing.assert_allclose(one["probabilities"], mean, atol=1e-5)
    agreement = (members.argmax(1) == mean.argmax()).mean()
    assert one["agreement"] == pytest.approx(agreement, abs=1e-4)
    assert one["members"] == MEMBERS
    assert one["input"].startswith(URL)
    seen = Image.open(io.BytesIO(base64.b64decode(one["input"].removeprefix(URL))))
    np.testing.assert_array_equal(np.asarray(seen), digit)
    assert body["model"] == CARD | {"members": MEMBERS}


def test_several_files_keep_their_order(client):
    other = png(draw(((20, 24), (3, 30))))
    files = [("a", DIGIT), ("b", BLANK), ("c", other), ("d", DIGIT)]
    several = post(client, API, *files).get_json()["predictions"]
    single = [post(client, API, file).get_json()["predictions"][0] for file in files]
    assert several == single
    assert several[1] == {"digit": None, "status": "blank"}
    assert several[0] == several[3] != several[2]


MANY = [(f"{i}.png", DIGIT) for i in range(MAX_FILES + 1)]
# What is posted, and the status and message of the answer
REFUSED = {
    "no file": ([], 400, "no image came: send one or more in the form field `file`"),
    "no name": ([("", DIGIT)], 400, "no image came"),
    "empty file": ([("a.png", b"")], 400, "a.png: the file is empty"),
    "a text": ([("a.png", b"hello")], 400, "a.png: not an image that can be read"),
    "second is bad": ([("a", DIGIT), ("b", b"x")], 400, "b: not an image"),
    "damaged": ([("a.png", DIGIT[:70])], 400, "a.png: the image file is damaged"),
    "too many": (MANY, 400, f"at most {MAX_FILES} images at once are allowed; got 21"),
    "too large": ([("a", bytes(MAX_BODY_BYTES))], 413, "exceeds the capacity limit"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_api_refuses(client, case):
    files, status, message = REFUSED[case]
    check_problem(post(client, API, *files), status, message)


@pytest.mark.parametrize("case", REFUSED)
def test_page_refuses(client, case):
    files, status, message = REFUSED[case]
    answer = post(client, "/", *files)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    (said,) = re.findall(r'role="alert">(.*?)</p>', answer.text, re.S)
    assert message in said
    assert "<form" in answer.text


def test_wrong_field(client):
    check_problem(post(client, API, ("a", DIGIT), field="image"), 400, "field `file`")


def check_problem(answer, status, message):
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    body = answer.get_json(force=True)
    assert set(body) == {"type", "title", "status", "detail"}
    assert body["status"] == status
    assert message in body["detail"]


@pytest.mark.parametrize(
    ("method", "where", "status", "message"),
    [
        ("GET", "/api/v1/nothing", 404, "not found"),
        ("POST", "/api/v2/predict", 404, "not found"),
        ("GET", API, 405, "method is not allowed"),
        ("DELETE", API, 405, "method is not allowed"),
    ],
)
def test_api_problems(client, method, where, status, message):
    answer = client.open(where, method=method)
    check_problem(answer, status, message)
    if status == 405:
        assert "POST" in answer.headers["Allow"]


def test_page_problems_are_pages(client):
    answer = client.get("/nothing")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"


def test_failure_within_is_a_problem_too(ensemble):
    class Broken:
        card = CARD

        def predict(self, images):
            raise RuntimeError("a secret of the machine")

    answer = post(create_app(Broken()).test_client(), API, ("a", DIGIT))
    check_problem(answer, 500, "internal error")
    assert "secret" not in answer.text


def test_page(client):
    page = client.get("/")
    assert page.status_code == 200
    assert "3 networks; they misread\n0.50 % of digits" in page.text
    assert "not on MNIST" not in page.text
    assert "<script" not in page.text
    (style,) = re.findall(r'rel="stylesheet" href="(.*?)"', page.text)
    assert client.get(style).mimetype == "text/css"


def test_page_answers_without_javascript(client):
    page = post(client, "/", ("<b>7</b>.png", DIGIT), ("empty.png", BLANK)).text
    (api, _) = post(client, API, ("a", DIGIT), ("b", BLANK)).get_json()["predictions"]
    assert f'<strong class="digit">{api["digit"]}</strong>' in page
    assert api["input"] in page
    assert len(re.findall("<meter", page)) == 10
    assert "&lt;b&gt;7&lt;/b&gt;.png" in page
    assert "<b>7" not in page
    assert "empty.png: nothing drawn" in page


@pytest.mark.parametrize("dataset", ["scikit-learn digits", "MNIST"])
def test_page_says_when_it_is_not_mnist(ensemble, tmp_path, dataset):
    path = tmp_path / "other.onnx"
    path.write_bytes(ensemble.read_bytes())
    path.with_suffix(".json").write_text(json.dumps(CARD | {"dataset": dataset}))
    page = create_app(Predictor(path, threads=1)).test_client().get("/").text
    assert ("was trained on scikit-learn digits, not on MNIST" in page) == (
        dataset != "MNIST"
    )


def test_page_without_a_card(ensemble, tmp_path):
    path = tmp_path / "bare.onnx"
    path.write_bytes(ensemble.read_bytes())
    client = create_app(Predictor(path, threads=1)).test_client()
    assert client.get("/").status_code == 200
    assert post(client, API, ("a", DIGIT)).get_json()["predictions"][0]["members"] == 3


def run_script(*arguments):
    return subprocess.run(
        [sys.executable, "script.py", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_server(ensemble):
    command = [sys.executable, "script.py", "--ensemble", str(ensemble), "--port", "0"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True
    ) as server:
        try:
            address = re.fullmatch(
                r"serving on (http://127.0.0.1:\d+)\n", server.stdout.readline()
            )[1]
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(address, timeout=10) as page:
                assert b"Read a handwritten digit" in page.read()
            maps = Path(f"/proc/{server.pid}/maps")
            loaded = maps.read_text() if maps.exists() else ""
            assert "tensorflow" not in loaded
            assert "onnxruntime" in loaded or not loaded
        finally:
            server.send_signal(signal.SIGINT)
            assert server.wait(10) == 0
            assert "Traceback" not in server.stderr.read()


def test_script_imports_no_training_library():
    code = (
        "import sys, script; heavy = {'tensorflow', 'keras', 'jax', 'sklearn', "
        "'albumentations', 'pipeline'}; sys.exit(', '.join(heavy & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.stderr.strip(), ran.returncode) == ("", 0)


def test_missing_ensemble(tmp_path):
    ran = run_script("--ensemble", tmp_path / "absent.onnx")
    assert ran.returncode == 1
    assert ran.stderr.startswith(f"error: no ensemble at {tmp_path / 'absent.onnx'}")
    assert "make repro" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("port", ["eighty", "-1", "65536", "80.5"])
def test_bad_port(port):
    ran = run_script(f"--port={port}")
    assert ran.returncode == 2
    assert f"must be from 0 to 65535; got '{port}'" in ran.stderr


def test_port_in_use(ensemble):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = run_script("--ensemble", ensemble, "--port", port)
    assert ran.returncode == 1
    assert f"error: cannot listen on 127.0.0.1:{port}: Address already" in ran.stderr
    assert "--port" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_host_that_does_not_exist(ensemble):
    ran = run_script("--ensemble", ensemble, "--host", "256.1.1.1", "--port", "0")
    assert ran.returncode == 1
    assert "error: cannot listen on 256.1.1.1:0" in ran.stderr
    assert "Traceback" not in ran.stderr
