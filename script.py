"""Serve the ensemble on a page and an API: ``python script.py``.

``create_app`` is for servers that load an application themselves, as
``gunicorn "script:create_app()"`` and ``flask --app script`` do.
"""

import argparse
import ctypes
import signal
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import cv2
from waitress import create_server, wasyncore

import webapp.app
from ensembles.serving.predictor import EnsembleMissingError, Predictor
from webapp import logs
from webapp.environment import Settings
from webapp.limits import MAX_TABLE_BYTES

ARENAS, MOST_ARENAS = -8, 2
"""The C library's number of this setting, and its value."""

SPARE_THREADS = 4
"""Threads beyond those that may read: they refuse, and answer health checks."""


def create_app(settings=None):
    """Load the ensemble, and build the application.

    Parameters
    ----------
    settings : webapp.environment.Settings, optional
        By default those of the environment.

    Raises
    ------
    EnsembleMissingError, ValueError
        If there is no ensemble, or it or a setting cannot be used.
    """
    settings = settings or Settings.from_environment()
    limit_arenas()
    logs.set_up()
    # As many requests are worked on at once as there are cores.
    cv2.setNumThreads(1)
    predictor = Predictor(settings.ensemble, settings.threads)
    predictor.warm_up()
    return webapp.app.create_app(predictor, settings)


def limit_arenas():
    """Keep freed memory where other threads find it.

    By itself the C library has a heap for each thread, and each keeps what one large
    picture needed.
    """
    if sys.platform == "linux":
        set_option = getattr(ctypes.CDLL(None), "mallopt", None)
        if set_option is not None:  # another C library than GNU's has one heap
            set_option(ARENAS, MOST_ARENAS)


def parse_arguments(arguments=None, settings=None):
    """Read the command line; what it leaves out is as the environment sets it."""
    settings = settings or Settings()
    parser = argparse.ArgumentParser(
        description="Serve the digit ensemble: a page to draw on, and an API.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--host", default=settings.host, help="address to listen on")
    parser.add_argument(
        "--port",
        type=port_number,
        default=settings.port,
        help="port to listen on; 0: any free",
    )
    parser.add_argument(
        "--ensemble",
        type=Path,
        default=settings.ensemble,
        help="exported ensemble, .onnx",
    )
    return parser.parse_args(arguments)


def port_number(text):
    """Read a port from the command line."""
    try:
        port = int(text)
    except ValueError:
        port = -1
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"must be from 0 to 65535; got {text!r}")
    return port


def listen(app, host, port, sockets=None):
    """Open the server's socket, and return the server.

    Parameters
    ----------
    app : flask.Flask
    host : str
    port : int
    sockets : dict, optional
        Filled with all that the server watches, for `serve`.

    Raises
    ------
    ValueError
        If the host or port cannot be had; the message says what to do.
    """
    settings = app.extensions["limits"].settings
    try:
        return create_server(
            app,
            map=sockets,
            host=host,
            port=port,
            threads=settings.in_flight + SPARE_THREADS,
            # More wait in line unanswered, so there is room for ten times the work.
            connection_limit=1000,
            # Below waitress's own default of a gigabyte; Flask refuses with a message.
            max_request_body_size=2 * MAX_TABLE_BYTES,
            # The log and the headers say nothing of what serves.
            ident=None,
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ValueError(
            f"cannot listen on {host}:{port}: {reason}; "
            f"choose another with --port or --host"
        ) from error


def port_of(server):
    """Return the port that a server got; a name of several addresses has several."""
    if hasattr(server, "effective_listen"):
        return server.effective_listen[0][1]
    return server.effective_port


def serve(server, sockets, ending, grace):
    """Serve until asked to end; then answer what has come, and nothing more.

    Parameters
    ----------
    server : object
        What `listen` returned, and in `sockets` what it watches.
    sockets : dict
    ending : threading.Event
    grace : float
        Seconds that requests which have come are given.
    """
    while not ending.is_set():
        wasyncore.loop(timeout=0.5, map=sockets, count=1)
    for watched in list(sockets.values()):
        if getattr(watched, "accepting", False):
            # Not the server's own `close`, which would leave answers unsent.
            wasyncore.dispatcher.close(watched)
    end = time.monotonic() + grace
    while any(map(is_busy, sockets.values())) and time.monotonic() < end:
        wasyncore.loop(timeout=0.1, map=sockets, count=1)
    server.task_dispatcher.shutdown(timeout=1)
    wasyncore.close_all(sockets)


def is_busy(channel):
    """Tell whether a connection has a request under way or an answer to send."""
    return bool(
        getattr(channel, "request", None)
        or getattr(channel, "requests", None)
        or getattr(channel, "total_outbufs_len", 0)
    )


def main():
    """Load the ensemble and serve it until interrupted."""
    try:
        settings = Settings.from_environment()
        options = parse_arguments(settings=settings)
        settings = replace(settings, ensemble=options.ensemble)
        app = create_app(settings)
        sockets = {}
        server = listen(app, options.host, options.port, sockets)
    except (EnsembleMissingError, ValueError) as error:
        sys.exit(f"error: {error}")
    ending = threading.Event()

    def end(*_):
        app.extensions["limits"].draining = True
        ending.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    print(f"serving on http://{options.host}:{port_of(server)}", flush=True)
    serve(server, sockets, ending, settings.deadline)


if __name__ == "__main__":
    main()
