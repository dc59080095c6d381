"""What several test files need."""

import hashlib
import http.server
import json
import os
import threading
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import pytest
from marks import CHROMIUM
from onnx import TensorProto, helper, numpy_helper

from ensembles.digits import idx

MEMBERS = 3
CARD = {
    "dataset": "MNIST",
    "rule": "mean",
    "members": [{"name": f"tiny/{seed}", "weight": 1 / MEMBERS} for seed in range(3)],
    "out_of_fold_error_percent": 0.5,
    "test_error_percent": 0.4,
    "parameters": 123,
    "sha256": "ab" * 32,
}


@pytest.fixture(scope="session")
def labelled_digits():
    """Return 1,000 training digits, uint8 (n, 28, 28), and their labels.

    MNIST's own where `DIGITS_DATA_DIR` has them, else scikit-learn's.
    """
    images, labels = _mnist() or _scikit_learn()
    return images[:1000], labels[:1000]


@pytest.fixture(scope="session")
def mnist_digits(labelled_digits):
    """Return three of these digits of each class."""
    images, labels = labelled_digits
    chosen = [np.flatnonzero(labels == digit)[:3] for digit in range(10)]
    return images[np.concatenate(chosen)]


def _mnist():
    folder = Path(os.environ.get("DIGITS_DATA_DIR", "absent"))
    for place in (folder / "mnist", folder):
        images = place / "train-images-idx3-ubyte.gz"
        labels = place / "train-labels-idx1-ubyte.gz"
        if images.is_file() and labels.is_file():
            return idx.read_images(images), idx.read_labels(labels)
    return None


def _scikit_learn():
    from sklearn.datasets import load_digits

    from pipeline.fetch import _to_mnist

    digits = load_digits()
    images = np.stack([_to_mnist(image) for image in digits.images[:1000]])
    return images, digits.target[:1000]


def make_ensemble():
    """Build linear members and their mean as the exporter's graph looks outside."""
    weights = np.random.default_rng(0).normal(0, 0.0005, (784, MEMBERS * 10))
    constants = {"w": weights.astype(np.float32), "shape": np.array([-1, MEMBERS, 10])}
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
    """Where an exported ensemble lies, with its card; it takes no TensorFlow."""
    path = tmp_path_factory.mktemp("models") / "ensemble.onnx"
    onnx.save(make_ensemble(), path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_name("card.json").write_text(json.dumps(CARD | {"sha256": digest}))
    return path


@pytest.fixture(scope="module")
def browser():
    """Start a real browser, without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Chromium refuses to run as root in its sandbox.
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        yield opened
        opened.close()


@pytest.fixture
def start_mirror():
    """Start HTTP servers that answer by a function of the name and its turn."""
    running = []

    def start(answer):
        asked = Counter()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                name = self.path.lstrip("/")
                asked[name] += 1
                status, body, length = answer(name, asked[name])
                self.send_response(status)
                self.send_header("Content-Length", str(length))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}/", asked

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()
