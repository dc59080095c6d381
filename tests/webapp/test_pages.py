"""The gallery, the quiz, and the way from there to the main view."""

import re

import numpy as np
import pytest
from web import API, post

from ensembles.serving.predictor import Predictor
from webapp.app import create_app
from webapp.environment import Settings

ERRORS = """index,label,ensemble,probability_of_label,confidence,agreement,disputed
3,7,1,0.01,0.98,1,False
5,4,9,0.02,0.9999,1,True
6,5,5,0.99,0.99,1,False
"""
RIGHT = 4


@pytest.fixture(scope="module")
def folder(tmp_path_factory, labelled_digits):
    """Where a small evaluation lies: seven digits, two of them misread."""
    path = tmp_path_factory.mktemp("evaluated")
    (path / "errors.csv").write_text(ERRORS)
    labels = np.array([0, 1, 2, 7, 3, 4, 5])
    probabilities = np.full((7, 10), 0.01, np.float32)
    probabilities[np.arange(7), [0, 1, 2, 1, 3, 9, 5]] = 0.9
    probabilities[RIGHT, 3] = 0.3
    np.savez(path / "test.npz", images=labelled_digits[0][:7], labels=labels)
    np.savez(path / "predictions.npz", ensemble=probabilities)
    return path


@pytest.fixture(scope="module")
def client(ensemble, folder):
    settings = Settings(reports=folder, data=folder)
    return create_app(Predictor(ensemble, threads=1), settings).test_client()


def test_gallery(client):
    page = client.get("/errors").text
    assert "All 2 test digits that it got wrong" in page
    assert re.findall(r'href="(/\?digit=\d+)"', page) == ["/?digit=3", "/?digit=5"]
    assert page.count("label disputed") == 1
    assert "&gt; 99.9 % sure" in page


def test_the_error_browser_is_served_where_there_is_one(client, folder):
    assert "/errors/browser" not in client.get("/errors").text
    assert "make repro" in client.get("/errors/browser").get_data(as_text=True)
    (folder / "index.html").write_text("<!doctype html><title>cards</title>")
    try:
        assert 'href="/errors/browser"' in client.get("/errors").text
        answer = client.get("/errors/browser")
        assert "cards" in answer.text
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "script-src 'unsafe-inline'" in policy
        assert "unsafe-inline" not in client.get("/").headers["Content-Security-Policy"]
        answer.close()
    finally:
        (folder / "index.html").unlink()


def test_a_digit_of_the_gallery_is_predicted_afresh(client, labelled_digits):
    page = client.get("/?digit=3").text
    pixels = labelled_digits[0][3].tolist()
    (api,) = client.post(API, json={"pixels": pixels}).get_json()["predictions"]
    assert "Test digit 3" in page
    assert f'<p class="digit">{api["digit"]}</p>' in page
    assert api["input"] in page


@pytest.mark.parametrize(
    ("where", "status"),
    [
        ("/?digit=999", 404),
        ("/?digit=-1", 400),
        ("/?digit=../x", 400),
        ("/?digit=%C2%B2", 400),
        ("/quiz?asked=x", 400),
        ("/quiz?asked=9999999", 400),
    ],
)
def test_addresses_that_are_refused(client, where, status):
    answer = client.get(where)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"


def test_quiz_keeps_the_score_of_both(client):
    asked = []
    score = {"asked": 0, "yours": 0, "ensembles": 0}
    for _ in range(6):
        page = client.get("/quiz", query_string=score).text
        assert "Which digit is it?" in page
        answer = client.post("/quiz", data=score | {"reading": "7"}).text
        label, yours, ensembles = map(int, re.findall(r"<dd.*?>(\d)</dd>", answer))
        asked.append((label, ensembles))
        assert yours == 7
        score = {
            "asked": score["asked"] + 1,
            "yours": score["yours"] + (label == 7),
            "ensembles": score["ensembles"] + (label == ensembles),
        }
        for name, value in score.items():
            assert re.search(rf"[?;]{name}={value}\b", answer)
    # Five that were read right and the one misread label that is not disputed.
    assert sorted(asked) == [(0, 0), (1, 1), (2, 2), (3, 3), (5, 5), (7, 1)]


def test_a_reading_that_is_no_digit_is_refused(client):
    assert client.post("/quiz", data={"reading": "12"}).status_code == 400
    assert client.post("/quiz", data={}).status_code == 400


def test_without_an_evaluation_the_pages_say_what_to_run(ensemble, tmp_path):
    settings = Settings(reports=tmp_path, data=tmp_path)
    client = create_app(Predictor(ensemble, threads=1), settings).test_client()
    for where in ("/errors", "/quiz"):
        answer = client.get(where)
        assert answer.status_code == 404
        assert "make repro" in answer.text
        assert "errors.csv" in answer.text
    assert client.get("/?digit=3").status_code == 404


def test_the_answers_alone_are_a_fragment(client):
    blank = post(client, "/answers", ("a", b"nothing"))
    assert blank.status_code == 400
    assert "<html" not in blank.text
    assert 'role="alert"' in blank.text
