"""The server's memory after many of a telephone's pictures, sent at the same time.

The pictures are photographs by simulation, of 12 to 50 megapixels.
"""

import http.client
import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.load import resident
from benchmarks.machine import record, share_of
from benchmarks.server import COMMANDS, running

PICTURES, AT_ONCE = 200, 16
SIZES = {"12": (4032, 3024), "24": (5712, 4284), "50": (8160, 6120)}
LIMIT = 500


def photograph(size):
    """Return a noisy photograph of a number as JPEG, some megabytes large."""
    rng = np.random.default_rng(0)
    small = rng.normal(215, 6, (size[1] // 4, size[0] // 4)).clip(0, 255)
    picture = Image.fromarray(small.astype(np.uint8)).resize(size).convert("RGB")
    pen, step = ImageDraw.Draw(picture), size[0] // 8
    for place in range(1, 7):
        at = (place * step, size[1] // 3, place * step + step // 2, size[1] // 2)
        pen.ellipse(at, outline=(30, 40, 120), width=step // 12)
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=95)
    return stream.getvalue()


def send(port, picture):
    """Send a picture; return the status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    try:
        kind = {"Content-Type": "image/jpeg"}
        connection.request("POST", "/api/v1/predict", picture, kind)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def main():
    """Measure both ways of starting a server."""
    pictures = [photograph(size) for size in SIZES.values()]
    record(
        "memory",
        {
            "what": f"megabytes of the server after {PICTURES} pictures of "
            f"{', '.join(SIZES)} megapixels, {AT_ONCE} at once",
            "limit": LIMIT,
            "megabytes_of_the_files": [round(len(one) / 2**20, 1) for one in pictures],
            "servers": {kind: measure(kind, pictures) for kind in COMMANDS},
        },
    )


def measure(kind, pictures):
    """Start a server, send it the pictures, and tell its memory."""
    with running(kind, DIGITS_DEADLINE=600) as server:
        send(server.port, pictures[0])
        before, _ = resident(server.pid)
        number = max(AT_ONCE, share_of(PICTURES))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            chosen = (pictures[i % len(pictures)] for i in range(number))
            statuses = list(pool.map(lambda one: send(server.port, one), chosen))
        after, most = resident(server.pid)
    return {
        "after": round(after),
        "before": round(before),
        "at_most": round(most),
        "pictures": number,
        "read": statuses.count(200),
    }


if __name__ == "__main__":
    main()
