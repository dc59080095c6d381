"""The API, version 1: digits in, JSON out."""

from flask import Blueprint, current_app, g, jsonify, request
from werkzeug.exceptions import BadRequest

from ensembles.pictures.reading import ImageError
from webapp import openapi, uploads
from webapp.answers import describe_model
from webapp.limits import bounded

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.post("/predict")
@bounded
def predict():
    """Read the digits of pictures, or of pixels."""
    answers = READERS[uploads.kind_of_body()](current_app.extensions["reader"])
    for answer in answers:
        current_app.extensions["metrics"].answers.labels(answer["status"]).inc()
    return jsonify(predictions=answers, model=_model())


@blueprint.get("/model")
def model():
    """Tell what the ensemble is: its card, in short."""
    return jsonify(_model())


@blueprint.get("/openapi.json")
def document():
    """Describe this API as OpenAPI."""
    return jsonify(openapi.DOCUMENT)


def _model():
    return describe_model(current_app.extensions["reader"].predictor)


def read_form(reader):
    """Answer each digit of each picture, in the order of the form."""
    return [
        answer
        for name, content in uploads.form_files()
        for answer in read_picture_of(reader, name, content).answers
    ]


def read_picture_of(reader, name, content):
    """Read one picture.

    Raises
    ------
    BadRequest
        If it is no image that can be read; it is named.
    """
    try:
        return reader.read_file(content, g.deadline)
    except ImageError as error:
        raise BadRequest(f"{name}: {error}") from error


READERS = {
    "form": read_form,
    "image": lambda reader: (
        read_picture_of(reader, "the body", request.get_data()).answers
    ),
    "pixels": lambda reader: reader.read_digits(uploads.pixels(), g.deadline),
}
