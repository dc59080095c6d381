"""Serve the ensemble on a page and an API: ``python script.py``."""

import argparse
import logging
import signal
import sys
from pathlib import Path

from waitress import create_server

from ensembles.predictor import EnsembleMissingError, Predictor
from webapp.app import create_app

ENSEMBLE = Path(__file__).parent / "models" / "ensemble.onnx"


def parse_arguments(arguments=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description="Serve the digit ensemble: a page to upload images, and an API.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument(
        "--port", type=port_number, default=8000, help="port to listen on; 0: any free"
    )
    parser.add_argument(
        "--ensemble", type=Path, default=ENSEMBLE, help="exported ensemble, .onnx"
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


def listen(app, host, port):
    """Open the server's socket, and return the server.

    Raises
    ------
    ValueError
        If the host or port cannot be had; the message says what to do.
    """
    try:
        return create_server(
            app,
            host=host,
            port=port,
            threads=4,
            # Below waitress's own default of a gigabyte; Flask refuses with a message.
            max_request_body_size=2 * app.config["MAX_CONTENT_LENGTH"],
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


def main():
    """Load the ensemble and serve it until interrupted."""
    options = parse_arguments()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    try:
        predictor = Predictor(options.ensemble)
        predictor.warm_up()
        server = listen(create_app(predictor), options.host, options.port)
    except (EnsembleMissingError, ValueError) as error:
        sys.exit(f"error: {error}")
    # Asked to end by a service manager, it ends as on Ctrl-C: what runs is finished.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"serving on http://{options.host}:{port_of(server)}", flush=True)
    server.run()


if __name__ == "__main__":
    main()
