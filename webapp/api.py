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
    reader = current_app.extensions["reader"]
    answers, left_out, scaled_from = READERS[uploads.kind_of_body()](reader)
    for answer in answers:
        current_app.extensions["metrics"].answers.labels(answer["status"]).inc()
    return jsonify(
        predictions=answers,
        left_out=left_out,
        pixels_scaled_from=scaled_from,
        model=_model(),
    )


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
    readings = [
        read_picture_of(reader, name, content) for name, content in uploads.form_files()
    ]
    return *join_readings(readings), None


def read_body(reader):
    """Answer each digit of the one picture that is the body."""
    reading = read_picture_of(reader, "the body", request.get_data())
    return *join_readings([reading]), None


def read_pixels(reader):
    """Answer each digit of a JSON body, and tell how its pixels were scaled."""
    digits, scaled_from = uploads.pixels()
    return reader.read_digits(digits, g.deadline), [], scaled_from


def join_readings(readings):
    """Return the answers of several pictures, and what was left out of them.

    Parameters
    ----------
    readings : list of webapp.answers.Reading

    Returns
    -------
    answers, left_out : list of dict
        What was left out names its picture by its number, from 0.
    """
    answers = [answer for reading in readings for answer in reading.answers]
    left_out = [
        {"picture": number} | one
        for number, reading in enumerate(readings)
        for one in reading.left_out
    ]
    return answers, left_out


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


READERS = {"form": read_form, "image": read_body, "pixels": read_pixels}
