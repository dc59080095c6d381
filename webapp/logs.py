"""A line of JSON for each event; never what a picture shows, nor who sent it."""

import json
import logging
import secrets
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path

import onnxruntime
from flask import g, request

logger = logging.getLogger("webapp")

FATAL = 4
"""ONNX Runtime's number of the severity."""


class JsonLines(logging.Formatter):
    """Format a record, and the mapping in its ``fields``, as one line of JSON."""

    def format(self, record):
        """Return the line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up():
    """Send all logs to standard error as lines of JSON."""
    # It raises what it would write as well, with values of pixels in it.
    onnxruntime.set_default_logger_severity(FATAL)
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def begin():
    """Note when a request came, and give it a number to find it by."""
    g.begun = time.perf_counter()
    g.request_id = secrets.token_hex(8)


def finish(response):
    """Log a request: its route, and not the path that the client made up."""
    response.headers["X-Request-ID"] = g.request_id
    fields = _of_request() | {
        "status": response.status_code,
        "milliseconds": round(1e3 * (time.perf_counter() - g.begun), 1),
        "bytes_in": request.content_length or 0,
    }
    logger.info("answered", extra={"fields": fields})
    return response


def fail(error):
    """Log a fault: what and where, and not its message, which may quote a picture."""
    faults = [_place(one) for one in _with_causes(error)]
    logger.error("failed", extra={"fields": _of_request() | {"faults": faults}})


def _of_request():
    return {
        "request_id": g.request_id,
        "method": request.method,
        "route": str(request.url_rule),
    }


def _with_causes(error):
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _place(error):
    """Return an error's type, and the lines that it went through."""
    steps = traceback.extract_tb(error.__traceback__)
    return {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "at": [f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in steps],
    }
