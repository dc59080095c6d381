"""Serve the ensemble on a page and an API: ``python script.py``.

``create_app`` is for servers that load an application themselves, as
``gunicorn "script:create_app()"`` and ``flask --app script`` do.
"""

import argparse
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path

import cv2

import webapp.app
from ensembles.serving.predictor import EnsembleMissingError, Predictor
from webapp import heap, logs
from webapp.environment import Settings
from webapp.server import listen, port_of, serve


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
    heap.limit_arenas()
    logs.set_up()
    # As many requests are worked on at once as there are cores.
    cv2.setNumThreads(1)
    predictor = Predictor(settings.ensemble, settings.threads)
    predictor.warm_up()
    # Reading the graph takes twice what is kept of it.
    heap.give_back()
    return webapp.app.create_app(predictor, settings)


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
    host = f"[{options.host}]" if ":" in options.host else options.host
    print(f"serving on http://{host}:{port_of(server)}", flush=True)
    serve(server, sockets, ending.is_set, settings.deadline)


if __name__ == "__main__":
    main()
