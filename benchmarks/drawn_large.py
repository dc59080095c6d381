"""MNIST's test digits drawn large, through the server, beside the originals.

Each is drawn at a random size and place, dark on light, light on dark or transparent,
and sent as PNG; what is lost is lost by the way from a picture to MNIST's form. What
was read is kept, so that a run that was stopped goes on, if the code is still the same.
"""

import hashlib
import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import requests
from PIL import Image
from tqdm import tqdm

from benchmarks.machine import record
from benchmarks.server import ROOT, running
from pipeline.frame import files
from webapp.environment import Settings

KEPT = Path("data/drawn_large")
"""Folder of what was read so far, by the digest of all that reads."""


def draw_large(digit, rng):
    """Draw a digit large on white, black or nothing, somewhere.

    Parameters
    ----------
    digit : ndarray of shape (28, 28), uint8
    rng : numpy.random.Generator

    Returns
    -------
    PIL.Image.Image
    """
    times = int(rng.integers(3, 12))
    top, left, bottom, right = rng.integers(0, 150, 4)
    shape = np.kron(digit, np.ones((times, times), np.uint8))
    shape = np.pad(shape, ((top, bottom), (left, right)))
    if rng.random() < 0.4:
        ink = np.full((*shape.shape, 3), 255 * rng.integers(2), np.uint8)
        return Image.fromarray(np.concatenate([ink, shape[..., None]], axis=2))
    return Image.fromarray(shape if rng.random() < 0.5 else 255 - shape)


def main():
    """Send every test digit twice, as it is and drawn large."""
    test = files.read_arrays(files.TEST, "images", "labels")
    images, labels = test["images"], test["labels"]
    with running() as server:
        url = f"http://127.0.0.1:{server.port}/api/v1/predict"
        drawn, originals = (
            int((read_all(url, form, images) != labels).sum())
            for form in (as_picture, as_pixels)
        )
    record(
        "drawn_large",
        {
            "what": "errors of test digits drawn large, beside the digits themselves",
            "digits": len(labels),
            "drawn": drawn,
            "originals": originals,
            "points_lost": round(100 * (drawn - originals) / len(labels), 3),
            "target_points": 0.05,
        },
    )


def as_picture(seed, digit):
    """Return how `requests` sends a digit drawn large."""
    stream = io.BytesIO()
    draw_large(digit, np.random.default_rng(seed)).save(stream, "PNG")
    return {"data": stream.getvalue(), "headers": {"Content-Type": "image/png"}}


def as_pixels(_, digit):
    """Return how `requests` sends a digit as it is."""
    return {"json": {"pixels": digit.tolist()}}


def read_all(url, form, images):
    """Ask for each digit that was not answered yet.

    Returns
    -------
    ndarray of shape (n,)
        What each was read as; -1 if several were found in a picture, or none.
    """

    def ask(number):
        answer = session.post(url, **form(number, images[number]))
        answer.raise_for_status()
        return likeliest(answer.json()["predictions"])

    path = KEPT / f"{form.__name__}-{digest()}.txt"
    read = read_kept(path)
    left = [number for number in range(len(images)) if number not in read]
    bar = {"total": len(images), "initial": len(read), "disable": None}
    with requests.Session() as session, path.open("a", 1) as stream:
        for number, digit in tqdm(side_by_side(ask, left), **bar):
            print(number, digit, file=stream)
            read[number] = digit
    return np.array([read[number] for number in range(len(images))])


def side_by_side(ask, numbers):
    """Yield each number with its answer, in order; who stops waits for no other."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        try:
            yield from zip(numbers, pool.map(ask, numbers), strict=True)
        finally:
            pool.shutdown(cancel_futures=True)


def read_kept(path):
    """Return what was read as what, by number; of a line torn by a kill nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    text = path.read_text()
    whole = text[: text.rfind("\n") + 1]
    path.write_text(whole)
    pairs = (line.split() for line in whole.splitlines())
    return {int(number): int(digit) for number, digit in pairs}


def digest():
    """Return the digest of digits, ensemble and code."""
    code = [*ROOT.glob("ensembles/**/*.py"), *ROOT.glob("webapp/**/*.py")]
    read = [*sorted(code), Path(__file__), files.TEST, Settings.ensemble]
    contents = b"".join(path.read_bytes() for path in read)
    return hashlib.sha256(contents).hexdigest()[:12]


def likeliest(predictions):
    """Return the likeliest digit if one was found, whatever is said of it, else -1."""
    found = [one["probabilities"] for one in predictions if one["probabilities"]]
    return int(np.argmax(found[0])) if len(found) == 1 else -1


if __name__ == "__main__":
    main()
