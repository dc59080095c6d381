"""Serve the ensemble on a page and an API: ``python script.py``."""

import argparse
import logging
import sys
from pathlib import Path

from waitress import serve

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
    parser.add_argument("--port", type=int, default=8000, help="port to listen on")
    parser.add_argument(
        "--ensemble", type=Path, default=ENSEMBLE, help="exported ensemble, .onnx"
    )
    return parser.parse_args(arguments)


def main():
    """Load the ensemble and serve it until interrupted."""
    options = parse_arguments()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    try:
        predictor = Predictor(options.ensemble)
    except EnsembleMissingError as error:
        sys.exit(f"error: {error}")
    predictor.warm_up()
    app = create_app(predictor)
    print(f"serving on http://{options.host}:{options.port}", flush=True)
    serve(
        app,
        host=options.host,
        port=options.port,
        threads=4,
        # Below waitress's own default of a gigabyte; Flask refuses with a message.
        max_request_body_size=2 * app.config["MAX_CONTENT_LENGTH"],
    )


if __name__ == "__main__":
    main()
