"""MNIST's test digits drawn large, through the server, beside the originals.

Each is drawn at a random size and place, dark on light, light on dark or transparent,
and sent as PNG; what is lost is lost by the way from a picture to MNIST's form.
"""

import io
import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import requests
from PIL import Image
from tqdm import tqdm

from benchmarks.machine import record
from benchmarks.server import running
from pipeline.frame import files


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
        drawn = count_errors(url, as_picture, images, labels)
        originals = count_errors(url, as_pixels, images, labels)
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


def count_errors(url, form, images, labels):
    """Ask for each digit; several found in a picture, or none, are an error."""

    def ask(number, digit):
        answer = session.post(url, **form(number, digit))
        answer.raise_for_status()
        return likeliest(answer.json()["predictions"])

    with requests.Session() as session, ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = pool.map(ask, range(len(images)), images)
        read = list(tqdm(answers, total=len(labels), disable=None))
    return int((np.array(read) != labels).sum())


def likeliest(predictions):
    """Return the likeliest digit if one was found, whatever is said of it, else -1."""
    found = [one["probabilities"] for one in predictions if one["probabilities"]]
    return int(np.argmax(found[0])) if len(found) == 1 else -1


if __name__ == "__main__":
    main()
