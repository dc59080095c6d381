"""Corrections: off by default, kept once, bounded, and scored."""

import base64

import numpy as np
import pytest
from PIL import Image
from web import API, DIGIT, URL, encode, post

from ensembles.pictures.reading import to_data_url
from ensembles.serving.predictor import Predictor
from pipeline.commands import corrections
from webapp.app import create_app
from webapp.environment import Settings


@pytest.fixture
def serve(ensemble, tmp_path):
    predictor = Predictor(ensemble, threads=1)

    def start(**settings):
        where = Settings(data=tmp_path, reports=tmp_path, **settings)
        return create_app(predictor, where).test_client()

    return start


@pytest.fixture
def kept(tmp_path):
    return lambda: sorted(path.name for path in (tmp_path / "feedback").glob("*"))


def correct(client, digit, label="7", **headers):
    url = digit if isinstance(digit, str) else to_data_url(digit)
    body = {"label": label, "input": url}
    return client.post("/feedback", data=body, headers=headers)


def text_of(content):
    return base64.b64encode(content).decode()


def two_headers(side):
    """Return a PNG whose first header says 28 pixels, and the second what it has."""
    large, small = (encode(Image.new("L", (one, one))) for one in (side, 28))
    return small[:33] + large[8:]


def test_nothing_is_kept_by_default(serve, mnist_digits, kept):
    client = serve()
    assert correct(client, mnist_digits[0]).status_code == 404
    assert kept() == []
    assert 'action="/feedback"' not in post(client, "/", ("a", DIGIT)).text


OTHER = "https://evil.example"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": OTHER, "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": OTHER}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Origin": "http://localhost:8001"}, 403),
    ],
)
def test_only_its_own_page_corrects(serve, mnist_digits, kept, headers, status):
    client = serve(feedback_bytes=100_000)
    assert correct(client, mnist_digits[0], **headers).status_code == status
    assert len(kept()) == (status == 200)


def test_a_correction_is_kept_once(serve, mnist_digits, kept, tmp_path):
    client = serve(feedback_bytes=100_000)
    for label in ("7", "7", "1"):
        assert correct(client, mnist_digits[0], label).status_code == 200
    assert correct(client, mnist_digits[1]).status_code == 200
    assert len(kept()) == 3
    images, labels = corrections.read_corrections(tmp_path / "feedback")
    assert sorted(labels.tolist()) == [1, 7, 7]
    found = {image.tobytes() for image in images}
    assert found == {digit.tobytes() for digit in mnist_digits[:2]}


def test_an_answer_offers_to_correct_it(serve, kept):
    client = serve(feedback_bytes=100_000)
    (one,) = post(client, API, ("a", DIGIT)).get_json()["predictions"]
    page = post(client, "/", ("a", DIGIT)).text
    assert 'action="/feedback"' in page
    assert correct(client, one["input"], "3").status_code == 200
    assert [name[-6:] for name in kept()] == ["-3.png"]


def test_no_more_than_is_allowed_is_kept(serve, mnist_digits, kept):
    client = serve(feedback_bytes=1000)
    statuses = [correct(client, digit).status_code for digit in mnist_digits[:9]]
    assert statuses[0] == 200
    assert statuses[-1] == 503
    assert len(kept()) == statuses.count(200)


def test_what_is_gathered_and_taken_away_makes_room(
    serve, mnist_digits, kept, tmp_path
):
    client = serve(feedback_bytes=1000)
    for _ in range(2):
        while correct(client, mnist_digits[len(kept())]).status_code == 200:
            pass
        assert kept()
        for name in kept():
            (tmp_path / "feedback" / name).unlink()


def test_what_a_killed_server_left_is_swept(serve, mnist_digits, kept, tmp_path):
    (tmp_path / "feedback").mkdir()
    (tmp_path / "feedback/.0a-7-123.png").write_bytes(bytes(5000))
    assert correct(serve(feedback_bytes=1000), mnist_digits[0]).status_code == 200
    (name,) = kept()
    assert not name.startswith(".")


@pytest.mark.parametrize(
    ("label", "url"),
    [
        ("12", None),
        ("²", None),
        ("../7", None),
        ("7", ""),
        ("7", "data:image/png;base64,?"),
        ("7", "data:image/png;base64,aGVsbG8="),
        ("7", to_data_url(np.zeros((27, 28), np.uint8))),
        ("7", "data:image/png;base64," + "A" * 9000),
        ("7", URL + text_of(encode(Image.new("L", (28, 28)), "WEBP"))),
        ("7", URL + text_of(two_headers(2000))),
        ("7", URL + text_of(encode(Image.new("RGB", (28, 28))))),
    ],
)
def test_what_is_no_correction_is_refused(serve, mnist_digits, kept, label, url):
    client = serve(feedback_bytes=100_000)
    digit = mnist_digits[0] if url is None else url
    assert correct(client, digit, label).status_code == 400
    assert kept() == []


def test_score(ensemble, tmp_path, capsys, mnist_digits):
    read = Predictor(ensemble, threads=1).predict(mnist_digits[:2]).digits
    labels = [read[0], (read[1] + 1) % 10]
    for i, label in enumerate(labels):
        path = tmp_path / f"{i:032x}-{label}.png"
        Image.fromarray(mnist_digits[i]).save(path)
    (tmp_path / "other.txt").write_text("")
    corrections.main(None, tmp_path, ensemble=ensemble)
    assert capsys.readouterr().out == (
        f"1 of 2 corrected digits misread\n{labels[1]}: read as {read[1]}\n"
    )


def test_score_of_nothing(tmp_path):
    with pytest.raises(
        ValueError, match=r"no labelled digits in .*: serve with DIGITS_FEEDBACK"
    ):
        corrections.read_corrections(tmp_path)
