"""The web application: a page that reads digits, and the API behind it."""

import json

from flask import Flask, jsonify, render_template, request
from werkzeug.exceptions import BadRequest, HTTPException

from ensembles.images import (
    BlankImageError,
    ImageError,
    read_picture,
    to_data_url,
    to_mnist,
)

MAX_BODY_BYTES = 4 << 20
MAX_FILES = 20


def create_app(predictor):
    """Build the application around an ensemble.

    Parameters
    ----------
    predictor : ensembles.predictor.Predictor
        What answers.

    Returns
    -------
    flask.Flask
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES

    @app.get("/")
    def page():
        return render_template("page.html", model=describe_model(predictor))

    @app.post("/")
    def upload():
        """Answer the form of the page, which works without JavaScript."""
        model = describe_model(predictor)
        try:
            answers = read_all(predictor, uploaded_files())
        except HTTPException as error:
            page = render_template("page.html", model=model, problem=error.description)
            return page, error.code
        return render_template("page.html", model=model, answers=answers)

    @app.post("/api/v1/predict")
    def predict():
        answers = read_all(predictor, uploaded_files())
        for answer in answers:
            answer.pop("name")
        return jsonify(predictions=answers, model=describe_model(predictor))

    app.register_error_handler(HTTPException, problem)
    return app


def uploaded_files():
    """Return name and content of each uploaded file.

    Raises
    ------
    BadRequest
        If there is none, or more than `MAX_FILES`.
    """
    uploads = [file for file in request.files.getlist("file") if file.filename]
    if not uploads:
        raise BadRequest("no image came: send one or more in the form field `file`")
    if len(uploads) > MAX_FILES:
        raise BadRequest(
            f"at most {MAX_FILES} images at once are allowed; got {len(uploads)}"
        )
    return [(file.filename, file.read()) for file in uploads]


def read_all(predictor, uploads):
    """Answer each uploaded picture.

    Raises
    ------
    BadRequest
        If one of them is no image that can be read; it is named.
    """
    return [read_one(predictor, name, content) for name, content in uploads]


def read_one(predictor, name, content):
    """Predict one picture.

    Returns
    -------
    dict
        ``digit`` (or None), ``status`` (``ok`` or ``blank``), ``probabilities`` (ten),
        ``agreement`` (share of members with that digit), ``members`` (their number),
        ``input`` (the 28 × 28 picture that they saw, a data URL) and ``name``.
    """
    try:
        digit = to_mnist(read_picture(content))
    except BlankImageError:
        return {"digit": None, "status": "blank", "name": name}
    except ImageError as error:
        raise BadRequest(f"{name}: {error}") from error
    prediction = predictor.predict(digit[None])
    return {
        "digit": int(prediction.digits[0]),
        "status": "ok",
        "probabilities": [round(float(p), 6) for p in prediction.probabilities[0]],
        "agreement": round(float(prediction.agreement[0]), 4),
        "members": prediction.members.shape[1],
        "input": to_data_url(digit),
        "name": name,
    }


def describe_model(predictor):
    """Return what the page and the API say of the ensemble."""
    keys = ("dataset", "rule", "out_of_fold_error_percent", "parameters", "sha256")
    described = {key: predictor.card.get(key) for key in keys}
    return described | {"members": len(predictor.card.get("members", []))}


def problem(error):
    """Answer an error: as problem JSON to the API, as a page to a reader."""
    if not request.path.startswith("/api/"):
        return error
    body = {"type": "about:blank", "title": error.name, "status": error.code}
    # The error's own response has the headers that belong to it, such as Allow.
    response = error.get_response()
    response.data = json.dumps(body | {"detail": error.description})
    response.content_type = "application/problem+json"
    return response
