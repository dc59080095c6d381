"""Pages of hard test digits: what the ensemble misreads, and a quiz."""

from flask import Blueprint, current_app, render_template, request, send_file
from werkzeug.exceptions import NotFound

from ensembles.pictures.reading import to_data_url
from webapp import uploads
from webapp.headers import OF_ONE_FILE, as_text

blueprint = Blueprint("quiz", __name__)


@blueprint.get("/errors")
def errors():
    """Show every test digit that the ensemble misreads."""
    gallery = current_app.extensions["gallery"]
    if gallery.missing:
        return render_template("errors.html", missing=gallery.missing), 404
    digits = [(one, to_data_url(gallery.image(one.index))) for one in gallery.errors]
    browser = gallery.browser and gallery.system
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
    reading = uploads.whole_number("reading", request.form.get("reading", ""), most=9)
    return quiz_page(reading)


def quiz_page(reading):
    """Show a question, or its answer if there is a reading."""
    gallery = current_app.extensions["gallery"]
    if gallery.missing:
        return render_template("quiz.html", missing=gallery.missing), 404
    given = request.form if reading is not None else request.args
    asked, yours, ensembles = (
        uploads.whole_number(name, given.get(name, "0"))
        for name in ("asked", "yours", "ensembles")
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
