"""The page that reads digits, and what all pages say."""

import io
from itertools import starmap

from flask import Blueprint, current_app, g, render_template, request
from PIL import Image
from werkzeug.exceptions import BadRequest, HTTPException, NotFound

from ensembles.digits.arrays import DigitsError
from ensembles.pictures.decoding import ImageError
from ensembles.pictures.reading import png_url
from ensembles.serving.thresholds import BLANK
from webapp import uploads
from webapp.answers import refuse
from webapp.limits import MAX_BODY_BYTES, MAX_DIGITS, MAX_TABLE_BYTES, bounded
from webapp.responses import describe_model, numbers_of
from webapp.tables import COLUMNS, read_tables
from webapp.translation import script_words, text

blueprint = Blueprint("pages", __name__)
THUMBNAIL = 480
"""The longer side of an uploaded picture as the page shows it, in pixels."""


@blueprint.app_context_processor
def common():
    """Give every page what its frame says of the ensemble, and what is offered."""
    return {
        "model": describe_model(current_app.extensions["reader"].digits.predictor),
        "feedback": current_app.extensions["feedback"].open,
        "hard_digits": not current_app.extensions["gallery"].missing,
        "script_words": script_words(),
        "most": {
            "megabytes": MAX_BODY_BYTES >> 20,
            "table_megabytes": MAX_TABLE_BYTES >> 20,
            "digits": MAX_DIGITS,
        },
    }


@blueprint.get("/")
def page():
    """Show the page; with ``?digit=`` a hard test digit, predicted afresh."""
    index = request.args.get("digit")
    return show_hard(index) if index else render_template("page.html")


@bounded
def show_hard(index):
    """Show the page with the answer to a hard test digit."""
    gallery = current_app.extensions["gallery"]
    number = uploads.whole_number("digit", index)
    image = None if gallery.missing else gallery.image(number)
    if image is None:
        raise NotFound(f"no digit {index!r} is in the gallery; see /errors")
    reader = current_app.extensions["reader"]
    answers = reader.digits.read(image[None], g.deadline)
    name = text("test_digit", index=index)
    # What is corrected may be trained on, and test digits may not.
    one = {"name": name, "answers": answers, "left_out": [], "is_of_test": True}
    return render_template("page.html", results=[one])


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
    reader = current_app.extensions["reader"]
    results: list[dict] = []
    tables, refused = [], []
    files = uploads.form_files()
    for upload in files:
        try:
            if upload.holds_digits:
                tables += read_tables(reader, upload, g.deadline)
            else:
                results += starmap(show, reader.read_picture_of(upload, g.deadline))
        except (DigitsError, ImageError) as error:
            refused.append(refuse(upload, error))
    if len(refused) == len(files):
        raise BadRequest("; ".join(one.detail for one in refused))
    drawn = request.form.get("drawn") == "1"
    return {
        "results": results,
        "tables": tables,
        "refused": refused,
        "columns": COLUMNS,
        "drawn": drawn,
    }


def show(reading, picture):
    """Return what a page shows of a picture: its name, a small copy, and answers."""
    shown = None
    if reading.answers[0].status != BLANK or reading.left_out:
        shown = {"url": thumbnail(picture), "size": picture.info["full_size"]}
    return {
        "name": reading.name,
        "answers": reading.answers,
        "numbers": numbers_of(reading.answers),
        "left_out": reading.left_out,
        "picture": shown,
    }


def thumbnail(picture):
    """Return a small copy of a picture as a data URL."""
    small = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    small.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.BILINEAR)
    stream = io.BytesIO()
    small.save(stream, "PNG", compress_level=3)
    return png_url(stream.getvalue())
