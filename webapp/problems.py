"""Errors: problem JSON (RFC 9457) to programs, a page to people."""

import json

from flask import g, render_template, request
from werkzeug.exceptions import InternalServerError

from webapp import logs

FOR_PROGRAMS = ("/api/", "/v1/", "/v2", "/healthz", "/readyz", "/metrics")


def answer_error(error):
    """Answer an HTTP error.

    Parameters
    ----------
    error : werkzeug.exceptions.HTTPException

    Returns
    -------
    flask.Response
        With the headers that belong to the error, such as ``Allow``.
    """
    response = error.get_response()
    if response.status_code < 400:
        return response
    if request.path.startswith(FOR_PROGRAMS):
        body = {"type": "about:blank", "title": error.name, "status": error.code}
        # KServe's clients look for `error`.
        own = {"error": error.description} if request.path.startswith("/v2") else {}
        response.data = json.dumps(body | {"detail": error.description} | own)
        response.content_type = "application/problem+json"
    else:
        response.data = render_template("problem.html", error=error)
        response.content_type = "text/html; charset=utf-8"
    return response


def answer_fault(error):
    """Log what should not have happened, and answer with its number in the log."""
    logs.fail(error)
    said = f"the server failed; its log tells where, under {g.request_id}"
    return answer_error(InternalServerError(said))
