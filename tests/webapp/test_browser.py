"""The page in a real browser: drawing, files, undo, keyboard, phone and dark mode."""

import base64
import io
import re
import threading

import numpy as np
import pytest
from conftest import CARD
from marks import needs_chromium
from PIL import Image, ImageDraw, ImageOps
from scipy.ndimage import gaussian_filter
from strokes import SCRIBBLE, STROKES
from web import BLANK, DIGIT

from ensembles.digits.idx import write_idx
from ensembles.pictures.reading import to_mnist
from ensembles.serving.predictor import Prediction
from webapp.app import create_app
from webapp.environment import Settings
from webapp.server import listen, port_of, serve

pytestmark = needs_chromium
ALIKE = 0.93
"""Cosine of two blurred digits; a scribble and a digit are further apart."""
PIXELS = "document.querySelector('#canvas').toDataURL()"
"""What is drawn, as a script asks the page for it."""
SIZES = {"desktop": (1280, 900), "phone": (320, 640)}


def render(strokes, side=400):
    """Return a digit as Pillow draws its strokes, in MNIST's form."""
    sheet = Image.new("L", (side, side), 255)
    pen = ImageDraw.Draw(sheet)
    width = side // 10
    for stroke in strokes:
        spots = [(side * x, side * y) for x, y in stroke]
        pen.line(spots, fill=0, width=width, joint="curve")
        for x, y in (spots[0], spots[-1]):
            pen.circle((x, y), width / 2, fill=0)
    return to_mnist(sheet)


class Neighbours:
    """Reads by the most alike of some digits; unsure where none is alike."""

    card = CARD | {"thresholds": {"unsure_below": 0.5}}

    def __init__(self, images, labels):
        self.references, self.labels = self._blur(images), labels

    def _blur(self, images):
        blurred = gaussian_filter(images.astype(np.float32), (0, 1, 1))
        rows = blurred.reshape(len(images), -1)
        return rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9)

    def predict(self, images):
        alike = self._blur(images) @ self.references.T
        best = np.stack(
            [alike[:, self.labels == digit].max(1) for digit in range(10)], axis=1
        )
        scores = np.exp(40 * (best - best.max(1, keepdims=True)))
        # What is like nothing gets even shares.
        scores += np.where(best.max(1, keepdims=True) < ALIKE, 10, 0)
        rows = (scores / scores.sum(1, keepdims=True)).astype(np.float32)
        return Prediction(rows, np.stack([rows, rows]))


@pytest.fixture(scope="module")
def address(labelled_digits, tmp_path_factory):
    """Serve the page on a port of its own."""
    nowhere = tmp_path_factory.mktemp("none")
    images, labels = labelled_digits
    images = np.concatenate([images, [render(one) for one in STROKES.values()]])
    neighbours = Neighbours(images, np.append(labels, [*STROKES]))
    settings = Settings(reports=nowhere, data=nowhere, feedback_bytes=10_000)
    app = create_app(neighbours, settings)
    sockets = {}
    server = listen(app, "127.0.0.1", 0, sockets)
    ending = threading.Event()
    thread = threading.Thread(target=serve, args=(server, sockets, ending.is_set, 5))
    thread.start()
    yield f"http://127.0.0.1:{port_of(server)}/"
    ending.set()
    thread.join()


@pytest.fixture
def open_page(browser, address):
    """Open the page; in the end nothing may have been complained about."""
    trouble, contexts = [], []

    def open_one(size="desktop", where="", **options):
        width, height = SIZES[size]
        viewport = {"width": width, "height": height}
        context = browser.new_context(viewport=viewport, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: trouble.extend(complaint(message.text)))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", lambda asked: trouble.extend(outside(asked.url, address)))
        page.goto(address + where)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert trouble == []


def complaint(text):
    """Return what the console says, unless it only repeats a status."""
    return [] if text.startswith("Failed to load resource") else [text]


def outside(url, address):
    """Return the address if it is not the server's own."""
    return [] if url.startswith((address, "data:")) else [url]


def draw(page, strokes, scale=1.0, left=0.0):
    """Draw with the mouse."""
    canvas = page.locator("#canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()

    def at(point):
        x, y = point
        x, y = left + scale * x, 0.5 + scale * (y - 0.5)
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    for first, *others in strokes:
        page.mouse.move(*at(first))
        page.mouse.down()
        for point in others:
            page.mouse.move(*at(point), steps=2)
        page.mouse.up()


def digit_of(page):
    return page.locator("#reading .digit")


def expect_digit(page, digit):
    page.wait_for_function(
        "digit => document.querySelector('#reading .digit')?.textContent === digit",
        arg=str(digit),
    )


def expect_empty(page):
    page.locator("#reading .empty").wait_for()


def drop_or_paste(page, kind, *contents):
    """Send files to the page by an event, as a hand does."""
    encoded = [base64.b64encode(content).decode() for content in contents]
    page.evaluate(
        """([kind, contents]) => {
          const data = new DataTransfer();
          contents.forEach((content, i) => {
            const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
            data.items.add(new File([bytes], `${i}.png`, { type: "image/png" }));
          });
          const event = kind === "paste"
            ? new ClipboardEvent(kind, { clipboardData: data, bubbles: true })
            : new DragEvent(kind, { dataTransfer: data, bubbles: true });
          document.body.dispatchEvent(event);
        }""",
        [kind, encoded],
    )


def file(name, content):
    return {"name": name, "mimeType": "image/png", "buffer": content}


def test_every_digit_that_is_drawn_is_read(open_page):
    page = open_page()
    expect_empty(page)
    for digit, strokes in STROKES.items():
        draw(page, strokes)
        expect_digit(page, digit)
        page.click("#clear")
        expect_empty(page)


@pytest.mark.parametrize("rows", [["1234"], ["12", "34"], ["427059"], ["507", "692"]])
def test_several_digits_are_read_as_well_as_one(open_page, rows):
    page = open_page()
    side = 1 / max(len(rows[0]), len(rows))
    for down, row in enumerate(rows):
        for along, digit in enumerate(row):
            for stroke in STROKES[int(digit)]:
                draw(
                    page, [[(side * (x + along), side * (y + down)) for x, y in stroke]]
                )
    page.wait_for_function(
        "number => [...document.querySelectorAll('.number > span:not(.spoken)')]"
        ".map((one) => one.textContent).join('') === number",
        arg="".join(rows),
    )


def test_the_strokes_are_as_wide_as_mnists(open_page):
    page = open_page()
    widths = []
    for scale in (0.3, 1.0):
        draw(page, STROKES[7], scale=scale, left=0.2 if scale < 1 else 0)
        expect_digit(page, 7)
        source = page.locator("#reading figure img").get_attribute("src")
        content = base64.b64decode(source.partition(",")[2])
        seen = np.asarray(Image.open(io.BytesIO(content)))
        widths.append((seen[16:22] > 127).sum(1).mean())
        page.click("#clear")
        expect_empty(page)
    # Along a slanted stroke a row crosses a little more than its width.
    assert widths == pytest.approx([3.3, 3.3], abs=0.9)


def test_undo_eraser_and_clear(open_page):
    page = open_page()
    assert page.locator("#undo").is_disabled()
    draw(page, STROKES[4][:1])
    draw(page, STROKES[4][1:])
    expect_digit(page, 4)
    page.click("#undo")
    page.wait_for_function(
        "() => document.querySelector('#reading .digit')?.textContent !== '4'"
    )
    page.click("#undo")
    expect_empty(page)
    draw(page, STROKES[1])
    expect_digit(page, 1)
    page.click("#erase")
    assert page.locator("#erase").get_attribute("aria-pressed") == "true"
    draw(page, STROKES[1])
    expect_empty(page)
    page.click("#undo")
    expect_digit(page, 1)


@pytest.mark.parametrize("how", ["Control+z", "Delete"])
def test_what_follows_an_undo_within_a_stroke_is_not_drawn(open_page, how):
    page = open_page()
    draw(page, STROKES[1])
    page.locator("#canvas").focus()
    box = page.locator("#canvas").bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.keyboard.press(how)
    before = page.evaluate(PIXELS)
    page.mouse.move(box["x"] + 90, box["y"] + 30, steps=3)
    page.mouse.up()
    assert page.evaluate(PIXELS) == before


def test_pen_and_pointer_draw_strokes_of_their_own(open_page):
    page = open_page()
    page.locator("#canvas").focus()
    page.keyboard.press("Space")
    draw(page, STROKES[1])
    before = page.evaluate(PIXELS)
    page.keyboard.press("ArrowUp")
    page.locator("#canvas").blur()  # which hides the pen
    assert page.evaluate(PIXELS) == before


def test_digits_beside_each_other_are_read_from_left_to_right(open_page):
    page = open_page()
    draw(page, STROKES[7], scale=0.6, left=0.4)
    expect_digit(page, 7)
    draw(page, STROKES[1], scale=0.6, left=-0.1)
    number = page.locator("#reading .number span:not(.spoken)")
    number.nth(1).wait_for()
    page.wait_for_function(
        "() => document.querySelectorAll('#reading .reading').length === 2"
    )
    assert number.all_text_contents() == ["1", "7"]
    assert page.locator("#reading svg.picture rect").count() == 2


def test_a_scribble_is_not_called_a_digit_with_certainty(open_page):
    page = open_page()
    draw(page, SCRIBBLE)
    page.locator("#reading .reading.unsure").wait_for()
    assert "Unsure" in page.locator("#reading .badge").text_content()


def test_the_screen_reader_is_told_once_the_hand_rests(open_page):
    page = open_page()
    draw(page, STROKES[0])
    page.wait_for_function(
        "() => /^0, .*%/.test(document.querySelector('#said').textContent)"
    )
    page.click("#clear")
    expect_empty(page)
    assert page.locator("#said").text_content() == ""


def test_upload_of_several(open_page):
    page = open_page()
    files = [("seven", DIGIT), ("empty", BLANK), ("text", b"hello"), ("again", DIGIT)]
    page.set_input_files("#file", [file(*one) for one in files])
    page.locator("#reading .name >> nth=2").wait_for()
    text = page.locator("#reading").inner_text()
    assert "Nothing drawn" in text
    assert "text: not an image that can be read" in text
    assert digit_of(page).count() == 2
    assert page.locator("#reading .picture").count() == 2
    assert page.locator("#reading table.bars >> nth=0").locator("tr").count() == 10


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_paste_and_drop(open_page, kind):
    page = open_page()
    drop_or_paste(page, kind, DIGIT)
    digit_of(page).wait_for()
    assert page.locator("#reading .name").text_content() == "0.png"


def test_many_digits_are_a_table(open_page, labelled_digits, tmp_path):
    images, labels = labelled_digits
    write_idx(tmp_path / "many.gz", images[:300])
    page = open_page()
    page.set_input_files("#file", tmp_path / "many.gz")
    page.locator("#reading .rows").wait_for()
    with page.expect_download() as download:
        page.click("text=Download CSV")
    rows = download.value.path().read_text().splitlines()
    assert rows[0].startswith("index,digit,status,probability")
    read = [int(row.split(",")[1]) for row in rows[1:]]
    assert read == labels[:300].tolist()


def test_a_telephones_picture_is_sent_small_and_upright(open_page):
    noise = np.random.default_rng(0).integers(240, 256, (2000, 3000, 3))
    picture = Image.fromarray(noise.astype(np.uint8))
    lying = Image.open(io.BytesIO(DIGIT)).resize((800, 1000)).transpose(Image.ROTATE_90)
    picture.paste(lying, (1000, 600))
    exif = Image.Exif()
    exif[0x112] = 6
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=99, exif=exif)
    assert len(stream.getvalue()) > 3 << 20
    page = open_page()
    sent = []
    page.on("request", lambda asked: sent.append(asked.all_headers()["content-length"]))
    page.set_input_files("#file", file("phone.jpg", stream.getvalue()))
    digit_of(page).wait_for()
    assert int(sent[0]) < len(stream.getvalue()) / 2
    box = page.locator("#reading svg.picture").get_attribute("viewBox")
    assert box == "0 0 1333 2000"
    small = digit_of(page).text_content()
    page.set_input_files("#file", file("seven.png", DIGIT))
    page.wait_for_function(
        "() => document.querySelector('#reading .name')?.textContent === 'seven.png'"
    )
    assert digit_of(page).text_content() == small


def test_white_ink_on_nothing_is_seen_however_large_the_file(open_page):
    side = 2400
    layers = np.full((side, side, 4), 255, np.uint8)
    layers[..., 3] = np.asarray(
        ImageOps.invert(Image.open(io.BytesIO(DIGIT))).resize((side, side))
    )
    # Under what is transparent, so that the file is large and nothing is seen of it.
    nothing = layers[:700, :700]
    nothing[..., :3] = np.random.default_rng(0).integers(0, 256, (700, 700, 3))
    nothing[..., 3] = 0
    stream = io.BytesIO()
    Image.fromarray(layers).save(stream, "PNG", compress_level=1)
    assert len(stream.getvalue()) > 1 << 20
    page = open_page()
    with page.expect_request("**/answers") as sent:
        page.set_input_files("#file", file("white.png", stream.getvalue()))
    digit_of(page).wait_for()
    assert int(sent.value.all_headers()["content-length"]) < 1 << 20


def test_the_same_file_may_be_chosen_again(open_page):
    page = open_page()
    page.set_input_files("#file", file("seven.png", DIGIT))
    digit_of(page).wait_for()
    with page.expect_file_chooser():
        page.click("#file")
    # Only what differs from this is told to the page.
    assert page.locator("#file").input_value() == ""


def test_a_drawing_is_asked_for_once_at_a_time_and_the_last_in_the_end(open_page):
    page = open_page()
    held = []
    page.route("**/answers", lambda route: held.append(route))  # noqa: PLW0108
    for strokes in (STROKES[7][:1], STROKES[1], STROKES[0]):
        draw(page, strokes)
        page.wait_for_timeout(300)
    assert len(held) == 1
    page.click("#clear")
    draw(page, STROKES[7])
    page.wait_for_timeout(300)
    with page.expect_request("**/answers"):
        held[0].continue_()
    page.wait_for_timeout(300)
    assert len(held) == 2
    held[1].continue_()
    expect_digit(page, 7)


def test_an_answer_that_comes_late_is_dropped(open_page):
    page = open_page()
    held = []
    page.route("**/answers", lambda route: held.append(route))  # noqa: PLW0108
    draw(page, STROKES[7])
    page.wait_for_timeout(300)
    page.click("#clear")
    expect_empty(page)
    for route in held:
        route.continue_()
    page.wait_for_timeout(300)
    assert held
    expect_empty(page)


def test_a_drawing_takes_the_place_of_files_that_are_read(open_page):
    page = open_page()
    held = []

    def hold_the_first(route):
        held.append(route)
        if len(held) > 1:
            route.continue_()

    page.route("**/answers", hold_the_first)
    with page.expect_request("**/answers"):
        page.set_input_files("#file", [file(str(i), DIGIT) for i in range(2)])
    assert page.locator("#reading[aria-busy]").count() == 1
    draw(page, STROKES[7])
    expect_digit(page, 7)
    held[0].continue_()
    page.wait_for_timeout(300)
    expect_digit(page, 7)
    assert page.locator("#reading[aria-busy]").count() == 0


def test_a_correction_is_kept_once_the_server_can_be_reached(open_page):
    page = open_page()
    page.route("**/feedback", lambda route: route.abort())
    draw(page, STROKES[7])
    expect_digit(page, 7)
    page.click(".correct button[value='1']")
    page.locator(".correct [role=alert]").wait_for()
    assert "cannot be reached" in page.locator(".correct").text_content()
    page.unroute("**/feedback")
    page.click(".correct button[value='1']")
    page.wait_for_function(
        "() => document.querySelector('.correct').textContent === 'Thank you: kept.'"
    )


def test_a_server_that_is_away_is_told(open_page):
    page = open_page()
    page.route("**/answers", lambda route: route.fulfill(status=502, body="away"))
    draw(page, STROKES[7])
    alert = page.locator("#reading [role=alert]")
    alert.wait_for()
    assert "status 502" in alert.text_content()
    page.unroute("**/answers")
    page.click("#read")
    expect_digit(page, 7)


def test_keyboard_alone(open_page):
    page = open_page()
    page.locator("#canvas").focus()
    page.keyboard.press("Space")
    for _ in range(22):
        page.keyboard.press("ArrowDown")
    expect_digit(page, 1)
    page.keyboard.press("Control+z")
    expect_empty(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "erase"


def test_finger_on_a_phone(open_page):
    page = open_page("phone", has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    style = "getComputedStyle(document.querySelector('#canvas')).touchAction"
    assert page.evaluate(style) == "none"
    page.locator("#canvas").scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    touch(page, STROKES[7])
    expect_digit(page, 7)
    assert page.evaluate("scrollY") == before
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    small = page.evaluate(
        "[...document.querySelectorAll('button:not([hidden]), nav a')]"
        ".filter((one) => one.offsetHeight && one.offsetHeight < 40).length"
    )
    assert small == 0


def touch(page, strokes):
    """Draw with a finger, by the browser's own protocol."""
    session = page.context.new_cdp_session(page)
    box = page.locator("#canvas").bounding_box()

    def send(kind, *points):
        spots = [
            {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
            for x, y in points
        ]
        event = {"type": kind, "touchPoints": spots}
        session.send("Input.dispatchTouchEvent", event)

    for first, *others in strokes:
        send("touchStart", first)
        for point in others:
            send("touchMove", point)
        send("touchEnd")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_both_schemes(open_page, scheme):
    page = open_page(color_scheme=scheme)
    text, ground = (
        page.evaluate(f"getComputedStyle(document.body).{name}")
        for name in ("color", "backgroundColor")
    )
    assert contrast(text, ground) > 7
    assert (luminance(ground) < 0.5) == (scheme == "dark")


def luminance(color):
    """Return the relative luminance of a CSS colour, by WCAG."""
    parts = np.array([int(part) for part in re.findall(r"\d+", color)[:3]]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_without_javascript(open_page):
    page = open_page(java_script_enabled=False)
    assert page.locator("#draw").is_hidden()
    page.set_input_files("#file", file("seven.png", DIGIT))
    page.click("#upload >> text=Read")
    assert digit_of(page).count() == 1


def test_pages_without_an_evaluation_say_what_to_run(browser, address):
    page = browser.new_page()
    for where in ("errors", "quiz"):
        page.goto(address + where)
        assert "make repro" in page.locator("main").inner_text()
    page.close()
