"""The pages: read a digit, what the ensemble misreads, and a quiz."""

import io

from flask import Blueprint, current_app, g, render_template, request, send_file
from PIL import Image
from werkzeug.exceptions import BadRequest, HTTPException, NotFound

from ensembles.pictures.reading import png_url, to_data_url
from ensembles.serving.thresholds import BLANK
from webapp import uploads
from webapp.answers import describe_model
from webapp.api import read_picture_of
from webapp.headers import OF_ONE_FILE, as_text
from webapp.limits import MAX_TABLE_BYTES, Deadline, bounded
from webapp.tables import COLUMNS, read_table

blueprint = Blueprint("pages", __name__)
THUMBNAIL = 480
"""The longer side of an uploaded picture as the page shows it, in pixels."""


@blueprint.app_context_processor
def common():
    """Give every page what its frame says of the ensemble, and what is offered."""
    return {
        "model": describe_model(current_app.extensions["reader"].predictor),
        "feedback": current_app.extensions["feedback"].open,
    }


@blueprint.get("/")
def page():
    """Show the page; with ``?digit=`` a hard test digit, predicted afresh."""
    index = request.args.get("digit")
    return show_hard(index) if index else render_template("page.html")


@bounded
def show_hard(text):
    """Show the page with the answer to a hard test digit."""
    gallery = current_app.extensions["gallery"]
    image = gallery.image(number("digit", text)) if not gallery.missing else None
    if image is None:
        raise NotFound(f"no digit {text!r} is in the gallery; see /errors")
    reader = current_app.extensions["reader"]
    answers = reader.read_digits(image[None], g.deadline)
    name = f"Test digit {text}"
    results = [{"name": name, "answers": answers, "left_out": [], "picture": None}]
    return render_template("page.html", results=results)


@blueprint.post("/")
def upload():
    """Answer the form of the page, which works without JavaScript."""
    return answer_form("page.html")


@blueprint.post("/answers")
def answers():
    """Answer the same form with the answers alone, for the page's script."""
    return answer_form("answers.html")


def answer_form(template):
    """Answer a form with a template; an error is told in its place on the page."""
    try:
        return render_template(template, **read_uploads())
    except HTTPException as error:
        response = error.get_response()
        response.data = render_template(template, problem=error.description)
        response.content_type = "text/html; charset=utf-8"
        return response


@bounded
def read_uploads():
    """Read the uploaded files: what the template of the answers needs."""
    request.max_content_length = MAX_TABLE_BYTES if request.args.get("table") else None
    reader = current_app.extensions["reader"]
    files = uploads.form_files()
    tables = [read_many(reader, *file) for file in files if uploads.is_table(file[1])]
    results = [show(reader, *file) for file in files if not uploads.is_table(file[1])]
    drawn = request.form.get("drawn") == "1"
    return {"results": results, "tables": tables, "columns": COLUMNS, "drawn": drawn}


def read_many(reader, name, content):
    """Return the table of a file of digits."""
    deadline = Deadline(current_app.extensions["limits"].settings.table_deadline)
    digits, scaled_from = uploads.many_digits(name, content)
    return read_table(reader, name, digits, deadline, scaled_from)


def show(reader, name, content):
    """Return what a page shows of a picture: its name, a small copy, and answers."""
    reading = read_picture_of(reader, name, content)
    metrics = current_app.extensions["metrics"]
    for answer in reading.answers:
        metrics.answers.labels(answer["status"]).inc()
    picture = None
    if reading.answers[0]["status"] != BLANK or reading.left_out:
        size = reading.picture.info["full_size"]
        picture = {"url": thumbnail(reading.picture), "size": size}
    return {
        "name": name,
        "answers": reading.answers,
        "left_out": reading.left_out,
        "picture": picture,
    }


def thumbnail(picture):
    """Return a small copy of a picture as a data URL."""
    small = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    small.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.BILINEAR)
    stream = io.BytesIO()
    small.save(stream, "PNG", compress_level=3)
    return png_url(stream.getvalue())


@blueprint.get("/errors")
def errors():
    """Show every test digit that the ensemble misreads."""
    gallery = current_app.extensions["gallery"]
    if gallery.missing:
        return render_template("errors.html", missing=gallery.missing), 404
    digits = [(one, to_data_url(gallery.image(one.index))) for one in gallery.errors]
    browser = gallery.browser is not None
    return render_template("errors.html", digits=digits, browser=browser)


@blueprint.get("/errors/browser")
def browse():
    """Send the error browser, a file of its own with a card for each hard digit."""
    path = current_app.extensions["gallery"].browser
    if path is None:
        raise NotFound("the last run left no error browser; run `make repro`")
    response = send_file(path.absolute())
    response.headers["Content-Security-Policy"] = as_text(OF_ONE_FILE)
    return response


@blueprint.get("/quiz")
def ask():
    """Show a hard digit; the score so far is in the address, and nowhere else."""
    return quiz_page(None)


@blueprint.post("/quiz")
def mark():
    """Show label, the ensemble's reading, and the score of both."""
    reading = number("reading", request.form.get("reading", ""), most=9)
    return quiz_page(reading)


def quiz_page(reading):
    """Show a question, or its answer if there is a reading."""
    gallery = current_app.extensions["gallery"]
    if gallery.missing:
        return render_template("quiz.html", missing=gallery.missing), 404
    given = request.form if reading is not None else request.args
    asked, yours, ensembles = (
        number(name, given.get(name, "0")) for name in ("asked", "yours", "ensembles")
    )
    one = gallery.quiz[asked % len(gallery.quiz)]
    if reading is not None:
        asked += 1
        yours += reading == one.label
        ensembles += one.ensemble == one.label
    return render_template(
        "quiz.html",
        digit=one,
        picture=to_data_url(gallery.image(one.index)),
        reading=reading,
        score={"asked": asked, "yours": yours, "ensembles": ensembles},
    )


def number(name, text, most=999_999):
    """Read a number that came with a request.

    Raises
    ------
    BadRequest
        If it is no whole number from 0 to `most`.
    """
    # str.isdecimal alone would let other scripts' digits through.
    if text.isascii() and text.isdecimal() and len(text) < 7 and int(text) <= most:
        return int(text)
    raise BadRequest(f"`{name}` must be a whole number from 0 to {most}; got {text!r}")
