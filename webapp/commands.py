"""The command line: ``flask --app script classify FILE…``."""

import json
import math

import click
from flask import current_app
from flask.cli import with_appcontext

from ensembles.pictures.reading import ImageError
from webapp.answers import describe_model
from webapp.limits import Deadline


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.File("rb"), metavar="FILE…"
)
@with_appcontext
def classify(files):
    """Read the digits of pictures, and print what the API answers."""
    reader = current_app.extensions["reader"]
    answers = []
    for file in files:
        try:
            answers += reader.read_file(file.read(), Deadline(math.inf)).answers
        except ImageError as error:
            raise click.ClickException(f"{file.name}: {error}") from error
    model = describe_model(reader.predictor)
    click.echo(json.dumps({"predictions": answers, "model": model}, indent=2))
