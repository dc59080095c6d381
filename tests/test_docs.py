"""The documents say what is so."""

import re
import shlex
from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest
import scales
from ruamel.yaml import YAML

from ensembles.baselines.base import BASELINES
from ensembles.combining.combiners import COMBINERS
from ensembles.members.networks import ARCHITECTURES, multiply_adds
from ensembles.metrics import error_interval
from ensembles.pictures import decoding
from pipeline.commands import readme, tune
from pipeline.documents import results
from pipeline.frame import files
from script import parse_arguments
from webapp import server
from webapp.environment import Settings

ROOT = Path(__file__).parent.parent
FILLED = [path.relative_to(ROOT).as_posix() for path in readme.documents(ROOT)]
DOCUMENTS = [*FILLED, "CONTRIBUTING.md"]
README = (ROOT / "README.md").read_text()
SYSTEMS = (ROOT / "docs/systems.md").read_text()
OPERATING = (ROOT / "docs/operating.md").read_text()


@pytest.fixture(scope="module")
def sources():
    return results.read_sources(ROOT)


@pytest.fixture
def board():
    return pd.read_csv(ROOT / files.LEADERBOARD)


@pytest.fixture
def metrics():
    return files.read_json(ROOT / files.METRICS)


@pytest.fixture
def settings():
    return YAML(typ="safe").load(ROOT / "params.yaml")


@pytest.mark.parametrize("document", FILLED)
def test_figures_and_tables_are_those_of_the_runs(document, sources, monkeypatch):
    monkeypatch.chdir(ROOT)
    text, place = (ROOT / document).read_text(), ROOT / document
    filled = readme.fill(text, sources, readme.language_of(place), place)
    assert filled == text, "run `make readme`"


@pytest.fixture
def journal():
    return " ".join((ROOT / files.RELEASE / "journal.md").read_text().split())


def test_the_journal_tells_what_the_networks_reached_in_the_same_time(journal):
    found = files.read_json(ROOT / "reports/benchmarks/networks.json")["networks"]
    for name, figures in found.items():
        assert f"`{name}` {figures['errors']}" in journal
    one_epoch = [found[name]["seconds"] for name in ("m5", "m7", "m3")]
    assert "in {}, {} and {} seconds".format(*one_epoch) in journal


def test_the_journal_tells_the_errors_of_the_members(journal, sources):
    card = sources.card
    for name in {member["name"].split("/")[0] for member in card["members"]}:
        places = (ROOT / files.RELEASE / "members" / name).glob("*/card.json")
        errors = sum(files.read_json(place)["held_out_errors"] for place in places)
        assert f"| `{name}` | {errors} |" in journal
    together = card["out_of_fold_errors"]
    assert f"| mean of all, tempered | {together} |" in journal
    errors = card["test_errors"]
    assert f"this one {together} and {errors}." in journal
    assert f"so the {errors} stand" in journal


def test_the_journal_tells_how_exactly_differences_are_known(journal, sources):
    apart = sources.lessons["writers"]["between_networks"]
    least, most = apart["least"], apart["most"]
    assert f"of two of the record's, {least} to {most} digits of a fold" in journal
    assert f"± {least**0.5:.0f} to {most**0.5:.0f}." in journal


def test_the_journal_tells_what_one_warp_does_at_twelve_epochs(journal):
    warped, before = (
        sum(
            files.read_json(folder / f"deskewed_strided/{seed}/card.json")[
                "held_out_errors"
            ]
            for seed in (0, 1)
        )
        for folder in (ROOT / "record/trials/one_warp", ROOT / "record/members")
    )
    assert f"{warped} errors with one warp and {before} with two resamplings" in journal


def test_the_journal_tells_how_the_first_of_doucets_read(journal):
    def cards(folder):
        return [files.read_json(folder / f"{seed}/card.json") for seed in range(5)]

    def errors(folder):
        return sum(card["held_out_errors"] for card in cards(folder))

    doucet = ROOT / "record/trials/unmarked/doucet"
    *first, last = (card["held_out_errors"] for card in cards(doucet))
    digits = sum(card["held_out_digits"] for card in cards(doucet))
    ours = [errors(folder) for folder in (ROOT / "record/members").iterdir()]
    each = f"{', '.join(map(str, first))} and {last}"
    assert f"misread {each} digits, {errors(doucet)} of {digits:,}" in journal
    assert f"these folds misread {min(ours)} to {max(ours)} for each" in journal
    marked = errors(ROOT / "record/next/doucet")
    assert f"of the same five folds these misread {marked} (" in journal


def test_the_journal_tells_how_doucets_network_reads_by_our_optimizer(journal):
    folders = {
        "`doucet` as published": "trials/unmarked/doucet",
        "`doucet` by Muon, smoothed labels": "trials/muon/doucet",
    }
    for told, folder in folders.items():
        card = files.read_json(ROOT / f"record/{folder}/0/card.json")
        assert f"| {told} | {card['held_out_errors']} |" in journal
    assert f"({card['held_out_digits']:,} digits" in journal


def test_the_journal_tells_what_the_next_members_misread(journal):
    folders = {
        "`doucet`": "next/doucet",
        "`m5`": "next/m5",
        "six more of `m5`": "trials/second/m5",
        "`deep`": "next/deep",
        "`deskewed_strided`": "next/deskewed_strided",
    }
    section = journal.split("## The next members")[1].split("## ")[0]
    for told, folder in folders.items():
        places = sorted((ROOT / "record" / folder).glob("*/card.json"))
        cards = [files.read_json(place) for place in places]
        assert len(cards) == 6
        errors = sum(card["held_out_errors"] for card in cards)
        assert f"| {told} | {errors} |" in section
        for card in cards:
            deformation = card["identity"]["augmentation"]["deformation"]
            assert deformation["upstroke_share"] == 0.3
    upright = files.read_json(ROOT / "record/trials/upright/deskewed_deep/0/card.json")
    assert f"of fold 0, misreads {upright['held_out_errors']} (" in section


def test_the_journal_tells_what_smoothing_and_a_smaller_batch_do(journal):
    names = {
        "smoothed": "labels smoothed by 0.1, batch 128",
        "unsmoothed": "labels believed in full",
        "batch_64": "batch 64, twice the steps",
    }
    for folder, told in names.items():
        places = (ROOT / "record/trials" / folder / "strided").glob("*/card.json")
        cards = [files.read_json(place) for place in places]
        errors = sum(card["held_out_errors"] for card in cards)
        assert f"| {told} | {errors} |" in journal
    assert f"{sum(card['held_out_digits'] for card in cards):,} digits" in journal


def test_the_journal_tells_what_learning_marks_does(journal):
    sets = files.read_json(ROOT / "reports/benchmarks/marks.json")["sets"]
    names = {
        "as they are": "all, as they are",
        "7s as they are": "sevens, as they are",
        "ones with an upstroke": "ones with an upstroke",
        "crossed sevens": "crossed sevens",
        "slashed zeros": "slashed zeros",
        "drawn, upstroke 0.6": "drawn ones, upstroke of 0.6",
    }
    for name, told in names.items():
        found = " | ".join(f"{number:,}" for number in sets[name].values())
        assert f"| {told} | {found} |" in journal
    cards = (ROOT / "record/trials/marked/pooled").glob("*/card.json")
    errors = sum(files.read_json(card)["held_out_errors"] for card in cards)
    assert errors == sets["as they are"]["marked_errors"]


def test_the_journal_tells_what_leaving_out_doubtful_labels_did(journal):
    trial = files.read_json(ROOT / files.RELEASE / "without_doubtful.json")
    assert (
        f"without the {trial['left_out']} digits that networks of other folds misread "
        f"surely | {trial['errors']} | {trial['errors_in_the_mean']} |" in journal
    )
    beside = f"| `{trial['network']}` | {trial['errors_with']} "
    assert f"{beside}| {trial['errors_in_the_mean_with']} |" in journal
    assert f"{trial['digits']:,} digits" in journal


def test_what_a_card_is_needed_for_is_reckoned_right():
    text = " ".join((ROOT / files.RELEASE / "README.md").read_text().split())
    # A training step counts as three forward passes.
    adds = 20 * 20 * 50_000 * 3 * multiply_adds(ARCHITECTURES["squeeze_excite"]())
    speeds = files.read_json(ROOT / "reports/benchmarks/train_speed.json")
    reached = speeds["architectures"]["pooled"]["giga_multiply_adds_per_second"]
    days = adds / (1e9 * reached) / 86_400
    assert f"take {adds / 1e15:.0f} peta multiply-adds" in text
    assert f"at {adds / 1e12 / (25 * 60):.0f} tera per second" in text
    assert f"and {days:.0f} days at what two cores reach in `make benchmarks`" in text


def test_what_a_card_reached_is_told_as_the_curves_have_it():
    text = " ".join((ROOT / files.RELEASE / "README.md").read_text().split())
    first, later = epochs_of(ROOT / "record/next/doucet")
    assert len(later) == 6
    assert f"took {min(later):.1f} to {max(later):.1f} seconds each" in text
    cards = [*(ROOT / "record/next/doucet").glob("*/card.json")]
    held_out = sum(files.read_json(card)["held_out_digits"] for card in cards)
    digits = 60_000 * len(cards) - held_out
    work = digits * 3 * multiply_adds(ARCHITECTURES["doucet"]())
    speed = work / (sum(later) / len(later)) / 1e12
    assert f"{speed:.0f} tera multiply-adds a second together" in text
    assert f"{speed / 495:.0%}".replace("%", " % of the 495") in text
    assert f"took {min(first):.0f} to {max(first):.0f} seconds, of `m5`" in text
    compiled, cached = [], []
    for second in epochs_of(ROOT / "record/next/m5")[0]:
        (compiled if second > 60 else cached).append(second)
    told = f"of `m5` {min(compiled):.0f} to {max(compiled):.0f} beside others"
    assert f"{told}, and {min(cached):.0f} to {max(cached):.0f} where the" in text
    assert all("jax" in files.read_json(card)["versions"] for card in cards)


def epochs_of(folder):
    """Return the seconds of each member's first epoch, and the median of the others."""
    curves = [pd.read_json(p, lines=True) for p in sorted(folder.glob("*/curve.jsonl"))]
    seconds = [curve["seconds"] for curve in curves]
    return [one[0] for one in seconds], [one[1:].median() for one in seconds]


def test_labels_are_smoothed_as_the_documents_say(settings):
    recipes = settings["members"]["recipes"]
    for name in scales.record_parameters().members.architectures:
        assert recipes[name]["label_smoothing"] == 0.1
    told = " ".join((ROOT / "docs/ensembles.md").read_text().split())
    assert "which leave a tenth of the probability to all digits" in told


def test_every_baseline_has_its_row(board, sources, settings):
    for run, names in (
        (board, settings["baselines"]["names"]),
        (sources.record_board, BASELINES),
    ):
        trained = run.loc[run["kind"] == "baseline", "system"]
        assert set(trained) == set(names)


@pytest.mark.parametrize("name", sorted(BASELINES))
def test_the_table_of_trials_varies_what_was_chosen(name, settings):
    chosen = settings["baselines"][name]
    rows = tune.read_rows(ROOT / files.TUNING / f"{name}.csv")
    if name not in settings["baselines"]["names"]:  # slow, so tried for fewer epochs
        chosen["epochs"] = rows[0]["epochs"]
    grids = YAML(typ="safe").load(tune.PLACE)["grids"]
    asked = tune.settings_around(chosen, grids[name])
    assert len(rows) == len(asked)
    for row, setting in zip(rows, asked, strict=True):
        assert row.items() >= tune.as_row(setting).items()


def test_the_recorded_run_is_of_mnist(board, metrics):
    assert metrics["dataset"] == "MNIST"
    assert set(board["n_test"]) == {10_000}


def test_intervals_and_percentages_follow_from_the_errors(board):
    for row in board.itertuples():
        assert row.error_percent == pytest.approx(row.errors / 100)
        expected = error_interval(row.errors, row.n_test)
        assert (row.ci_low, row.ci_high) == pytest.approx(expected, rel=1e-4)


def explained_in(heading, text):
    """List the first column of a text's table whose heading begins so."""
    table = text.split(f"\n| {heading} |")[1].split("\n\n")[0]
    return re.findall(r"^\| `(\w+)` \|", table, flags=re.M)


def test_the_readme_explains_every_stage():
    stages = YAML(typ="safe").load(ROOT / "dvc.yaml")["stages"]
    assert explained_in("stage", README) == list(stages)


def test_every_baseline_and_network_is_explained():
    _, baselines = SYSTEMS.split("\n## Baselines\n")
    assert sorted(explained_in("name", baselines)) == sorted(BASELINES)
    networks = SYSTEMS.split("\n| name | network |")[1].split("\n\n")[0]
    named = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| [^|]+", networks, re.M)))
    assert sorted(named) == sorted(ARCHITECTURES)


def test_every_rule_of_combination_is_explained():
    told = SYSTEMS.split("\n## Combinations\n")[1].split("\n## ")[0]
    for rule in COMBINERS:
        assert f"`{rule}`" in told


def test_the_readmes_tree_is_of_the_folders_that_are_there():
    tree = README.split("## Where things are")[1].split("```")[1]
    listed, above = [], ""
    for line in tree.strip().splitlines():
        name, clause = line.split("/", 1)
        above = name if name == name.strip() else above
        listed.append(name if name == above else f"{above}/{name.strip()}")
        assert len(clause.strip()) > 20
    assert all((ROOT / folder).is_dir() for folder in listed)
    rooms = {
        path.parent.relative_to(ROOT).as_posix()
        for room in ("ensembles", "pipeline", "webapp")
        for path in (ROOT / room).rglob("__init__.py")
    }
    assert rooms <= set(listed)
    # Tests are where what they test is.
    inner = {room.split("/")[1] for room in rooms if room.startswith("ensembles/")}
    assert inner <= {path.name for path in (ROOT / "tests").iterdir()}


def test_every_make_target_that_is_named_exists():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.M))
    for document in DOCUMENTS:
        text = (ROOT / document).read_text()
        named = re.findall(r"`(?:\w+=\S+ )?make ([a-z ]+)`", text)
        assert set(" ".join(named).split()) <= targets, document


def test_make_help_lists_every_target():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.M))
    listed = set(re.findall(r"^([a-z]+):.*  ## ", makefile, flags=re.M))
    assert targets == listed


def test_modules_and_scripts_that_are_named_exist():
    for document in DOCUMENTS:
        text = (ROOT / document).read_text()
        for module in re.findall(r"python -m (pipeline[.\w]+)", text):
            assert (ROOT / f"{module.replace('.', '/')}.py").is_file(), document
    assert "python script.py" in OPERATING
    assert parse_arguments(shlex.split("--port 9000 --host 0.0.0.0")).port == 9000


@pytest.mark.parametrize("document", ["docs/operating.md", "docs/fr/operating.md"])
def test_every_setting_is_explained(document):
    text = (ROOT / document).read_text()
    explained = dict(re.findall(r"^- `DIGITS_(\w+)` \((.*?)\)\u00a0?: ", text, re.M))
    assert list(explained) == [entry.name.upper() for entry in fields(Settings)]
    for entry in fields(Settings):
        told = explained[entry.name.upper()].strip("`")
        if isinstance(entry.default, int | float) and entry.name != "workers":
            assert float(told) == entry.default
        if isinstance(entry.default, Path):
            assert ROOT / told == entry.default


@pytest.mark.parametrize("document", ["docs/security.md", "docs/fr/security.md"])
def test_the_limits_that_keep_the_server_safe_are_told(document):
    text = re.sub("[\u202f\u00a0]", " ", (ROOT / document).read_text())
    text = text.replace(",", "").replace(" 000", "000")
    for told in (
        f"{server.MAX_CONNECTIONS} conn",
        f"{server.MAX_BODY_BYTES >> 20} M",
        f"{decoding.MAX_PIXELS // 10**6} million",
    ):
        assert told in text


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document):
    links = re.findall(r"\]\(([^)]+)\)", (ROOT / document).read_text())
    local = [link for link in links if not link.startswith("http")]
    assert [link for link in local if not leads_somewhere(link, ROOT / document)] == []


def leads_somewhere(link, document):
    """Tell whether there is such a file, and in it such a heading."""
    path, _, anchor = link.partition("#")
    place = document.parent / path if path else document
    if not anchor:
        return place.exists()
    headings = re.findall(r"^#+ (.*)", place.read_text(), flags=re.M)
    return anchor in [anchor_of(heading) for heading in headings]


def anchor_of(heading):
    """Return what GitHub calls a heading in an address."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def test_requirements_are_exact():
    for line in (ROOT / "requirements.txt").read_text().splitlines():
        if line and not line.startswith((" ", "#")):
            assert re.match(r"[\w.-]+==\S+( ;.*)?$", line), line


def test_the_maps_of_a_network_are_laid_out_as_the_documents_say():
    network = ARCHITECTURES["pooled"]()
    flatten = next(one for one in network.layers if type(one).__name__ == "Flatten")
    told = " × ".join(map(str, flatten.input.shape[1:]))
    for document in ("docs/convolutions.md", "docs/fr/convolutions.md"):
        text = (ROOT / document).read_text().split("## ")
        assert any(part.count("`Flatten`") and told in part for part in text[3:])
