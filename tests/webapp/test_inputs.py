"""Every usual form of input gives the answer that the plain one gives."""

import base64
import gzip
import json
import re
from io import BytesIO
from typing import ClassVar
from urllib.parse import unquote

import heic
import numpy as np
import pytest
from PIL import Image
from web import API, BLANK, DIGIT, check_problem, draw, encode, post

from ensembles.digits.idx import write_idx
from ensembles.pictures.reading import to_mnist
from ensembles.serving.predictor import Prediction, Predictor
from webapp.app import create_app
from webapp.environment import Settings
from webapp.limits import Deadline
from webapp.uploads import Upload

SEVEN = to_mnist(draw())
B64 = base64.b64encode(DIGIT).decode()


@pytest.fixture(scope="module")
def predictor(ensemble):
    return Predictor(ensemble, threads=1)


@pytest.fixture(scope="module")
def client(predictor):
    return create_app(predictor).test_client()


def probabilities(answer):
    assert answer.status_code == 200, answer.text
    return [one["probabilities"] for one in answer.get_json()["predictions"]]


# JSON that says the same digit
PIXELS = {
    "28 × 28": {"pixels": SEVEN.tolist()},
    "784": {"pixels": SEVEN.ravel().tolist()},
    "28 × 28 × 1": {"pixels": SEVEN[..., None].tolist()},
    "n × 784": {"pixels": SEVEN.reshape(1, 784).tolist()},
    "n × 1 × 28 × 28": {"pixels": SEVEN[None, None].tolist()},
    "floats": {"pixels": SEVEN.astype(float).tolist()},
    "fractions": {"pixels": (SEVEN / 255).tolist()},
    "instances": {"instances": [SEVEN.tolist()]},
    "named instances": {"instances": [{"image": SEVEN[..., None].tolist()}]},
    "a signature": {"signature_name": "serving_default", "instances": [SEVEN.tolist()]},
}
PICTURES = {
    "data URL": {"image": f"data:image/png;base64,{B64}"},
    "base64": {"image": B64},
    "base64 in lines": {"image": f"{B64[:76]}\n{B64[76:]}\n"},
    "pixels": {"pixels": f"data:image/png;base64,{B64}"},
    "b64": {"instances": [{"b64": B64}]},
    "image_bytes": {"instances": [{"image_bytes": {"b64": B64}}]},
}


@pytest.mark.parametrize("where", [API, "/v1/models/digits:predict"])
@pytest.mark.parametrize("case", [*PIXELS, *PICTURES])
def test_json(client, predictor, where, case):
    body = (PIXELS | PICTURES)[case]
    expected = predictor.predict(SEVEN[None]).probabilities
    np.testing.assert_allclose(
        probabilities(client.post(where, json=body)), expected, atol=1e-6
    )


def test_several_pictures_in_json_have_their_numbers(client):
    pictures = [B64, base64.b64encode(BLANK).decode(), B64]
    body = client.post(API, json={"images": pictures}).get_json()
    assert [one["picture"] for one in body["predictions"]] == [0, 1, 2]
    statuses = [one["status"] == "blank" for one in body["predictions"]]
    assert statuses == [False, True, False]


def test_version_1_needs_no_content_type(client):
    body = json.dumps(PIXELS["instances"])
    asked = client.post("/v1/models/digits:predict", data=body)
    assert probabilities(asked) == probabilities(client.post(API, data=body, **JSON))


JSON = {"content_type": "application/json"}


@pytest.mark.parametrize("field", ["file", "files", "image", "images"])
def test_fields_of_a_form(client, field):
    answer = post(client, API, ("a", DIGIT), ("b", DIGIT), field=field)
    assert len(probabilities(answer)) == 2


def test_fields_are_read_in_the_order_in_which_they_are_sent(client):
    body = {name: (BytesIO(DIGIT), name) for name in ("images", "file", "image")}
    answers = client.post(API, data=body).get_json()["predictions"]
    assert [one["file"] for one in answers] == ["images", "file", "image"]


@pytest.mark.parametrize(
    "kind", ["application/octet-stream", "image/png", "image/jpeg", "image/heic"]
)
def test_a_body_is_read_by_its_content(client, kind):
    expected = probabilities(post(client, API, ("a", DIGIT)))
    assert probabilities(client.post(API, data=DIGIT, content_type=kind)) == expected


def test_a_telephones_picture(client):
    alike = probabilities(
        client.post(API, data=heic.UPRIGHT, content_type="image/heic")
    )
    expected = probabilities(post(client, API, ("a", DIGIT)))
    np.testing.assert_allclose(alike, expected, atol=0.05)


def test_a_table_as_the_body(client, predictor, tmp_path):
    digits = np.stack([SEVEN, SEVEN.T, np.zeros_like(SEVEN)])
    write_idx(tmp_path / "digits", digits)
    packed = (tmp_path / "digits").read_bytes()
    rows = "\n".join(",".join(map(str, one.ravel())) for one in digits)
    for body, kind in (
        (packed, "application/gzip"),
        (gzip.decompress(packed), "application/octet-stream"),
        (rows.encode(), "text/csv"),
    ):
        answer = client.post(API, data=body, content_type=kind)
        read = probabilities(answer)
        expected = predictor.predict(digits[:2]).probabilities
        np.testing.assert_allclose(read[:2], expected, atol=1e-6)
        assert read[2] is None
        assert [one["picture"] for one in answer.get_json()["predictions"]] == [0, 1, 2]


def test_pictures_are_counted_on_after_a_table(client, tmp_path):
    write_idx(tmp_path / "two", np.stack([SEVEN, SEVEN]))
    files = [("two", (tmp_path / "two").read_bytes()), ("a.png", DIGIT)]
    answers = post(client, API, *files).get_json()["predictions"]
    named = [(one["file"], one["picture"]) for one in answers]
    assert named == [("two", 0), ("two", 1), ("a.png", 2)]


def test_all_pages_if_asked(client):
    pages = [draw(), draw(((20, 24), (3, 30)))]
    content = encode(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    where = {API: 1, f"{API}?pages=all": 2}
    for address, count in where.items():
        answer = client.post(address, data=content, content_type="image/tiff")
        assert len(probabilities(answer)) == count


def test_pages_are_read_one_by_one_and_not_kept(client):
    reader, deadline = client.application.extensions["reader"], Deadline(60)
    content = encode(draw(), "TIFF", save_all=True, append_images=[draw(), draw()])
    pages = reader.read_picture_of(Upload("a", BytesIO(content)), deadline, 3)
    first, picture = next(pages)
    assert picture.size == draw().size
    assert (first.answers[0].box, len(list(pages))) == ([10, 5, 13, 35], 2)
    (read, *_) = reader.read_all([Upload("a", BytesIO(content))], deadline, 3)
    assert not any(isinstance(one, Image.Image) for one in vars(read).values())


def test_digits_on_their_side_are_turned_and_it_is_said(ensemble, labelled_digits):
    class Upright:
        """Knows digits by their pixels, and has no idea of others."""

        card = Predictor(ensemble, threads=1).card
        known: ClassVar = {one.tobytes() for one in labelled_digits[0][:40]}

        def predict(self, images):
            sure = np.array([one.tobytes() in self.known for one in images])
            rows = np.full((len(images), 10), 0.1, np.float32)
            rows[sure] = np.eye(10, dtype=np.float32)[7]
            return Prediction(rows, rows[None])

    client = create_app(Upright()).test_client()
    digits = labelled_digits[0][:40]
    for turned in (False, True):
        given = digits.transpose(0, 2, 1) if turned else digits
        header = bytes([0, 0, 8, 3]) + np.array(given.shape, ">u4").tobytes()
        files = [("emnist", header + given.tobytes())]
        body = post(client, API, *files).get_json()
        assert body["transposed"] is turned
        assert {one["digit"] for one in body["predictions"]} == {7}
        page = post(client, "/", *files).text
        assert ("lay on their side" in page) == turned


def test_labels_and_a_submission(client, labelled_digits):
    images, labels = labelled_digits[0][:5], labelled_digits[1][:5]
    rows = [[k, *one.ravel()] for one, k in zip(images, labels, strict=True)]
    head = ["label", *(f"pixel{i}" for i in range(784))]
    table = "\n".join(",".join(map(str, row)) for row in [head, *rows])
    page = post(client, "/", ("train.csv", table.encode())).text
    assert "differ from the labels in the file" in page
    assert 'download="submission.csv"' in page
    assert "ImageId%2CLabel%0A1%2C" in page


def test_origins_that_may_ask(predictor):
    allowed = "https://a.example"
    client = create_app(predictor, Settings(cors_origins=(allowed,))).test_client()
    header = "Access-Control-Allow-Origin"
    for origin, told in ((allowed, allowed), ("https://b.example", None)):
        asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        before = client.options(API, headers=asked)
        assert before.headers.get(header) == told
        answer = client.post(API, json=PIXELS["784"], headers={"Origin": origin})
        assert answer.headers.get(header) == told
    assert header not in client.get("/", headers={"Origin": allowed}).headers
    plain = create_app(predictor).test_client()
    assert header not in plain.get("/healthz", headers={"Origin": allowed}).headers
    with pytest.raises(ValueError, match="must be origins such as https"):
        Settings.from_environment({"DIGITS_CORS_ORIGINS": "a.example"})


def test_a_body_that_is_too_large_hears_the_limit(client):
    much = bytes((24 << 20) + 1)
    answer = client.post(API, data=much, content_type="image/png")
    check_problem(answer, 413, "a request may have at most 24 MB")


class Told:
    """Reads a digit as its first pixel says: how sure, how far, what."""

    card: ClassVar = {"thresholds": {"unsure_beyond": 0.5, "strange_above": 1.0}}

    def predict(self, images):
        sure = np.float32([0, 0.95, 0.999, 0.95, 0.2, 0.9999999])[images[:, 0, 0]]
        rows = np.repeat((1 - sure)[:, None] / 9, 10, axis=1)
        rows[:, 7] = sure
        return Prediction(rows, rows[None], np.float32(images[:, 0, 0] > 1))


# Of what is told by the first pixel, from 0
STATUSES = ["blank", "ok", "ok", "unsure", "not_a_digit", "ok"]


def test_page_api_table_and_model_server_say_the_same(tmp_path):
    digits = np.zeros((6, 28, 28), np.uint8)
    digits[:, 0, 0] = range(6)
    digits[1:, 1, 1] = 255
    client = create_app(Told()).test_client()
    stream = BytesIO()
    np.savez(stream, images=digits, labels=np.full(6, 7))
    rows = client.post(API, json={"pixels": digits.tolist()}).get_json()["predictions"]
    assert [one["status"] for one in rows] == STATUSES
    page = post(client, "/", ("told.npz", stream.getvalue())).text
    table = unquote(
        re.search(r'href="data:text/csv.*?,(.*?)" download="digits', page)[1]
    )
    assert [row.split(",")[2] for row in table.splitlines()[1:]] == STATUSES
    assert table.splitlines()[1] == "0,,blank,,,,"
    assert "<b>–</b><td>blank<td><td><td><td></tr>" in page
    assert "1 differ from the labels" in page
    sent = unquote(re.search(r'text/csv.*?,(.*?)" download="submission', page)[1])
    assert sent.splitlines()[1:3] == ["1,0", "2,7"]
    tensor = {"name": "images", "datatype": "UINT8", "shape": [6, 28, 28]}
    asked = {"inputs": [tensor | {"data": digits.ravel().tolist()}]}
    told = client.post("/v2/models/digits/infer", json=asked).get_json()["outputs"]
    shares, read, statuses = (one["data"] for one in told)
    assert statuses == STATUSES
    assert read == [-1, 7, 7, 7, 7, 7]
    # Not rounded: what is left of the last is a hundred-millionth each.
    assert 0 < shares[-1] < 1e-7
    figures = client.get("/metrics").text
    for status in set(STATUSES):
        number = 3.0 * STATUSES.count(status)
        assert f'digits_answers_total{{status="{status}"}} {number}' in figures
