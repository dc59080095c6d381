"""Drawings, and how tests send them."""

import io

import numpy as np
from PIL import Image
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

API = "/api/v1/predict"
URL = "data:image/png;base64,"


def draw(stroke=((5, 40), (10, 14))):
    """Return a drawing of a thick stroke, as a picture."""
    canvas = np.full((50, 40), 255, np.uint8)
    (top, bottom), (left, right) = stroke
    canvas[top:bottom, left:right] = 20
    canvas[top : top + 5, left : right + 9] = 60
    return Image.fromarray(canvas)


def encode(picture, kind="PNG", **options):
    """Return an image file."""
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


DIGIT, BLANK = encode(draw()), encode(Image.new("L", (30, 30), 255))


def post(client, where, *files, field="file", **fields):
    """Post name and content of each file as a form."""
    form = {field: [FileStorage(io.BytesIO(body), name) for name, body in files]}
    boundary, body = encode_multipart(MultiDict(form | fields))
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post(where, data=body, content_type=kind)


def check_problem(answer, status, message):
    """Check that an answer is problem JSON of that status, and says that."""
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    body = answer.get_json(force=True)
    assert set(body) == {"type", "title", "status", "detail"}
    assert body["status"] == status
    assert message in body["detail"]
