"""The server under load: one person drawing, then ten times what it admits.

A real server in a process of its own, started by hand and as in the container, and a
client over loopback on the same cores.
"""

import asyncio
import io
import time
from collections import Counter
from http import HTTPStatus
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.machine import record, share_of
from benchmarks.server import COMMANDS, running
from webapp.environment import Settings

DRAWN = 300
PAUSE = 0.12
OVERLOAD_SECONDS = 10
OVERLOAD = 10
BOUNDARY = "a-line-between-parts"


def drawing():
    """Return a drawn 2 as the page sends it, a PNG."""
    canvas = Image.new("L", (320, 320), 255)
    points = [(100, 110), (130, 70), (190, 75), (205, 130), (110, 240), (215, 240)]
    ImageDraw.Draw(canvas).line(points, fill=0, width=26, joint="curve")
    stream = io.BytesIO()
    canvas.save(stream, "PNG")
    return stream.getvalue()


def http_request(picture):
    """Return the bytes of a request that reads a picture."""
    body = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; '
        f'filename="two.png"\r\nContent-Type: image/png\r\n\r\n'
    ).encode()
    body += picture + f"\r\n--{BOUNDARY}--\r\n".encode()
    head = (
        "POST /api/v1/predict HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Client:
    """A connection that is kept open, one request at a time."""

    def __init__(self, port, request):
        self.port, self.request = port, request
        self.reader: asyncio.StreamReader
        self.writer: asyncio.StreamWriter
        self.body = b""

    async def __aenter__(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_):
        self.writer.close()
        await self.writer.wait_closed()

    async def ask(self):
        """Send the request; return the status and the seconds that it took."""
        begun = time.perf_counter()
        self.writer.write(self.request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        (length,) = (line for line in lines if line.startswith(b"content-length:"))
        self.body = await self.reader.readexactly(int(length.split(b":")[1]))
        return int(head.split(b" ", 2)[1]), time.perf_counter() - begun


async def one_person(port, request):
    """Ask as often as the page does while someone draws; return all seconds."""
    times = []
    async with Client(port, request) as client:
        for _ in range(share_of(DRAWN)):
            status, took = await client.ask()
            if status != HTTPStatus.OK:
                raise RuntimeError(f"one person drawing was answered {status}")
            times.append(took)
            await asyncio.sleep(PAUSE)
    return times


async def crowd(port, request, size, seconds):
    """Ask without a pause on many connections; return how often came each status."""
    statuses: Counter[int] = Counter()
    end = time.perf_counter() + seconds

    async def one():
        async with Client(port, request) as client:
            while time.perf_counter() < end:
                status, _ = await client.ask()
                statuses[status] += 1

    await asyncio.gather(*(one() for _ in range(size)))
    return statuses


async def recovery(port, request):
    """Return the seconds until a request is answered well again."""
    begun = time.perf_counter()
    async with Client(port, request) as client:
        while (await client.ask())[0] != 200:
            await asyncio.sleep(0.01)
    return time.perf_counter() - begun


def resident(pid):
    """Return the megabytes of memory that a process has, and has had at most."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    sizes = {line.split(":")[0]: line.split() for line in lines}
    return tuple(int(sizes[name][1]) / 1024 for name in ("VmRSS", "VmHWM"))


def main():
    """Measure both ways of starting a server."""
    servers = {kind: measure(kind) for kind in COMMANDS}
    record(
        "load",
        {
            "what": "milliseconds to read a drawing of 320 × 320, one person drawing",
            "target": {"median": 100, "p99": 400, "seconds_to_first_answer": 2},
            "servers": servers,
        },
    )


def measure(kind):
    """Start a server, and return its figures."""
    request = http_request(drawing())
    begun = time.perf_counter()
    with running(kind) as server:
        asyncio.run(recovery(server.port, request))
        started = time.perf_counter() - begun
        times = 1e3 * np.array(asyncio.run(one_person(server.port, request)))
        return {
            "median": round(float(np.median(times)), 1),
            "p99": round(float(np.percentile(times, 99)), 1),
            "seconds_to_first_answer": round(started, 2),
            "overload": overload(server, request),
        }


def overload(server, request):
    """Ask for all that a server admits, then ten times as much."""
    admitted, seconds = Settings.in_flight, share_of(OVERLOAD_SECONDS)
    full = asyncio.run(crowd(server.port, request, admitted, seconds))
    before, _ = resident(server.pid)
    size = OVERLOAD * admitted
    statuses = asyncio.run(crowd(server.port, request, size, seconds))
    return {
        "answers_per_second_when_full": round(full[200] / seconds),
        "connections": size,
        "admitted_at_once": admitted,
        "seconds": seconds,
        "statuses": {str(k): n for k, n in sorted(statuses.items())},
        "seconds_to_recover": round(asyncio.run(recovery(server.port, request)), 3),
        "megabytes_before": round(before),
        "megabytes_at_most": round(resident(server.pid)[1]),
    }


if __name__ == "__main__":
    main()
