"""Draw the figures, and write the error browser: one page that needs nothing else.

``python -m pipeline.report`` is the stage. With ``--system NAME`` another system's
errors are looked at, with ``--against REV`` the run is set beside another; such pages
go to `OTHER`, so that the stage's own stays. ``--open`` shows the page.
"""

import shutil
import webbrowser

from PIL import Image

from ensembles.drafts import draft_folder
from pipeline import drawing, finished_run, shown
from pipeline.browser import comparison, contents, rendering
from pipeline.frame import files, program

OTHER = files.REPORTS / "other.html"


def main(parameters, *, system="ensemble", against="", open=False):
    """Draw all figures and write the page, or write a page that was asked for.

    Parameters
    ----------
    parameters : pipeline.frame.params.Params
    system : str
        Whose errors are shown first.
    against : str
        A folder of reports, or a revision of Git, to compare with.
    open : bool
        Whether the page is shown in the browser.
    """
    run = finished_run.read()
    beside = set_beside(run, system, against)
    drawn = drawing.draw_all(run, system, parameters.evaluate.calibration_bins)
    page = rendering.render(run, drawn, contents.collect(run, system, beside), system)
    place = OTHER
    if system == "ensemble" and not against:
        place = files.PAGE
        drawing.write(drawn)
        write_pictures(run)
    files.write_text(place, page)
    print(f"report: {place.absolute()} ({len(page.encode()) / 1e6:.1f} MB)")
    if open:
        webbrowser.open(place.absolute().as_uri())


def set_beside(run, system, against):
    """Compare a system with another run, or else with the released ensemble."""
    if against:
        return comparison.beside(run, system, against)
    return comparison.beside_released(run, system)


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
    program.run(main)
