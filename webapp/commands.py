"""The command line: ``flask --app script classify PATH…``."""

import csv
import math
import sys
from dataclasses import asdict, fields
from pathlib import Path

import click
from flask import current_app
from flask import json as flask_json
from flask.cli import with_appcontext

from webapp.answers import Answer, Refused
from webapp.limits import Deadline
from webapp.responses import describe_model, respond
from webapp.uploads import Upload

SUFFIXES = {".avif", ".bmp", ".csv", ".gif", ".gz", ".heic", ".heif", ".ico", ".idx"}
SUFFIXES |= {".jpeg", ".jpg", ".npy", ".npz", ".png", ".tif", ".tiff", ".webp", ".zip"}
"""Of the files of a folder that are read; what is named itself is read in any case."""

COLUMNS = [
    one.name for one in fields(Answer) if one.name not in ("probabilities", "input")
]


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--csv", "as_csv", is_flag=True, help="Print a table, a row per answer.")
@with_appcontext
def classify(paths, as_csv):
    """Read the digits of pictures, files of digits, and folders of both.

    Prints what the API answers. A file that cannot be read is named on standard error,
    the others are read, and the exit code is 1.
    """
    reader = current_app.extensions["reader"]
    outcomes = [one for path in _files(paths) for one in read_path(reader, path)]
    refused = [one.detail for one in outcomes if isinstance(one, Refused)]
    response = respond(outcomes, describe_model(reader.digits.predictor))
    if as_csv:
        _print_csv(response["predictions"])
    else:
        click.echo(flask_json.dumps(response, indent=2, sort_keys=False))
    for detail in refused:
        click.echo(f"error: {detail}", err=True)
    sys.exit(bool(refused))


def _files(paths):
    """Return what is named, and the files of the folders among it."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        inside = sorted(one for one in path.rglob("*") if one.is_file())
        yield from (one for one in inside if one.suffix.lower() in SUFFIXES)


def read_path(reader, path):
    """Return what is read in a file, or why it is refused."""
    try:
        with path.open("rb") as stream:
            upload = Upload(str(path), stream)
            return reader.read_or_refuse(upload, Deadline(math.inf))
    except OSError as error:
        return [Refused(file=str(path), detail=f"{path}: {error.strerror or error}")]


def _print_csv(answers):
    writer = csv.DictWriter(
        sys.stdout,
        [*COLUMNS, "probability"],
        extrasaction="ignore",
        lineterminator="\n",
    )
    writer.writeheader()
    for answer in answers:
        top = max(answer.probabilities) if answer.probabilities else None
        box = " ".join(map(str, answer.box)) if answer.box else None
        writer.writerow(asdict(answer) | {"probability": top, "box": box})
