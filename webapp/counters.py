"""Figures for Prometheus, and answers to who asks whether the server is well."""

import threading
import time

import numpy as np
from flask import Blueprint, Response, current_app, g, jsonify, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from werkzeug.exceptions import ServiceUnavailable

from ensembles.digits.form import SIDE
from webapp.limits import Deadline

blueprint = Blueprint("health", __name__)

FRESH = 1.0
"""Seconds for which it is known that the ensemble answers, whoever asks."""

PATIENCE = 3.0
"""Seconds in which a worker is free; the container's own check waits four."""


class Metrics:
    """The figures of one application.

    Parameters
    ----------
    limits : webapp.limits.Limits
        Whose number of requests in flight is told.
    """

    def __init__(self, limits):
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "digits_requests", "Requests.", ["route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "digits_request_seconds",
            "Time to answer.",
            ["route"],
            registry=self.registry,
        )
        self.answers = Counter(
            "digits_answers", "Digits read.", ["status"], registry=self.registry
        )
        self.in_flight = Gauge(
            "digits_in_flight", "Requests being read.", registry=self.registry
        )
        self.in_flight.set_function(lambda: limits.open)

    def observe(self, response):
        """Count a request."""
        route = str(request.url_rule)
        self.requests.labels(route, response.status_code).inc()
        self.seconds.labels(route).observe(time.perf_counter() - g.begun)
        return response


class Pulse:
    """Whether the ensemble answers, asked of it no more often than is needed.

    Parameters
    ----------
    predictor : ensembles.serving.predictor.Predictor
    limits : webapp.limits.Limits
        Whose workers read: while all hang, nothing is answered.
    """

    def __init__(self, predictor, limits):
        self._predictor, self._limits = predictor, limits
        self._patience = min(PATIENCE, limits.settings.deadline)
        self._lock = threading.Lock()
        self._until = 0.0

    def check(self):
        """Have a digit read, if the last that was read is `FRESH` no more."""
        with self._lock:
            if time.monotonic() < self._until:
                return
            with self._limits.work(Deadline(self._patience)):
                self._predictor.predict(np.zeros((1, SIDE, SIDE), np.uint8))
            self._until = time.monotonic() + FRESH


@blueprint.get("/metrics")
def metrics():
    """Tell the figures in Prometheus's text."""
    registry = current_app.extensions["metrics"].registry
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


@blueprint.get("/healthz")
def alive():
    """Say that the process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def ready():
    """Say whether digits can be read."""
    check_ready()
    return jsonify(status="ready")


def check_ready():
    """Raise ServiceUnavailable if the server is closing, or no ensemble answers."""
    if current_app.extensions["limits"].draining:
        raise ServiceUnavailable("the server is shutting down", retry_after=10)
    current_app.extensions["pulse"].check()
