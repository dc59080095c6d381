"""The API: bodies of every kind, statuses, and its own description."""

import csv
import gzip
import io
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import schemathesis
from conftest import CARD
from hypothesis import HealthCheck, settings
from schemathesis import checks
from web import API, BLANK, DIGIT, check_problem, draw, encode, post

from ensembles.pictures.reading import to_mnist
from ensembles.serving.predictor import Prediction, Predictor
from webapp.answers import blank
from webapp.app import create_app
from webapp.documented import PROBLEMS
from webapp.problems import FOR_PROGRAMS

SEVEN = to_mnist(draw())


@pytest.fixture(scope="module")
def predictor(ensemble):
    return Predictor(ensemble, threads=1)


@pytest.fixture(scope="module")
def app(predictor):
    return create_app(predictor)


@pytest.fixture(scope="module")
def client(app):
    return app.test_client()


def unnamed(body):
    """Return a response as if its file had no name."""
    for part in ("predictions", "numbers"):
        for one in body[part]:
            one["file"] = None
    return body


def send_pixels(client, pixels):
    return client.post(API, json={"pixels": pixels})


@pytest.mark.parametrize("kind", ["PNG", "BMP", "GIF", "WEBP"])
def test_a_raw_image_is_answered_as_a_form_is(client, kind):
    content = encode(draw(), kind, **({"lossless": True} if kind == "WEBP" else {}))
    raw = client.post(API, data=content, content_type=f"image/{kind.lower()}")
    assert raw.get_json() == unnamed(post(client, API, ("a", DIGIT)).get_json())


def test_pixels_are_read_as_they_are(client, predictor):
    (one,) = send_pixels(client, SEVEN.tolist()).get_json()["predictions"]
    expected = predictor.predict(SEVEN[None]).probabilities[0]
    np.testing.assert_allclose(one["probabilities"], expected, atol=1e-6)
    assert one["box"] is None


def test_many_pixels_keep_their_order(client):
    many = np.stack([SEVEN, np.zeros_like(SEVEN), SEVEN[::-1]])
    answers = send_pixels(client, many.tolist()).get_json()["predictions"]
    singles = [send_pixels(client, one.tolist()).get_json() for one in many]
    assert [one.pop("picture") for one in answers] == [0, 1, 2]
    expected = [single["predictions"][0] | {"picture": 0} for single in singles]
    assert [one | {"picture": 0} for one in answers] == expected
    assert answers[1] | {"picture": 0} == asdict(blank())


SQUARE = SEVEN.tolist()
# A body in JSON, and the status and message of the answer
REFUSED = {
    "not JSON": ("{", 400, "no JSON that can be read"),
    "deep": ("[" * 200_000, 400, "no JSON that can be read"),
    "no object": ("[]", 422, '"pixels"'),
    "no pixels": ('{"digits": []}', 422, '"pixels"'),
    "a number": ('{"pixels": 7}', 422, "a list of 28 × 28"),
    "empty": ('{"pixels": []}', 422, "got (0,)"),
    "too many": (json.dumps({"pixels": [0] * 70_001}), 422, "at most 70,000 digits"),
    "ragged": ('{"pixels": [[1], [1, 2]]}', 422, "rows differ"),
    "too small": ('{"pixels": [[1, 2], [1, 2]]}', 422, "got (2, 2)"),
    "text": (json.dumps({"pixels": [["a"] * 28] * 28}), 422, "whole numbers"),
    "dark": (json.dumps({"pixels": [[0.2] * 28] * 28}), 422, "brightest pixel is 0.2"),
    "normalised": (json.dumps({"pixels": [[-0.4] * 28] * 28}), 422, "normalised them"),
    "an address": ('{"image": "https://a.example/7.png"}', 422, "nothing is fetched"),
    "a text in base64": ('{"image": "aGVsbG8="}', 400, "the body: not an image"),
    "true": (json.dumps({"pixels": [[True] * 28] * 28}), 422, "whole numbers"),
    "negative": (json.dumps({"pixels": [[-1] * 28] * 28}), 422, "0 to 255"),
    "too bright": (json.dumps({"pixels": [[256] * 28] * 28}), 422, "0 to 255"),
    "huge": (json.dumps({"pixels": [[10**30] * 28] * 28}), 422, "whole numbers"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_pixels_that_are_refused(client, case):
    body, status, message = REFUSED[case]
    answer = client.post(API, data=body, content_type="application/json")
    check_problem(answer, status, message)


@pytest.mark.parametrize(("full", "told"), [(1, 1), (16, 16), (255, None)])
def test_pixels_of_another_range_are_scaled_and_it_is_said(client, full, told):
    digits = np.stack([SEVEN, SEVEN.T, np.zeros_like(SEVEN)])
    coarse = np.rint(digits * (full / 255))
    expected = send_pixels(client, np.rint(coarse * (255 / full)).astype(int).tolist())
    answer = send_pixels(client, coarse.astype(int).tolist()).get_json()
    assert answer["predictions"] == expected.get_json()["predictions"]
    assert answer["pixels_scaled_from"] == told
    header = bytes([0, 0, 8, 3]) + np.array(digits.shape, ">u4").tobytes()
    page = post(client, "/", ("digits", header + coarse.astype(np.uint8).tobytes()))
    assert (f"Pixels of 0 to {told} were scaled" in page.text) == bool(told)


@pytest.mark.parametrize("brightest", [2, 11, 17, 63])
def test_pixels_of_no_known_range_are_refused(client, brightest):
    dark = np.minimum(SEVEN, brightest)
    answer = send_pixels(client, dark.tolist())
    check_problem(answer, 422, f"the brightest pixel is {brightest}; of digits it is")
    header = bytes([0, 0, 8, 3]) + np.array((1, 28, 28), ">u4").tobytes()
    page = post(client, "/answers", ("dark", header + dark.tobytes()))
    assert page.status_code == 400
    assert f"dark: the brightest pixel is {brightest}" in page.text


@pytest.mark.parametrize("kind", [None, "text/plain", "application/pdf"])
def test_other_bodies_are_refused(client, kind):
    answer = client.post(API, data=b"7", content_type=kind)
    check_problem(answer, 415, "send multipart/form-data")


def test_a_raw_body_that_is_no_image(client):
    answer = client.post(API, data=b"7", content_type="image/png")
    check_problem(answer, 400, "the body: not an image")


def test_model(client):
    body = client.get("/api/v1/model").get_json()
    assert body["members"] == 3
    assert body == post(client, API, ("a", DIGIT)).get_json()["model"]


@pytest.mark.parametrize(
    ("thresholds", "status", "digit"),
    [
        ({"unsure_below": 0}, "ok", True),
        ({"unsure_below": 1}, "unsure", True),
        ({"unsure_beyond": 0, "strange_above": 0}, "not_a_digit", False),
    ],
)
def test_statuses_follow_the_card(predictor, monkeypatch, thresholds, status, digit):
    class Far:
        def distances(self, features):
            return np.ones(len(features))

    monkeypatch.setattr(predictor, "_detector", Far())
    monkeypatch.setitem(predictor.card, "thresholds", thresholds)
    client = create_app(predictor).test_client()
    (one,) = post(client, API, ("a", DIGIT)).get_json()["predictions"]
    assert one["status"] == status
    assert (one["digit"] is not None) == digit
    page = post(client, "/", ("a", DIGIT)).text
    assert f'class="reading {status}"' in page


def test_classify_on_the_command_line(app, client, tmp_path):
    path = tmp_path / "seven.png"
    path.write_bytes(DIGIT)
    empty = tmp_path / "empty.png"
    empty.write_bytes(BLANK)
    ran = app.test_cli_runner().invoke(args=["classify", str(path), str(empty)])
    answer = post(client, API, ("a", DIGIT), ("b", BLANK)).get_json()
    assert unnamed(json.loads(ran.output)) == unnamed(answer)


def test_classify_names_what_it_cannot_read_and_goes_on(app, tmp_path, labelled_digits):
    (tmp_path / "bad.png").write_bytes(b"hello")
    (tmp_path / "seven.png").write_bytes(DIGIT)
    np.save(tmp_path / "table.npy", labelled_digits[0][:3])
    (tmp_path / "notes.txt").write_text("no picture")
    absent = tmp_path / "absent.png"
    arguments = ["classify", "--csv", str(tmp_path), str(absent)]
    ran = app.test_cli_runner().invoke(args=arguments)
    assert ran.exit_code == 1
    rows = list(csv.DictReader(io.StringIO(ran.stdout)))
    names = [Path(row["file"]).name for row in rows]
    assert names == ["seven.png", *["table.npy"] * 3]
    assert [row["picture"] for row in rows] == ["1", "2", "3", "4"]
    assert all(row["digit"] for row in rows)
    assert ran.stderr.splitlines() == [
        f"error: {tmp_path / 'bad.png'}: not an image that can be read; allowed are "
        "PNG, JPEG, WEBP, GIF, BMP, TIFF, AVIF, HEIF, ICO",
        f"error: {absent}: No such file or directory",
    ]


def test_the_table_of_an_idx_file(client, predictor, labelled_digits):
    digits = labelled_digits[0][:200]
    header = bytes([0, 0, 8, 3]) + np.array(digits.shape, ">u4").tobytes()
    plain = header + digits.tobytes()
    page = post(client, "/", ("<digits>", plain)).text
    assert page == post(client, "/", ("<digits>", gzip.compress(plain))).text
    assert "<strong>200</strong> digits read" in page
    assert "&lt;digits&gt;" in page
    prediction = predictor.predict(digits)
    rows = page.split("<tbody>")[1].split("</tbody>")[0].strip().splitlines()
    assert [int(row.split("<b>")[1][0]) for row in rows] == prediction.digits.tolist()


def idx_of(n, side=28):
    header = bytes([0, 0, 8, 3]) + np.array([n, side, side], ">u4").tobytes()
    return gzip.compress(header + bytes(n * side * side), 1)


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [
        (idx_of(70_001), 400, "at most 70,000 digits are allowed; got 70,001"),
        (idx_of(0), 400, "holds no digit"),
        (idx_of(3, side=27), 400, "must be 28 × 28 or n × 28 × 28, or 784 in place"),
        (idx_of(180_000), 400, "unpacks to more than 128 MiB"),
        (idx_of(5)[:-9], 400, "truncated gzip data"),
        (b"\0\0\x08\x03\0", 400, "truncated within its header"),
    ],
)
def test_tables_that_are_refused(client, content, status, message):
    answer = post(client, "/answers", ("many.gz", content))
    assert answer.status_code == status
    assert message in answer.text


def test_a_large_plain_table_has_its_own_limit(client):
    plain = gzip.decompress(idx_of(33_000))
    refused = post(client, "/", ("many", plain))
    assert refused.status_code == 413
    assert "with ?table=1, for files of many digits, 80 MB; got 24.7 MB" in refused.text
    assert post(client, "/?table=1", ("many", plain[:-1])).status_code == 400


def test_every_status_is_a_problem_that_the_document_tells(client):
    assert client.get("/api/v1/nothing").status_code in PROBLEMS
    document = client.get("/api/v1/openapi.json").get_json()
    told = document["paths"]["/api/v1/predict"]["post"]["responses"]
    assert {int(status) for status in told} == {200, *PROBLEMS} - {404, 405}


def test_the_document_tells_every_route_for_programs(app, client):
    document = client.get("/api/v1/openapi.json").get_json()
    routes = {rule.rule for rule in app.url_map.iter_rules()}
    routes = {one for one in routes if one.startswith(FOR_PROGRAMS)}
    assert routes - {"/api/v1/openapi.json"} == document["paths"].keys()


CHECKS = (
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.unsupported_method,
)


class Even:
    """Takes no time to find every digit equally likely."""

    card = CARD

    def predict(self, images):
        members = np.full((3, len(images), 10), 0.1, np.float32)
        return Prediction(members.mean(0), members)


@schemathesis.openapi.from_wsgi(
    "/api/v1/openapi.json", create_app(Even())
).parametrize()
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_the_document_holds(case):
    case.call_and_validate(checks=CHECKS)
