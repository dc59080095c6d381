"""Our server beside peers with the same graph, asked for one digit at a time.

Ours runs as in its container and does what the peers do not: it also tells novelty and
status, counts, logs and limits. All have one process and one thread a prediction; the
clients, over loopback, share their cores.
"""

import asyncio
import contextlib
import json
import re
import socket
import time

import numpy as np

from benchmarks.load import Client
from benchmarks.machine import PEERS, record, share_of
from benchmarks.server import running, started
from webapp.environment import Settings

CLIENTS = (1, 8, 32)
SECONDS = 8
DIGIT = np.zeros((28, 28), np.uint8)
DIGIT[4:24, 12:16] = 250
"""A one."""

V2 = {
    "inputs": [
        {
            "name": "images",
            "datatype": "UINT8",
            "shape": [1, 28, 28],
            "data": DIGIT.ravel().tolist(),
        }
    ],
    "outputs": [{"name": "probabilities"}],
}
TOLERANCE = 1e-4


def http_request(path, body):
    """Return the bytes of a request."""
    text = json.dumps(body)
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(text)}\r\n\r\n{text}"
    ).encode()


OF_V2 = http_request("/v2/models/digits/infer", V2)
OF_BENTOML = http_request("/predict", {"images": DIGIT[None].tolist()})


@contextlib.contextmanager
def ours():
    """Run our server as its container does."""
    with running("container") as server:
        yield server.port


@contextlib.contextmanager
def fastapi():
    """Run the graph behind FastAPI and uvicorn."""
    command = ["-m", "uvicorn", "--app-dir=benchmarks/peers", "--port=0"]
    command += ["--log-level=info", "--no-access-log", "fastapi_app:app"]
    pattern = r"Uvicorn running on http://127.0.0.1:(\d+)"
    with started([PEERS, *command], pattern, DIGITS_ENSEMBLE=Settings.ensemble) as one:
        yield one.port


@contextlib.contextmanager
def bentoml():
    """Run the graph behind BentoML."""
    port = free_port()
    command = ["-m", "bentoml", "serve", "bentoml_service:Digits", f"--port={port}"]
    command += ["--host=127.0.0.1", "--working-dir=benchmarks/peers"]
    settings = {
        "DIGITS_ENSEMBLE": Settings.ensemble,
        "BENTOML_DO_NOT_TRACK": "True",
    }
    pattern = r"listening on http://127.0.0.1:(\d+)"
    with started([PEERS, *command], pattern, **settings) as one:
        yield one.port


def free_port():
    """Return a port that nothing listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


SERVERS = {
    "ours": (ours, OF_V2),
    "FastAPI": (fastapi, OF_V2),
    "BentoML": (bentoml, OF_BENTOML),
}


async def first_answer(port, request):
    """Return the probabilities in the first answer, once there is one."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            async with Client(port, request) as client:
                status, _ = await client.ask()
                if status == 200:
                    return np.array(numbers_in(client.body), float)
        await asyncio.sleep(0.1)
    raise RuntimeError("no answer within a minute")


def numbers_in(body):
    """Return the ten probabilities that an answer has, in whatever form."""
    numbers = re.findall(rb"\[([-+.\deE, \n]+)\]", body)
    (row,) = (one for one in numbers if one.count(b",") == 9)
    return row.split(b",")


async def ask_for(seconds, port, request, clients):
    """Ask without a pause; return the answers a second, and their 99th percentile."""
    times: list[float] = []
    begun = time.perf_counter()

    async def one():
        async with Client(port, request) as client:
            while time.perf_counter() < begun + seconds:
                status, took = await client.ask()
                if status != 200:
                    raise RuntimeError(f"{clients} clients: answered {status}")
                times.append(took)

    await asyncio.gather(*(one() for _ in range(clients)))
    return {
        "answers_per_second": round(len(times) / (time.perf_counter() - begun), 1),
        "p99_ms": round(1000 * float(np.percentile(times, 99)), 1),
    }


def measure(start, request):
    """Start a server; return its figures by the number of clients, and its answer."""
    with start() as port:
        answer = asyncio.run(first_answer(port, request))
        seconds = share_of(SECONDS)
        figures = {
            str(clients): asyncio.run(ask_for(seconds, port, request, clients))
            for clients in CLIENTS
        }
    return figures, answer


def main():
    """Measure all, which must answer alike."""
    found = {name: measure(*server) for name, server in SERVERS.items()}
    _, expected = found["ours"]
    for _, answer in found.values():
        np.testing.assert_allclose(answer, expected, atol=TOLERANCE)
    record(
        "servers",
        {
            "what": "answers a second to one digit each, and their 99th percentile",
            "servers": {name: figures for name, (figures, _) in found.items()},
        },
    )


if __name__ == "__main__":
    main()
