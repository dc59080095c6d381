"""The released ensemble says when it is shown no digit, and trusts digits."""

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import scrawls
from marks import needs_mnist
from web import API, encode

from ensembles.serving.predictor import Predictor
from pipeline.frame import params
from webapp.app import create_app
from webapp.environment import Settings

PARAMETERS = Path(__file__).parents[2] / "params.yaml"
EACH = 150
# Shares that are called no digit, and no digit or unsure, at least.
LEAST = {"letter": (0.33, 0.9), "scribble": (0.38, 0.9), "noise": (0.98, 0.98)}


@pytest.fixture(scope="module")
def client():
    return create_app(Predictor(Settings.ensemble, threads=1)).test_client()


def statuses(client, content):
    answer = client.post(API, data=content, content_type="image/png")
    return [one["status"] for one in answer.get_json()["predictions"]]


@pytest.mark.parametrize("kind", LEAST)
def test_what_is_no_digit_is_doubted(client, kind):
    draw, counted = getattr(scrawls, kind), Counter()
    for seed in range(EACH):
        found = statuses(client, encode(draw(np.random.default_rng(seed))))
        refused = "ok" not in found and "unsure" not in found
        counted["refused"] += refused
        counted["doubted"] += "ok" not in found
    refused, doubted = LEAST[kind]
    assert counted["refused"] >= refused * EACH, counted
    assert counted["doubted"] >= doubted * EACH, counted


@needs_mnist
def test_digits_are_trusted(client, labelled_digits):
    images, _ = labelled_digits
    answer = client.post(API, json={"pixels": images[:500].tolist()}).get_json()
    counted = Counter(
        "unusual" if one["status"] == "unsure" and one["unusual"] else one["status"]
        for one in answer["predictions"]
    )
    expected = 500 * params.load(PARAMETERS).combine.doubted_percent / 100
    assert counted["unusual"] <= expected + 3 * math.sqrt(expected), counted
    assert counted["unsure"] <= 20, counted
    assert counted["not_a_digit"] <= 10, counted


def test_a_blank_sheet_is_no_digit(client):
    for grey in (0, 128, 255):
        sheet = np.full((200, 300), grey, np.uint8)
        assert statuses(client, encode(scrawls.Image.fromarray(sheet))) == ["blank"]
