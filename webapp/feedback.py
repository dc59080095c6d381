"""Corrections by users, kept as small pictures if the server is set to keep any."""

import base64
import binascii
import io
import math
import struct
import threading
from pathlib import Path

import numpy as np
from flask import Blueprint, current_app, render_template, request
from PIL import Image
from werkzeug.exceptions import BadRequest, Forbidden, NotFound, ServiceUnavailable

from ensembles.digits.form import SIDE
from ensembles.digits.labelled_pngs import png_name
from ensembles.drafts import draft
from ensembles.pictures.decoding import ImageError, read_picture
from webapp.limits import bounded

blueprint = Blueprint("feedback", __name__)
PREFIX = "data:image/png;base64,"
HEADER = b"IHDR"
HEAD = b"\x89PNG\r\n\x1a\n\x00\x00\x00\r" + HEADER + struct.pack(">II", SIDE, SIDE)
"""With which the PNG of a digit begins; a second header would give another size."""
MAX_URL = 8192
"""Twenty times what a PNG of a digit takes."""


class Store:
    """A folder of corrected digits, as large as is allowed.

    Parameters
    ----------
    folder : Path
    max_bytes : int
        Size of all pictures together; 0: none is kept.
    """

    def __init__(self, folder, max_bytes):
        self.folder, self.max_bytes = Path(folder), max_bytes
        self._lock, self._taken = threading.Lock(), math.inf
        if self.open:
            # What a server that was killed left half-written.
            for left in self.folder.glob(".*.png"):
                left.unlink(missing_ok=True)

    @property
    def open(self):
        """Whether any are kept."""
        return self.max_bytes > 0

    def keep(self, digit, label):
        """Keep a digit under a name made of its pixels and label, once.

        Parameters
        ----------
        digit : ndarray of shape (28, 28), uint8
        label : int

        Raises
        ------
        ServiceUnavailable
            If the folder is full.
        """
        name = png_name(digit, label)
        stream = io.BytesIO()
        Image.fromarray(digit).save(stream, "PNG")
        content = stream.getvalue()
        with self._lock:
            self.folder.mkdir(parents=True, exist_ok=True)
            if (self.folder / name).exists():
                return
            if not self._has_room(len(content)):
                raise ServiceUnavailable("no more corrections are kept at present")
            with draft(self.folder / name) as temporary:
                temporary.write_bytes(content)
            self._taken += len(content)

    def _has_room(self, size):
        """Tell whether so many bytes more are allowed; some may be gone meanwhile."""
        if self._taken + size > self.max_bytes:
            kept = self.folder.glob("*.png")
            self._taken = sum(path.stat().st_size for path in kept)
        return self._taken + size <= self.max_bytes


@blueprint.post("/feedback")
@bounded
def correct():
    """Keep a digit as the networks saw it, with the label that the user gives it."""
    refuse_other_sites()
    store = current_app.extensions["feedback"]
    if not store.open:
        raise NotFound("this server keeps no corrections")
    label = request.form.get("label", "")
    if label not in tuple("0123456789"):
        raise BadRequest(f"`label` must be a digit; got {label!r}")
    store.keep(seen_digit(request.form.get("input", "")), int(label))
    return render_template("thanks.html", label=label)


def refuse_other_sites():
    """Refuse what a page of another site lets a browser send.

    Raises
    ------
    Forbidden
        If the browser says so, or, where it says nothing, the page's origin does.

    References
    ----------
    W3C, "Fetch Metadata Request Headers"; the origin is for browsers, and addresses
    without encryption, that do not have these.
    """
    site, origin = (request.headers.get(name) for name in ("Sec-Fetch-Site", "Origin"))
    of_host = origin is None or origin.partition("://")[2] == request.host
    own = site in ("same-origin", "none") if site else of_host
    if not own:
        raise Forbidden(
            f"corrections are taken from this server's own page; this came from "
            f"{origin or 'another site'}"
        )


def seen_digit(url):
    """Return the digit in a data URL that an answer had as ``input``.

    Raises
    ------
    BadRequest
        If it is none.
    """
    if not url.startswith(PREFIX) or len(url) > MAX_URL:
        raise BadRequest("`input` must be the picture of an answer, a data URL")
    try:
        content = base64.b64decode(url.removeprefix(PREFIX), validate=True)
        # Before it is decoded: a few bytes may be a picture of 60 million pixels.
        small = content.startswith(HEAD) and content.count(HEADER) == 1
        picture = read_picture(content) if small else None
    except (binascii.Error, ImageError) as error:
        raise BadRequest(f"`input` cannot be read: {error}") from error
    if picture is None or picture.mode != "L":
        raise BadRequest(f"`input` must be a PNG of {SIDE} × {SIDE} grey pixels")
    return np.asarray(picture)
