"""The API, version 1: digits in, JSON out."""

from flask import Blueprint, current_app, g, jsonify, request

from ensembles.pictures.decoding import MAX_PAGES
from webapp import openapi, uploads
from webapp.answers import Reading
from webapp.json_inputs import pictures_or_digits
from webapp.limits import bounded
from webapp.responses import describe_model, respond

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.post("/predict")
@bounded
def predict():
    """Read the digits of pictures, or of pixels."""
    return answer(READERS[uploads.kind_of_body()]())


@blueprint.get("/model")
def model():
    """Tell what the ensemble is: its card, in short."""
    return jsonify(describe_model(_reader().digits.predictor))


@blueprint.get("/openapi.json")
def document():
    """Describe this API as OpenAPI."""
    return jsonify(openapi.DOCUMENT)


def answer(outcomes):
    """Return the response to all that was read."""
    return jsonify(respond(outcomes, describe_model(_reader().digits.predictor)))


def _reader():
    return current_app.extensions["reader"]


def read_form():
    """Read each file of a form, in the order of its fields there."""
    return _read(uploads.form_files())


def read_body():
    """Read the one file that is the body."""
    return _read([uploads.body_file()])


def read_json():
    """Read the digits or pictures of a JSON body."""
    # Numbers in JSON are as much work as a picture, and take more memory.
    with current_app.extensions["limits"].work(g.deadline):
        pictures, digits, scaled_from = pictures_or_digits(uploads.body_json())
    if pictures is not None:
        return _read(pictures)
    answers = _reader().digits.read(digits, g.deadline)
    return [Reading(None, answers, [], of_digits=True, scaled_from=scaled_from)]


def _read(files):
    pages = MAX_PAGES if request.args.get("pages") == "all" else 1
    return _reader().read_all(files, g.deadline, pages)


READERS = {"form": read_form, "file": read_body, "json": read_json}
