"""The page and its API, on a tiny ensemble of known answers."""

import base64
import io
import json
import re
from typing import ClassVar

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from PIL import Image
from web import API, BLANK, DIGIT, URL, check_problem, draw, encode, post

from ensembles.pictures.groups import LeftOut
from ensembles.pictures.reading import Found, Writing, to_mnist
from ensembles.pictures.separators import Mark
from ensembles.serving.predictor import Predictor
from ensembles.serving.thresholds import UNSURE_BELOW
from webapp import reader
from webapp.app import create_app
from webapp.limits import MAX_BODY_BYTES, MAX_FILES


def softmax(values):
    raised = np.exp(values - values.max(-1, keepdims=True))
    return raised / raised.sum(-1, keepdims=True)


@pytest.fixture(scope="module")
def card(ensemble):
    return json.loads(ensemble.with_name("card.json").read_text())


@pytest.fixture(scope="module")
def client(ensemble):
    return create_app(Predictor(ensemble, threads=1)).test_client()


def softly(ensemble, digit):
    """Return the members' probabilities, (n_members, 10), from the weights alone."""
    (weights,) = (
        numpy_helper.to_array(constant)
        for constant in onnx.load(ensemble).graph.initializer
        if constant.name == "w"
    )
    return softmax((digit.reshape(-1) @ weights).reshape(-1, 10))


@pytest.fixture
def body(client):
    """Return what is answered to the picture of one digit."""
    answer = post(client, API, ("seven.png", DIGIT))
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    return answer.get_json()


def test_answer_to_a_picture(body, card):
    (one,) = body.pop("predictions")
    expected = {"number": str(one["digit"]), "probability": max(one["probabilities"])}
    (number,) = body.pop("numbers")
    assert expected.items() <= number.items()
    assert body == {
        "left_out": [],
        "errors": [],
        "pixels_scaled_from": None,
        "transposed": False,
        "model": card | {"members": 3},
    }


def test_answer_to_a_digit(body, ensemble):
    (one,) = body["predictions"]
    members = softly(ensemble, to_mnist(draw()))
    mean = members.mean(0)
    agreement = (members.argmax(1) == mean.argmax()).mean()
    shown = base64.b64decode(one.pop("input").removeprefix(URL))
    np.testing.assert_allclose(one.pop("probabilities"), mean, atol=1e-5)
    assert one == {
        "file": "seven.png",
        "picture": 0,
        "row": 0,
        "kind": "digit",
        "character": None,
        "digit": mean.argmax(),
        "status": "ok" if mean.max() >= UNSURE_BELOW else "unsure",
        "unusual": False,  # there is no detector beside this ensemble
        "doubt": None,
        "agreement": pytest.approx(agreement, abs=1e-4),
        "members": 3,
        "second": np.argsort(mean)[-2],
        "box": [10, 5, 13, 35],
    }
    shown = np.asarray(Image.open(io.BytesIO(shown)))
    np.testing.assert_array_equal(shown, to_mnist(draw()))


def test_several_files_keep_their_order(client):
    other = encode(draw(((20, 24), (3, 30))))
    files = [("a", DIGIT), ("b", BLANK), ("c", other), ("d", DIGIT)]
    several = post(client, API, *files).get_json()["predictions"]
    single = [post(client, API, file).get_json()["predictions"][0] for file in files]
    assert [one.pop("picture") for one in several] == [0, 1, 2, 3]
    assert [one.pop("picture") for one in single] == [0] * 4
    assert several == single
    assert [one.pop("file") for one in several] == [name for name, _ in files]
    assert several[1]["status"] == "blank"
    assert {several[1][key] for key in several[1]} == {"blank", None}
    assert several[0] == several[3] != several[2]


def test_one_bad_file_refuses_no_other(client):
    files = [("a.png", DIGIT), ("b.png", b"x"), ("c.png", DIGIT)]
    body = post(client, API, *files).get_json()
    named = [(one["file"], one["picture"]) for one in body["predictions"]]
    assert named == [("a.png", 0), ("c.png", 2)]
    (error,) = body["errors"]
    assert (error["file"], error["picture"]) == ("b.png", 1)
    assert error["detail"].startswith("b.png: not an image that can be read")
    page = post(client, "/", *files)
    assert page.status_code == 200
    assert page.text.count('<p class="digit">') == 2
    assert "b.png could not be read" in page.text


def test_a_row_is_answered_as_one_number(client, monkeypatch):
    digit, slash = to_mnist(draw()), Mark("separator", "/")
    found = [
        Found(digit, (2, 3, 10, 20), row=0),
        Found(digit, (14, 3, 9, 21), slash, row=0),
        Found(digit, (25, 4, 8, 20), row=0),
        Found(digit, (2, 43, 10, 20), row=1),
        Found(digit, (14, 43, 9, 21), Mark("separator", None), row=1),
    ]
    monkeypatch.setattr(reader, "find_writing", lambda picture: Writing(found, []))
    body = post(client, API, ("a", DIGIT)).get_json()
    first = body["predictions"][0]
    top = max(first["probabilities"])
    one, other = body["numbers"]
    assert one["number"] == f"{first['digit']}/{first['digit']}"
    assert one["probability"] == pytest.approx(top * top, abs=1e-5)
    assert (other["row"], other["number"], other["probability"]) == (1, None, None)
    assert other["status"] == "unsure"
    page = post(client, "/", ("a", DIGIT)).text
    rows = re.findall(r'<p class="number">(.*?)</p>', page, re.S)
    assert len(rows) == 2
    assert "".join(re.findall(r"<span>(.)</span>", rows[0])) == one["number"]


MANY = [(f"{i}.png", DIGIT) for i in range(MAX_FILES + 1)]
# What is posted, and the status and message of the answer
REFUSED = {
    "no file": ([], 400, "no image came: send one or more in the form field `file`"),
    "no name": ([("", DIGIT)], 400, "no image came"),
    "empty file": ([("a.png", b"")], 400, "a.png: the file is empty"),
    "a text": ([("a.png", b"hello")], 400, "a.png: not an image that can be read"),
    "both are bad": ([("a", b"y"), ("b", b"x")], 400, "b: not an image"),
    "damaged": ([("a.png", DIGIT[:70])], 400, "a.png: the image file is damaged"),
    "too many": (MANY, 400, f"at most {MAX_FILES} images at once are allowed; got 21"),
    "too large": (
        [("a", bytes(MAX_BODY_BYTES))],
        413,
        "a request may have at most 24 MB",
    ),
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


def test_several_digits_in_one_picture(client, monkeypatch):
    boxes = [(2, 3, 10, 20), (14, 3, 9, 21), (25, 4, 8, 20)]
    digits = [to_mnist(draw()), to_mnist(draw(((20, 24), (3, 30)))), to_mnist(draw())]
    found = [Found(*pair) for pair in zip(digits, boxes, strict=True)]
    writing = Writing(found, [])
    monkeypatch.setattr(reader, "find_writing", lambda picture: writing)
    several = post(client, API, ("a", DIGIT)).get_json()["predictions"]
    assert [tuple(one["box"]) for one in several] == boxes
    assert several[0]["digit"] == several[2]["digit"]
    page = post(client, "/answers", ("drawing.png", DIGIT), drawn="1").text
    (number,) = re.findall(r'<p class="number">(.*?)</p>', page, re.S)
    read = "".join(str(one["digit"]) for one in several)
    assert "".join(re.findall(r"<span>(\d)</span>", number)) == read
    drawn = re.findall(r'<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"', page)
    assert [tuple(map(int, one)) for one in drawn] == boxes


def test_what_stands_between_digits_and_what_is_left_out(client, monkeypatch):
    digit, slash = to_mnist(draw()), Mark("separator", "/")
    found = [Found(digit, (2, 3, 10, 20)), Found(digit, (14, 3, 9, 21), slash)]
    writing = Writing(found, [LeftOut((30, 5, 6, 7), "fainter than the rest")])
    monkeypatch.setattr(reader, "find_writing", lambda picture: writing)
    body, box = post(client, API, ("a", BLANK), ("b", DIGIT)).get_json(), [30, 5, 6, 7]
    assert body["predictions"][1]["kind"] == body["predictions"][3]["kind"]
    expected = {"kind": "separator", "character": "/", "digit": None, "status": "ok"}
    assert expected.items() <= body["predictions"][1].items()
    assert body["left_out"] == [
        {"file": file, "picture": k, "box": box, "why": "fainter than the rest"}
        for k, file in enumerate("ab")
    ]
    page = post(client, "/", ("a", DIGIT)).text
    assert "<span>/</span>" in page
    assert '<rect class="left-out" x="30" y="5" width="6" height="7">' in page
    assert "not read: fainter than the rest." in re.sub(r"\s+", " ", page)


def test_a_digit_that_may_be_a_slash_is_unsure(ensemble, monkeypatch):
    client = create_app(Predictor(ensemble, threads=1)).test_client()
    monkeypatch.setattr(
        "webapp.predicted.judge", lambda read, *_: ["ok"] * len(read.digits)
    )
    found = [Found(to_mnist(draw()), (1, 2, 3, 4), Mark("digit", doubt="slash"))]
    monkeypatch.setattr(reader, "find_writing", lambda _: Writing(found, []))
    (one,) = post(client, API, ("a", DIGIT)).get_json()["predictions"]
    assert (one["status"], one["doubt"]) == ("unsure", "slash")
    page = post(client, "/", ("a", DIGIT)).text
    assert "perhaps a slash" in page
    assert "perhaps {second}".format(**one) not in page


def test_wrong_field(client):
    check_problem(post(client, API, ("a", DIGIT), field="picture"), 400, "field `file`")


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


def test_failure_within_is_a_problem_too(caplog):
    class Broken:
        card: ClassVar = {}

        def predict(self, images):
            raise RuntimeError("a secret of the machine")

    answer = post(create_app(Broken()).test_client(), API, ("a", DIGIT))
    check_problem(answer, 500, f"under {answer.headers['X-Request-ID']}")
    assert "secret" not in answer.text
    (failed,) = (one for one in caplog.records if one.levelname == "ERROR")
    (fault,) = failed.fields["faults"]
    assert fault["type"] == "builtins.RuntimeError"
    assert fault["at"][-1].endswith(" predict")
    assert "secret" not in str(failed.fields)


def test_page(client):
    page = client.get("/")
    assert page.status_code == 200
    assert "3 networks.\nThey misread 0.50 % of digits" in page.text
    assert "not on MNIST" not in page.text
    assert set(re.findall(r"<script(.*?)>", page.text)) == {
        ' type="module" src="/static/page.js"'
    }
    assert not re.findall(r"style=|<style|\son\w+=", page.text)
    (style,) = re.findall(r'rel="stylesheet" href="(.*?)"', page.text)
    with client.get(style) as sheet:
        assert sheet.mimetype == "text/css"


def test_page_answers_without_javascript(client):
    page = post(client, "/", ("<b>7</b>.png", DIGIT), ("empty.png", BLANK)).text
    (api, _) = post(client, API, ("a", DIGIT), ("b", BLANK)).get_json()["predictions"]
    assert f'<p class="digit">{api["digit"]}</p>' in page
    assert api["input"] in page
    assert len(re.findall('class="fill"', page)) == 10
    assert "&lt;b&gt;7&lt;/b&gt;.png" in page
    assert "<b>7" not in page
    assert "Nothing drawn" in page


@pytest.mark.parametrize("dataset", ["scikit-learn digits", "MNIST"])
def test_page_says_when_it_is_not_mnist(ensemble, card, tmp_path, dataset):
    path = tmp_path / "other.onnx"
    path.write_bytes(ensemble.read_bytes())
    path.with_name("card.json").write_text(json.dumps(card | {"dataset": dataset}))
    page = create_app(Predictor(path, threads=1)).test_client().get("/").text
    assert ("was trained on scikit-learn digits, not on MNIST" in page) == (
        dataset != "MNIST"
    )


def test_page_without_a_card(ensemble, tmp_path):
    path = tmp_path / "bare.onnx"
    path.write_bytes(ensemble.read_bytes())
    client = create_app(Predictor(path, threads=1)).test_client()
    assert "0 networks" not in client.get("/").text
    assert post(client, API, ("a", DIGIT)).get_json()["predictions"][0]["members"] == 3
