"""The pages speak the browser's language, and no text is missing in any."""

import gzip
import json
import re
from io import BytesIO
from pathlib import Path
from string import Formatter

import numpy as np
import pytest
from web import BLANK, DIGIT, post

from ensembles.pictures.separators import DOUBTS
from ensembles.serving.predictor import Predictor
from webapp.app import create_app
from webapp.translation import CATALOGUES

WEBAPP = Path(__file__).parents[2] / "webapp"
ENGLISH, FRENCH = CATALOGUES["en"], CATALOGUES["fr"]
IN_FRENCH = {"Accept-Language": "fr-CA,fr;q=0.9,en;q=0.5"}


@pytest.fixture(scope="module")
def client(ensemble):
    return create_app(Predictor(ensemble, threads=1)).test_client()


def fields(text):
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name)


def test_both_catalogues_have_the_same_texts():
    assert list(ENGLISH) == list(FRENCH)
    for name, text in ENGLISH.items():
        assert text and FRENCH[name]
        assert fields(text) == fields(FRENCH[name]), name
        assert re.findall(r"</?\w+", text) == re.findall(r"</?\w+", FRENCH[name]), name
        assert '"' not in text + FRENCH[name], f"{name}: may stand in an attribute"


def names_used():
    """Name every text that templates, modules and scripts ask for."""
    for template in (WEBAPP / "templates").glob("*.html"):
        for expression in re.findall(r"\{\{.*?\}\}", template.read_text(), flags=re.S):
            for call in re.split(r"\bt\(", expression)[1:]:
                first = re.split(r",\s*\w+=", call)[0].partition(" ~ ")[0]
                yield from re.findall(r'"([a-z][\w.]*)"', first)
    for module in WEBAPP.glob("*.py"):
        yield from re.findall(r'\btext\(\s*"([\w.]+)"', module.read_text())
    for script in (WEBAPP / "static").glob("*.js"):
        for call in re.findall(r"\bsay\((.*?)[,)]", script.read_text()):
            yield from (f"script.{name}" for name in re.findall(r'"(\w+)"', call))


PREFIXES = ("nav.", "column.", "status.", "said.", "why.", "doubt.")
"""What a part that is computed follows."""


def test_every_doubt_has_a_text():
    assert {f"doubt.{one}" for one in DOUBTS} < set(ENGLISH)


def test_every_text_that_is_used_exists_and_every_text_is_used():
    used = set(names_used())
    assert {name for name in used if name not in ENGLISH} <= set(PREFIXES)
    spare = {name for name in ENGLISH if not name.startswith(PREFIXES)} - used
    assert spare == set()


def test_no_text_is_written_in_a_template():
    for template in (WEBAPP / "templates").glob("*.html"):
        text = re.sub(
            r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", template.read_text(), flags=re.S
        )
        text = re.sub(r"<code.*?</code>|<[!\w][^>]*>|</\w+>", "", text)
        assert re.findall(r"[A-Za-z]{3,}", text) == [], template.name
        for label in re.findall(
            r'(?:alt|title|aria-label)="([^"]*)"', template.read_text()
        ):
            assert not label or "{{" in label, label


def test_every_reason_of_the_pictures_room_has_its_words():
    room = WEBAPP.parent / "ensembles/pictures"
    judging = (room / "judging.py").read_text()
    reasons = re.findall(r'^        "([a-z][^"]+)": ', judging, flags=re.M)
    grouping = (room / "grouping.py").read_text()
    reasons += re.findall(r'LeftOut\(.*, "([^"]+)"\)', grouping)
    assert len(reasons) >= 4
    assert {f"why.{one}" for one in reasons} <= set(ENGLISH)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "en"),
        ({"Accept-Language": "de"}, "en"),
        ({"Accept-Language": "fr"}, "fr"),
        (IN_FRENCH, "fr"),
        ({"Accept-Language": "en-GB,fr;q=0.5"}, "en"),
    ],
)
@pytest.mark.parametrize("where", ["/", "/errors", "/quiz"])
def test_the_language_is_the_browsers(client, asked, code, where):
    page = client.get(where, headers=asked).text
    assert f'<html lang="{code}">' in page
    assert CATALOGUES[code]["skip"] in page
    other = "fr" if code == "en" else "en"
    assert CATALOGUES[other]["skip"] not in page


def test_an_answer_in_french(client):
    boundary = "x"
    body = (
        (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; '
            f'filename="a.png"\r\n\r\n'
        ).encode()
        + DIGIT
        + f"\r\n--{boundary}--\r\n".encode()
    )
    page = client.post(
        "/answers",
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
        headers=IN_FRENCH,
    ).text
    assert "réseaux sur 3</strong> sont d’accord" in page
    assert re.search(r"\d,\d\u00a0%", page)
    assert not re.search(r"\d\.\d %", page)


def test_a_table_in_french(client, labelled_digits):
    images = np.resize(labelled_digits[0][0], (1200, 28, 28))
    header = bytes([0, 0, 8, 3]) + np.array(images.shape, ">u4").tobytes()
    content = gzip.compress(header + images.tobytes())
    many = {"file": (BytesIO(content), "many")}
    page = client.post("/answers", data=many, headers=IN_FRENCH).text
    assert "<strong>1\u202f200</strong> chiffres lus, dont 1\u202f200 douteux" in page
    assert "1\u202f200 chiffres lus dans many" in page
    assert "<td>33\u00a0%" in page
    assert not re.search(r"\d %", page)


def test_a_name_cannot_become_html(client):
    page = post(client, "/answers", ("<b>x</b>.png", BLANK), ("<i>.png", b"none")).text
    assert "<b>x</b>" not in page
    assert "<i>" not in page


def test_the_scripts_texts_are_in_the_page(client):
    page = client.get("/", headers=IN_FRENCH).text
    found = re.search(r'id="words">(.*?)</template>', page, flags=re.DOTALL)[1]
    assert json.loads(found)["no_answer"] == FRENCH["script.no_answer"]
