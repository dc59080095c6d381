"""Take the pictures of the page in the documents: ``-m pipeline.commands.photograph``.

A digit is drawn in headless Chromium, in a browser of each of the documents' languages.
"""

import re
import shutil
import subprocess
import sys
from contextlib import contextmanager

import numpy as np
from scipy.interpolate import make_interp_spline

from pipeline.commands.illustrate import FOLDERS
from pipeline.frame import program

NAME = "app.png"
BOW = [(0.30, 0.36), (0.36, 0.25), (0.48, 0.19), (0.60, 0.23), (0.66, 0.34)]
BOW += [(0.60, 0.48), (0.46, 0.65), (0.30, 0.79)]
FOOT = [(0.30, 0.79), (0.40, 0.76), (0.54, 0.80), (0.72, 0.78)]
"""The two strokes of a two, as shares of the drawing frame's side."""

WHERE = (
    "one => (({left, top, width}) => [left, top, width])(one.getBoundingClientRect())"
)


def main(_parameters):
    """Serve the page, and photograph it in every language."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if not browser:
        raise ValueError("no Chromium is installed")
    with served() as address:
        for language, folder in FOLDERS.items():
            photograph(browser, address, language, folder / NAME)
            print(folder / NAME)


@contextmanager
def served():
    """Serve the released ensemble on a free port; gives the address."""
    command = [sys.executable, "script.py", "--port", "0"]
    with subprocess.Popen(  # noqa: S603 (our own program)
        command, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            yield next(
                found[0]
                for line in server.stdout or ()
                if (found := re.search(r"http://[\d.]+:\d+/?", line))
            )
        finally:
            server.terminate()


def photograph(browser, address, language, place):
    """Draw a digit on the page, and keep what is seen.

    Parameters
    ----------
    browser : str
        Chromium's program.
    address : str
        Of the page.
    language : str
        That the browser asks for.
    place : Path
        Of the PNG.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Chromium refuses to run as root in its sandbox.
        chromium = playwright.chromium.launch(
            executable_path=browser, args=["--no-sandbox"]
        )
        page = chromium.new_page(
            viewport={"width": 1120, "height": 702}, locale=language
        )
        page.goto(address)
        left, top, side = page.locator("#canvas").evaluate(WHERE)
        drawn = np.concatenate([smooth(BOW), smooth(FOOT)])
        spots = [(left + x * side, top + y * side) for x, y in drawn.tolist()]
        page.mouse.move(*spots[0])
        page.mouse.down()
        for spot in spots[1:]:
            page.mouse.move(*spot)
        page.mouse.up()
        page.locator("#reading .digit").wait_for()
        page.wait_for_timeout(1000)  # until the bars have come to rest
        page.screenshot(path=place)
        chromium.close()


def smooth(points, steps=30):
    """Return points of the curve through others, ndarray of shape (steps, 2)."""
    curve = make_interp_spline(np.arange(len(points)), points, k=3)
    return curve(np.linspace(0, len(points) - 1, steps))


if __name__ == "__main__":
    program.run(main)
