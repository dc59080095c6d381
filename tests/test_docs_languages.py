"""The documents in French are those in English, and every figure is put there."""

import re
from pathlib import Path

import pandas as pd
import pytest

from ensembles.metrics import error_interval
from pipeline.commands import readme
from pipeline.frame import files

ROOT = Path(__file__).parent.parent
ENGLISH = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FRENCH = [ROOT / "README.fr.md", *(ROOT / "docs/fr" / p.name for p in ENGLISH[1:])]
PAIRS = list(zip(ENGLISH, FRENCH, strict=True))
NO_BREAK = "\u00a0\u202f"


def prose(path):
    """Return a document's text without code, tables, addresses, markers, sources."""
    text, *_ = path.read_text().partition("## Sources")
    text = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
    text = re.sub(r"\]\([^)]*\)|<http[^>]*>", "]", text)
    text = re.sub(r"^\|.*\n", "", text, flags=re.M)
    return re.sub(r"<!--.*?-->", "", text)


def typed(path):
    """Return the same without the figures that the command puts there."""
    return readme.FIGURE.sub("", path.read_text())


def shown(path):
    """Return what a reader sees, in one line."""
    return re.sub(r"[ \n]+", " ", re.sub(r"<!--.*?-->", "", path.read_text()))


def test_the_headline_is_the_records():
    card = files.read_json(ROOT / "record/card.json")
    percent = f"{card['test_errors'] / 100:.2f}"
    low, high = error_interval(card["test_errors"], 10_000)
    told = shown(ROOT / "README.md")
    assert (
        f"**{card['test_errors']} of 10,000 test digits misread: {percent} %**" in told
    )
    assert f"(exact 95 % interval {low:.2f}–{high:.2f} %)" in told
    told = shown(ROOT / "README.fr.md")
    assert f"**{card['test_errors']} chiffres de test mal lus sur 10\u202f000" in told
    assert f"{percent.replace('.', ',')}\u00a0%**" in told


@pytest.mark.parametrize("readme_name", ["README.md", "README.fr.md"])
def test_the_table_of_results_is_the_leaderboard(readme_name):
    text = (ROOT / readme_name).read_text().replace(",", ".").replace("\u202f", "")
    rows = re.findall(
        r"^\| (\w+) \| (\d+) \| ([\d.]+) \| ([\d.]+)–([\d.]+) \|", text, re.M
    )
    found = {name: tuple(map(float, figures)) for name, *figures in rows}
    board = pd.read_csv(ROOT / files.LEADERBOARD)
    board = board[board["kind"] != "member"]
    assert set(found) == set(board["system"])
    for row in board.itertuples():
        expected = (row.errors, row.error_percent, row.ci_low, row.ci_high)
        assert found[row.system] == pytest.approx(expected, abs=0.0051), row.system


def test_the_readmes_are_short():
    for name in ("README.md", "README.fr.md"):
        assert len((ROOT / name).read_text().splitlines()) <= 200


@pytest.mark.parametrize("path", [*ENGLISH, *FRENCH], ids=str)
def test_percentages_that_are_typed_are_others(path):
    others = pd.read_csv(ROOT / "docs/published.csv")["error_percent"]
    known = set(re.findall(r"\d+\.\d+", " ".join(others)))
    for errors in (18, 9):
        known |= {f"{end:.2f}" for end in error_interval(errors, 10_000)}
    known |= {f"{10 / 100:.1f}"}  # ten wrong labels of 10,000
    text = re.sub(r"<!-- table.*?<!-- end -->", "", typed(path), flags=re.DOTALL)
    found = re.findall(r"(\d+[.,]\d+)(?:–(\d+[.,]\d+))?[ \u00a0]%", text)
    figures = {one.replace(",", ".") for pair in found for one in pair if one}
    known |= {f"{float(one):.2f}" for one in known}
    assert figures <= known


@pytest.mark.parametrize("path", [*ENGLISH, *FRENCH], ids=str)
def test_no_line_begins_with_a_markers_comment(path):
    # Markdown would take the line for a block of HTML.
    assert not re.findall(r"^\s*<!--[\w.]+-->", path.read_text(), flags=re.M)


def skeleton(path):
    """Return what is alike in both languages: headings, tables, figures, pictures."""
    text = path.read_text()
    return {
        "headings": [len(h) for h in re.findall(r"^(#+) ", text, flags=re.M)],
        "rows": [row.count("|") for row in re.findall(r"^\|.*", text, flags=re.M)],
        "figures": sorted(re.findall(r"<!--([\w.]+)-->", text)),
        "tables": re.findall(r"<!-- table: (\w+) -->", text),
        "pictures": [Path(p).name for p in re.findall(r"!\[[^]]*\]\(([^)]+)\)", text)],
        "addresses": sorted(re.findall(r"\]\((http[^)]+)\)", text)),
        "code": [part.count("\n") for part in text.split("```")[1::2]],
    }


@pytest.mark.parametrize(("english", "french"), PAIRS, ids=lambda p: p.name)
def test_the_french_is_of_the_same_parts(english, french):
    assert skeleton(french) == skeleton(english)


@pytest.mark.parametrize("path", FRENCH, ids=str)
def test_french_typography(path):
    text = prose(path)
    wrong = re.findall(rf".{{12}}[^{NO_BREAK}\d:!?][:;!?»%](?!/)(?=\s|$)", text)
    assert wrong == []
    assert re.findall(rf"«[^{NO_BREAK}].{{9}}", text) == []
    assert re.findall(r"\w'\w", text) == [], "an apostrophe is ’"
    versions = r"Python .*|section [\d.]+|BY-SA 3\.0"
    assert re.findall(r"\d\.\d", re.sub(versions, "", text)) == [], (
        "a decimal has a comma"
    )


def test_every_picture_is_shown_in_both_languages():
    for folder, pages in (("docs/pictures", ENGLISH), ("docs/fr/pictures", FRENCH)):
        there = {p.name for p in (ROOT / folder).glob("*.png")}
        told = {name for page in pages for name in skeleton(page)["pictures"]}
        assert there <= told
    english, french = (
        {p.name for p in (ROOT / folder).glob("*.png")}
        for folder in ("docs/pictures", "docs/fr/pictures")
    )
    assert english == french


def test_the_documents_are_small():
    held = [
        path.stat().st_size for path in (ROOT / "docs").rglob("*") if path.is_file()
    ]
    assert sum(held) < 2_000_000
