"""The command line: ``flask --app script classify FILE…``."""

import json
import math

import click
from flask import current_app
from flask.cli import with_appcontext

from ensembles.pictures.reading import ImageError
from webapp.answers import describe_model
from webapp.api import join_readings
from webapp.limits import Deadline


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.File("rb"), metavar="FILE…"
)
@with_appcontext
def classify(files):
    """Read the digits of pictures, and print what the API answers."""
    reader = current_app.extensions["reader"]
    readings = []
    for file in files:
        try:
            readings.append(reader.read_file(file.read(), Deadline(math.inf)))
        except ImageError as error:
            raise click.ClickException(f"{file.name}: {error}") from error
    answers, left_out = join_readings(readings)
    model = describe_model(reader.predictor)
    said = {
        "predictions": answers,
        "left_out": left_out,
        "pixels_scaled_from": None,
        "model": model,
    }
    click.echo(json.dumps(said, indent=2))
