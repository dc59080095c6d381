"""Draw the figures, and write the error browser: one page that needs nothing else.

``python -m pipeline.report`` is the stage. With ``--system NAME`` another system's
errors are looked at, with ``--against REV`` the run is set beside another; such pages
go to `OTHER`, so that the stage's own stays. ``--open`` shows the page.
"""

import argparse
import shutil
import sys
import webbrowser

from PIL import Image

from ensembles.drafts import draft_folder
from pipeline import drawing, finished_run, shown
from pipeline.browser import comparison, contents, rendering
from pipeline.frame import files, params

OTHER = files.REPORTS / "other.html"


def main(parameters, *arguments):
    """Draw all figures and write the page, or write a page that was asked for."""
    asked = parse(arguments)
    run = finished_run.read()
    beside = (
        comparison.beside(run, asked.system, asked.against)
        if asked.against
        else comparison.beside_released(run, asked.system)
    )
    bins = parameters.evaluate.calibration_bins
    drawn = drawing.draw_all(run, asked.system, bins)
    page = rendering.render(
        run, drawn, contents.collect(run, asked.system, beside), asked.system
    )
    place = files.PAGE
    if asked.system != "ensemble" or asked.against:
        place = OTHER
    else:
        drawing.write(drawn)
        write_pictures(run)
    files.write_text(place, page)
    print(f"report: {place.absolute()} ({len(page.encode()) / 1e6:.1f} MB)")
    if asked.open:
        webbrowser.open(place.absolute().as_uri())


def parse(arguments):
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.report")
    parser.add_argument(
        "--system", default="ensemble", help="whose errors are shown first"
    )
    parser.add_argument(
        "--against", help="a folder of reports, or a revision of Git, to compare with"
    )
    parser.add_argument("--open", action="store_true", help="show it in the browser")
    return parser.parse_args(arguments)


def write_pictures(run):
    """Write each digit that the ensemble misreads as PNG, and no other."""
    indices = run.misread("ensemble")["index"]
    with draft_folder(files.REPORTS) as workshop:
        new = workshop / shown.PICTURES.name
        new.mkdir()
        for index in indices:
            name = f"{shown.name_of('test', index)}.png"
            Image.fromarray(run.test["images"][index]).save(new / name)
        shutil.rmtree(shown.PICTURES, ignore_errors=True)
        new.replace(shown.PICTURES)


if __name__ == "__main__":
    params.run(main, *sys.argv[1:])
