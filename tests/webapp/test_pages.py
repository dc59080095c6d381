"""The gallery, the quiz, and the way from there to the main view."""

import json
import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
from web import API, DIGIT, post

from ensembles.serving.predictor import Predictor
from webapp.app import create_app
from webapp.environment import Settings
from webapp.gallery import Gallery

ERRORS = """index,label,ensemble,probability_of_label,confidence,agreement,disputed
3,7,1,0.01,0.98,1,False
5,4,9,0.02,0.9999,1,True
6,5,5,0.99,0.99,1,False
4,3,3,0.6,0.6,1,False
"""
OF_RELEASE = ERRORS.replace("5,4,9,", "5,4,4,")
"""Of the ensemble that was released, which reads one digit more."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory, labelled_digits, ensemble):
    """Where a small evaluation lies: of seven digits two are misread."""
    path = tmp_path_factory.mktemp("evaluated")
    (path / "errors.csv").write_text(ERRORS)
    card = json.loads(ensemble.with_name("card.json").read_text())
    of = {"ensemble_sha256": card["sha256"]}
    (path / "metrics.json").write_text(json.dumps(of))
    labels = np.array([0, 1, 2, 7, 3, 4, 5])
    np.savez(path / "test.npz", images=labelled_digits[0][:7], labels=labels)
    return path


def serve(ensemble, reports, data):
    settings = Settings(ensemble=ensemble, reports=reports, data=data)
    return create_app(Predictor(ensemble, threads=1), settings).test_client()


@pytest.fixture(scope="module")
def client(ensemble, folder):
    return serve(ensemble, folder, folder)


@pytest.fixture
def copied(ensemble, tmp_path):
    """Copy the ensemble, so that what lies beside it may be changed."""
    for name in (ensemble.name, "card.json"):
        shutil.copy(ensemble.with_name(name), tmp_path)
    return tmp_path / ensemble.name


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
        linked = 'href="/errors/browser#system=ensemble"'
        assert linked in client.get("/errors").text
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


def test_a_test_digit_is_not_offered_for_correction(ensemble, folder):
    """For what is corrected may be trained on."""
    settings = Settings(ensemble=ensemble, reports=folder, data=folder)
    settings = replace(settings, feedback_bytes=1000)
    client = create_app(Predictor(ensemble, threads=1), settings).test_client()
    shown, own = client.get("/?digit=3").text, post(client, "/", ("a", DIGIT)).text
    assert ('action="/feedback"' in shown, 'action="/feedback"' in own) == (False, True)


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
    # The two that were read right and the misread one that is not disputed.
    assert sorted(asked) == [(3, 3), (3, 3), (5, 5), (5, 5), (7, 1), (7, 1)]


def test_a_reading_that_is_no_digit_is_refused(client):
    assert client.post("/quiz", data={"reading": "12"}).status_code == 400
    assert client.post("/quiz", data={}).status_code == 400


def test_a_release_is_shown_by_its_own_evaluation(copied, folder):
    """The reports are of another ensemble, the last run's."""
    copied.with_name("errors.csv").write_text(OF_RELEASE)
    page = serve(copied, folder, folder).get("/errors").text
    assert re.findall(r'href="(/\?digit=\d+)"', page) == ["/?digit=3"]


def check_nothing_is_shown(client, *files):
    for where in ("/errors", "/quiz"):
        answer = client.get(where)
        assert answer.status_code == 404
        assert "make repro" in answer.text
        for name in files:
            assert f"/{name}</code>" in answer.text
    assert client.post("/quiz", data={"reading": "1"}).status_code == 404
    assert client.get("/?digit=3").status_code == 404
    page = client.get("/").text
    assert 'href="/errors"' not in page
    assert 'href="/quiz"' not in page


def test_the_pages_are_offered_where_they_can_be_shown(client):
    page = client.get("/").text
    assert 'href="/errors"' in page
    assert 'href="/quiz"' in page


def test_without_an_evaluation_the_pages_say_what_to_run(ensemble, tmp_path):
    check_nothing_is_shown(serve(ensemble, tmp_path, tmp_path), "errors.csv")


def test_an_evaluation_of_another_ensemble_is_not_shown(ensemble, folder, tmp_path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "metrics.json").write_text('{"ensemble_sha256": "ab"}')
    check_nothing_is_shown(serve(ensemble, tmp_path, folder), "errors.csv")


def test_a_damaged_evaluation_takes_no_other_page_away(ensemble, folder, tmp_path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "test.npz").write_bytes(b"PK\x03\x04")
    check_nothing_is_shown(serve(ensemble, tmp_path, tmp_path), "test.npz")
    for text in ("{", "[]"):
        (tmp_path / "metrics.json").write_text(text)
        check_nothing_is_shown(serve(ensemble, tmp_path, folder), "errors.csv")


@pytest.mark.parametrize(
    "rows", ["", "3,8,1,0.01,0.98,1,False\n", "7,1,1,0,1,1,False\n", "3,7"]
)
def test_an_evaluation_of_no_or_other_digits_is_not_shown(copied, folder, rows):
    copied.with_name("errors.csv").write_text(ERRORS.partition("\n")[0] + "\n" + rows)
    check_nothing_is_shown(serve(copied, folder, folder), "errors.csv", "test.npz")


def test_as_many_are_shown_as_the_released_card_says():
    card = json.loads(Settings.ensemble.with_name("card.json").read_text())
    assert len(Gallery(card["sha256"], Settings()).errors) == card["test_errors"]


def test_the_answers_alone_are_a_fragment(client):
    blank = post(client, "/answers", ("a", b"nothing"))
    assert blank.status_code == 400
    assert "<html" not in blank.text
    assert 'role="alert"' in blank.text
