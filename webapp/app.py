"""The web application: pages that read digits, and the API behind them."""

from flask import Flask
from flask_cors import CORS
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp import (
    api,
    counters,
    feedback,
    headers,
    kserve,
    logs,
    pages,
    quiz,
    translation,
    words,
)
from webapp.commands import classify
from webapp.environment import Settings
from webapp.gallery import Gallery
from webapp.limits import MAX_BODY_BYTES, MAX_FILES, Limits
from webapp.problems import answer_error, answer_fault
from webapp.reader import Reader

OWN_HOSTS = ("localhost", "127.0.0.1")
"""Names by which health checks on the machine itself call the server."""


def create_app(predictor, settings=None):
    """Build the application around an ensemble.

    Parameters
    ----------
    predictor : ensembles.serving.predictor.Predictor
        What answers.
    settings : webapp.environment.Settings, optional

    Returns
    -------
    flask.Flask

    Raises
    ------
    ValueError
        If the ensemble's card has thresholds that cannot be read.
    """
    settings = settings or Settings()
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.config["MAX_FORM_PARTS"] = 2 * MAX_FILES
    if settings.trusted_hosts:
        app.config["TRUSTED_HOSTS"] = [*settings.trusted_hosts, *OWN_HOSTS]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(words.FILTERS)
    app.jinja_env.globals["t"] = translation.mark_up
    limits = Limits(settings)
    app.extensions["limits"] = limits
    metrics = app.extensions["metrics"] = counters.Metrics(limits)
    app.extensions["pulse"] = counters.Pulse(predictor, limits)
    app.extensions["reader"] = Reader(predictor, limits, metrics.answers)
    app.extensions["gallery"] = Gallery(predictor.card.get("sha256"), settings)
    app.extensions["feedback"] = feedback.Store(
        settings.data / "feedback", settings.feedback_bytes
    )
    for module in (pages, quiz, api, kserve, counters, feedback):
        app.register_blueprint(module.blueprint)
    watch(app)
    if settings.cors_origins:
        routes = ("/api/*", "/v1/*", "/v2*")
        CORS(
            app,
            origins=list(settings.cors_origins),
            resources={route: {} for route in routes},
        )
    app.cli.add_command(classify)
    if settings.proxies:
        number = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=number, x_proto=number, x_host=number
        )
    return app


def watch(app):
    """Log, count and secure every answer, and put errors into words."""
    app.register_error_handler(HTTPException, answer_error)
    app.register_error_handler(Exception, answer_fault)
    app.before_request(logs.begin)
    # Flask calls these in the reverse order.
    app.after_request(logs.finish)
    app.after_request(app.extensions["metrics"].observe)
    app.after_request(headers.secure)
