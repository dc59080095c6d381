"""Pages of several digits: nothing sure is wrong, nothing is left out unsaid."""

import damaged
import numpy as np
import pages
import pytest
from web import API, encode

from ensembles.serving.predictor import Predictor
from webapp.app import create_app
from webapp.environment import Settings

EACH = 20


@pytest.fixture(scope="module")
def client():
    return create_app(Predictor(Settings.ensemble, threads=1)).test_client()


def ask(client, picture):
    """Return the API's answer to a picture."""
    return client.post(API, data=encode(picture), content_type="image/png").get_json()


def read(answer):
    """Return what was read, digits and separators, and whether all of it is sure."""
    answers = answer["predictions"]
    marks = [one["character"] or one["digit"] for one in answers]
    return marks, all(one["status"] == "ok" for one in answers)


@pytest.mark.parametrize("kind", pages.KINDS)
def test_pages_of_every_kind_are_read(client, kind):
    right, sure_and_wrong = 0, []
    for seed in range(EACH):
        labels, picture = pages.draw(kind, seed)
        marks, sure = read(ask(client, picture))
        right += marks == labels
        if sure and marks != labels:
            sure_and_wrong.append((seed, labels, marks))
    assert right >= 0.95 * EACH
    assert not sure_and_wrong


@pytest.mark.parametrize("kind", damaged.KINDS)
def test_damaged_rows_of_every_kind_are_read(client, kind):
    right, sure_and_wrong = 0, []
    for seed in range(EACH):
        labels, picture = damaged.draw(kind, seed)
        answers = ask(client, picture)["predictions"]
        around = beside_struck(labels, answers)
        right += around is not None
        if around is None and all(one["status"] == "ok" for one in answers):
            sure_and_wrong.append((seed, labels, read({"predictions": answers})))
    assert right >= 0.95 * EACH
    assert not sure_and_wrong


def beside_struck(labels, answers):
    """Return what is said of what was struck through, or None if the rest is wrong.

    Nothing of it may be sure.
    """
    place = labels.index(damaged.STRUCK) if damaged.STRUCK in labels else len(labels)
    before, after = labels[:place], labels[place + 1 :]
    marks, _ = read({"predictions": answers})
    end = len(marks) - len(after)
    struck = answers[place:end]
    whole = end >= place and marks[:place] == before and marks[end:] == after
    if place == len(labels):
        whole = whole and not struck
    sure = any(one["status"] == "ok" for one in struck)
    return struck if whole and not sure else None


def test_a_page_of_three_hundred_digits_is_read_whole(client):
    rng = np.random.default_rng(0)
    drawn, _ = pages.digits(rng, 300, 28)
    page = np.zeros((640, 960), np.float32)
    for number, (_, mask) in enumerate(drawn):
        top, left = 10 + 42 * (number // 20), 10 + 46 * (number % 20)
        page[top : top + mask.shape[0], left : left + mask.shape[1]] = mask
    answer = ask(client, pages.paint(rng, page))
    assert len(answer["predictions"]) == 300
    assert answer["left_out"] == []
    marks, _ = read(answer)
    right = np.array(marks) == [label for label, _ in drawn]
    assert right.mean() >= 0.97


def test_what_is_left_out_is_told(client):
    rng = np.random.default_rng(1)
    labels, mask, height, _, starts = pages.row(rng)
    faint = np.where(np.arange(mask.shape[1]) < starts[1] - 2, 1, 0.15) * mask
    answer = ask(client, pages.paint(rng, pages.around(rng, faint, height), (0, 0, 0)))
    assert len(answer["predictions"]) == 1
    assert len(answer["left_out"]) == len(labels) - 1
    assert {one["why"] for one in answer["left_out"]} == {"fainter than the rest"}
