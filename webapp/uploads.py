"""What a request brings: files of a form, a file as its body, or JSON."""

import json
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from flask import after_this_request, request
from werkzeug.exceptions import (
    BadRequest,
    RequestEntityTooLarge,
    UnsupportedMediaType,
)

from ensembles.digits.digit_files import HEAD, holds_digits
from webapp.limits import MAX_BODY_BYTES, MAX_FILES, MAX_TABLE_BYTES

FIELDS = ("file", "files", "image", "images")
"""Of a form, which may hold pictures."""

FILES = (
    "application/gzip",
    "application/octet-stream",
    "application/x-gzip",
    "application/x-npy",
    "application/zip",
    "text/csv",
)
"""Types of a body that is a file; what it holds, its content tells."""

IN_MEMORY = 1 << 19
"""Bytes of a body that are not yet put on disk."""


@dataclass(frozen=True)
class Upload:
    """A file that came.

    Attributes
    ----------
    name : str or None
        None, if it came without.
    stream : file
    """

    name: str | None
    stream: IO[bytes]

    @property
    def title(self):
        """What errors call it."""
        return self.name or "the body"

    @property
    def holds_digits(self):
        """Whether it is a file of many digits, and no picture."""
        self.stream.seek(0)
        return holds_digits(self.stream.read(HEAD))

    def read(self):
        """Return its content."""
        self.stream.seek(0)
        return self.stream.read()


def form_files():
    """Return each file in the form's fields, by the order in which these were sent.

    Raises
    ------
    BadRequest
        If there is none, or more than `MAX_FILES`.
    RequestEntityTooLarge
        If they are larger than is allowed.
    """
    with _size_named(_most_bytes()):
        files = request.files.items(multi=True)
    uploads = [
        Upload(file.filename, file.stream)
        for field, file in files
        if field in FIELDS and file.filename
    ]
    if not uploads:
        raise BadRequest("no image came: send one or more in the form field `file`")
    if len(uploads) > MAX_FILES:
        raise BadRequest(
            f"at most {MAX_FILES} images at once are allowed; got {len(uploads)}"
        )
    return uploads


def body_file():
    """Return the body as a file, kept on disk if it is large.

    Raises
    ------
    RequestEntityTooLarge
        If it is larger than is allowed.
    """
    spool = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115

    @after_this_request
    def close(response):
        spool.close()
        return response

    with _size_named(_most_bytes()):
        shutil.copyfileobj(request.stream, spool)
    return Upload(None, spool)


def body_json():
    """Return what the body says in JSON, whatever type it is said to have.

    Raises
    ------
    BadRequest
        If it is not JSON.
    RequestEntityTooLarge
        If it is larger than a picture may be: numbers in JSON take the tenfold memory.
    """
    with _size_named(MAX_BODY_BYTES):
        content = request.get_data(cache=False)
    return parse_json(content)


def parse_json(content):
    """Return what bytes say in JSON.

    Raises
    ------
    BadRequest
        If they are not JSON, or lists lie in lists without end.
    """
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"this is no JSON that can be read: {error}") from None


def _most_bytes():
    table = request.args.get("table") or request.mimetype in FILES
    return MAX_TABLE_BYTES if table else MAX_BODY_BYTES


@contextmanager
def _size_named(limit):
    """Say how large a body may be where one is larger."""
    request.max_content_length = limit
    try:
        yield
    except RequestEntityTooLarge as error:
        length = request.content_length
        got = f"; got {length / 2**20:.1f} MB" if length else ""
        raise RequestEntityTooLarge(
            f"a request may have at most {limit >> 20} MB, and with ?table=1, for "
            f"files of many digits, {MAX_TABLE_BYTES >> 20} MB{got}"
        ) from error


def kind_of_body():
    """Return how the body of a request is to be read: form, file or json.

    Raises
    ------
    UnsupportedMediaType
        If it is none of these.
    """
    kind = request.mimetype
    if kind == "multipart/form-data":
        return "form"
    if kind == "application/json":
        return "json"
    if kind.startswith("image/") or kind in FILES:
        return "file"
    raise UnsupportedMediaType(
        "send multipart/form-data with the field `file`, a picture or a file of digits "
        "as image/* or application/octet-stream, or application/json with `pixels` or "
        f"`instances`; got {kind or 'no Content-Type'}"
    )


def whole_number(name, text, most=999_999):
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
