"""The error browser in a real Chromium, opened from disk as its user does."""

import os
import re

import numpy as np
import pytest
from marks import needs_chromium
from small_run import SYSTEMS, TESTED, write_run

from pipeline import report
from pipeline.frame import files

pytestmark = needs_chromium
WRONG = {
    "ensemble": [3, 50, 120, 121, 300],
    "released": [3, 50, 200],
    "linear": [*range(0, 60, 2), 121],
    "pooled/0": [3, 50],
}
HOSTILE = '<img src="http://example.org/x" onerror="alert(1)">&"</script>'


def build(folder, digits, wrong=None, **options):
    """Write a run and its page into a folder; return the page's address."""
    here = os.getcwd()  # noqa: PTH109
    os.chdir(folder)
    try:
        asked = write_run(*digits, WRONG if wrong is None else wrong, **options)
        report.main(asked)
    finally:
        os.chdir(here)
    return (folder / files.PAGE).as_uri()


@pytest.fixture(scope="module")
def folder(tmp_path_factory, labelled_digits):
    folder = tmp_path_factory.mktemp("run")
    build(folder, labelled_digits)
    return folder


@pytest.fixture(scope="module")
def truth(folder):
    """Return labels, and probabilities by system, of the test digits."""
    with np.load(folder / files.TEST) as test:
        labels, hsf = test["labels"].astype(int), test["hsf"]
    with np.load(folder / files.PREDICTIONS) as archive:
        return labels, hsf, {name: archive[name] for name in ("ensemble", *SYSTEMS)}


@pytest.fixture
def open_page(browser, folder):
    """Open the page; in the end it may have asked for nothing, and not complained."""
    trouble, contexts = [], []

    def open_one(hash_="", address=None, size=(1280, 900), **options):
        viewport = {"width": size[0], "height": size[1]}
        context = browser.new_context(viewport=viewport, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("dialog", lambda dialog: trouble.append(dialog.message))
        page.on("request", lambda asked: trouble.extend(outside(asked.url)))
        page.goto((address or (folder / files.PAGE).as_uri()) + hash_)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert trouble == []


def outside(url):
    return [] if url.startswith(("file:", "data:", "blob:")) else [url]


def shown(page):
    """List the digits that are shown, in their order."""
    tiles = page.locator("#tiles .tile")
    return tiles.evaluate_all("all => all.map((one) => one.dataset.digit)")


def names(indices):
    return [f"test-{index}" for index in indices]


def count(page):
    return page.locator("#count").text_content()


def select(page, name, value):
    page.select_option(f"#filters [name={name}]", value)


def own_probability(truth, name, indices):
    labels, _, systems = truth
    return systems[name][indices, labels[indices]]


def test_it_opens_with_what_the_ensemble_misreads_the_worst_first(open_page, truth):
    page = open_page()
    wrong = np.array(WRONG["ensemble"])
    order = own_probability(truth, "ensemble", wrong).argsort()
    assert shown(page) == names(wrong[order])
    assert count(page) == "5 of 5 misread test digits"
    assert page.locator("h1").inner_text().startswith("1.25 %")
    assert page.locator("#failures button").count() == 5


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("sure", lambda rows: -rows[:, -1]),
        ("unsure", lambda rows: rows[:, -1]),
        ("margin", lambda rows: rows[:, -1] - rows[:, -2]),
    ],
)
def test_digits_are_sorted(name, key, open_page, truth):
    page = open_page("#system=linear")
    select(page, "sort", name)
    wrong = np.array(WRONG["linear"])
    order = key(np.sort(truth[2]["linear"][wrong], axis=1)).argsort()
    assert shown(page) == names(wrong[order])


def test_a_cell_of_the_matrix_filters_and_the_address_keeps_it(open_page, truth):
    page, labels = open_page("#system=linear"), truth[0]
    label = labels[WRONG["linear"][0]]
    read = (label + 1) % 10
    wanted = [i for i in WRONG["linear"] if labels[i] == label]
    cell = page.get_by_label(f"{len(wanted)} labelled {label} and read as {read}")
    cell.click()
    assert sorted(shown(page)) == sorted(names(wanted))
    assert count(page) == f"{len(wanted)} of 31 misread test digits"
    assert page.locator(".matrix td.right").count() == 10
    assert page.locator(".matrix td.right button").count() == 0
    again = open_page(page.evaluate("location.hash"))
    assert shown(again) == shown(page)
    page.get_by_label(re.compile(f"labelled {label} and read as {read}")).click()
    assert count(page) == "31 of 31 misread test digits"


def test_filters_for_writers_and_certainty(open_page, truth):
    _, hsf, systems = truth
    wrong = np.array(WRONG["linear"])
    page = open_page("#system=linear&sort=index")
    select(page, "hsf", "4")
    assert shown(page) == names(wrong[hsf[wrong] == 4])
    page.click("text=Show all again")
    select(page, "answer", "unsure")
    unsure = systems["linear"][wrong].max(1) < 0.6
    assert shown(page) == names(wrong[unsure])
    select(page, "answer", "right")
    assert shown(page) == []
    assert page.locator("#nothing").is_visible()
    select(page, "split", "hard")
    assert set(shown(page)).isdisjoint(names(wrong))
    assert len(shown(page)) > 0


def test_doubtful_labels_are_ranked_and_have_cards(open_page):
    page = open_page()
    assert page.locator("#doubtful .tile").count() == 20
    page.click("#all-doubtful")
    assert count(page) == "20 of 20 doubtful training labels"
    page.locator("#tiles .tile >> nth=0").click()
    text = page.locator("#card").inner_text()
    assert "Training digit" in text
    assert "members that had not seen it" in text
    # Two of four members had not seen it; the baseline predicted it out of fold.
    assert page.locator("#card .votes .vote").count() == 2
    said = page.locator("#card .said span").all_text_contents()
    assert said == ["ensemble", "linear"]


def test_a_card_says_all_of_a_digit(open_page, truth):
    labels, _, systems = truth
    page = open_page("#digit=test-50")
    card = page.locator("#card")
    label = labels[50]
    assert f"Labelled {label}, read as {(label + 1) % 10}" in card.inner_text()
    told = card.locator(".shares td:last-child").all_text_contents()
    expected = [f"{100 * p:.1f} %" for p in systems["ensemble"][50]]
    assert told == expected
    assert card.locator(".votes .vote").count() == 4
    # With the ensemble and the best member.
    assert card.locator(".said li").count() == len(SYSTEMS) + 2
    assert (
        card.locator("h3:has-text('Nearest training digits') ~ .row > *").count() == 5
    )
    assert "6, of the census staff (hsf0)" in card.inner_text()  # eight digits each
    with page.expect_download() as download:
        card.locator(".link").click()
    assert download.value.suggested_filename == "test-50.png"


def test_evidence_is_drawn_on_the_digit(open_page):
    page = open_page("#split=doubtful")
    page.locator("#tiles .tile >> nth=0").click()
    data = "canvas.getContext('2d').getImageData(0, 0, 28, 28).data"
    colours = f"canvas => new Set({data}).size"
    page.wait_for_timeout(300)
    canvases = page.locator("#card .evidence canvas")
    assert canvases.count() == 2
    assert all(canvases.nth(i).evaluate(colours) > 20 for i in range(2))


def test_keyboard_alone(open_page):
    page = open_page()
    order = shown(page)
    page.locator("#tiles .tile >> nth=0").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == f"#digit={order[1]}"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("location.hash") == f"#digit={order[2]}"
    assert "3 of 5" in page.locator("#card .where").text_content()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")  # there is none before the first
    assert page.evaluate("location.hash") == f"#digit={order[0]}"
    for _ in range(6):  # to the last and no further
        page.keyboard.press("ArrowRight")
    assert page.evaluate("location.hash") == f"#digit={order[4]}"
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Escape")
    assert not page.locator("#card").is_visible()
    assert page.evaluate("document.activeElement.dataset.digit") == order[0]
    assert page.evaluate("location.hash") == ""


def test_back_leads_to_the_digit_before(open_page):
    page = open_page("#system=linear&sort=index")
    page.locator("[data-digit=test-2]").click()
    page.locator("#card button.beside >> nth=0").click()
    other = page.evaluate("location.hash")
    assert "test-2" not in other.split("&")
    page.keyboard.press("Backspace")
    page.wait_for_function("location.hash.endsWith('digit=test-2')")
    assert page.locator("#card-title").text_content() == "Test digit 2"
    page.go_back()
    page.locator("#card").wait_for(state="hidden")


def test_the_leaderboard_is_sorted_and_chooses_the_system(open_page, folder):
    page = open_page()
    systems = page.locator(".board .systems tr")
    first = [systems.nth(i).get_attribute("data-system") for i in range(2)]
    assert set(first) == {"student", "stacking"}
    page.click(".board [data-sort=errors]")
    assert systems.nth(0).get_attribute("data-system") == "linear"
    assert (
        page.locator(".board th[aria-sort]").get_attribute("aria-sort") == "descending"
    )
    assert not page.locator(".board .members").is_visible()
    page.click("#fold")
    assert page.locator(".board .members tr").count() == 4
    page.locator(".board .inspect", has_text="linear").click()
    assert count(page) == "31 of 31 misread test digits"
    assert page.locator("#browse-title").text_content() == "Digits of linear"
    marks = page.locator(".board tr[data-system=released] .mark")
    assert marks.count() == 1
    assert systems.locator("nth=0 >> td:last-child").text_content() == ""


def test_intervals_stand_where_the_axis_has_them(open_page):
    page = open_page()
    board = "[...document.querySelectorAll('.board [data-system=linear] .axis > i')]"
    bar = page.evaluate(
        f"{board}.find((one) => one.className === 'bar').getBoundingClientRect()"
    )
    dot = page.evaluate(
        f"{board}.find((one) => one.className === 'dot').getBoundingClientRect()"
    )
    centre = dot["x"] + dot["width"] / 2
    assert bar["x"] < centre < bar["x"] + bar["width"]


def test_a_comparison_with_the_released_ensemble(open_page):
    page = open_page()
    text = page.locator("#versus").inner_text()
    assert "5 and 3 errors; 1 mended, 3 newly misread, 2 misread by both" in text
    select(page, "change", "mended")
    assert shown(page) == ["test-200"]
    select(page, "change", "broken")
    assert sorted(shown(page)) == sorted(names([120, 121, 300]))


def test_what_is_shown_is_saved_as_csv(open_page):
    page = open_page()
    with page.expect_download() as download:
        page.click("#csv")
    lines = download.value.path().read_text().splitlines()
    assert lines[0].startswith("file,index,part,label,read,confidence")
    assert [line.split(",")[0] for line in lines[1:]] == [
        f"{n}.png" for n in shown(page)
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_schemes(open_page, scheme):
    page = open_page(color_scheme=scheme)
    ground, text = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor,"
        " getComputedStyle(document.body).color]"
    )
    dark = sum(map(int, re.findall(r"\d+", ground)[:3])) < 200
    assert dark == (scheme == "dark")
    figure = page.locator("#figure-reliability svg text").first
    assert figure.evaluate("one => getComputedStyle(one).fill") == text


@pytest.mark.parametrize("width", [360, 390, 400])
def test_a_phone_scrolls_in_one_direction_only(open_page, width):
    page = open_page(size=(width, 800), has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.locator("#tiles .tile >> nth=0").click()
    card = page.locator("#card")
    assert card.evaluate("one => one.scrollWidth <= one.clientWidth")
    assert card.bounding_box()["width"] <= width


def test_text_of_a_hostile_name_stays_text(open_page, tmp_path, labelled_digits):
    wrong = {**WRONG, HOSTILE: WRONG["linear"]}
    where = build(tmp_path, labelled_digits, wrong, dataset=HOSTILE, linear=HOSTILE)
    page = open_page("#digit=test-2", where)
    assert page.locator("img").count() == 0
    assert HOSTILE in page.locator(".warning").first.inner_text()
    assert HOSTILE in page.locator("#card .said").inner_text()
    page.keyboard.press("Escape")
    page.locator(".board .inspect", has_text="onerror").click()
    assert count(page) == "31 of 31 misread test digits"


def test_digits_of_a_users_own_without_writers_or_errors(
    open_page, tmp_path, labelled_digits
):
    where = build(tmp_path, labelled_digits, {}, dataset="my digits", writers=False)
    page = open_page("", where)
    assert "not MNIST's: the data are my digits" in page.locator("header").inner_text()
    assert page.locator("h1").inner_text().startswith("0.00 %")
    assert count(page) == "0 of 0 misread test digits"
    assert "left out of training" not in page.locator("#doubt").inner_text()
    assert page.locator("#figure-errors_by_writer").count() == 0
    select(page, "split", "hard")
    assert count(page) == "100 of 100 hard test digits that were read right"
    assert page.locator("[name=hsf]").is_hidden()


def test_a_run_that_misreads_everything(open_page, tmp_path, labelled_digits):
    where = build(tmp_path, labelled_digits, {"ensemble": list(range(TESTED))})
    page = open_page("", where)
    assert count(page) == "400 of 400 misread test digits"
