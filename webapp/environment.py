"""What can be set from outside, each by an environment variable ``DIGITS_<NAME>``."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from limits import parse

ROOT = Path(__file__).parent.parent
ORIGIN = re.compile(r"https?://[\w.-]+(:\d+)?")
SECONDS = {"least": 0.01, "most": 86_400}
"""A deadline is within a day."""
CPU_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def count_cores(quota=CPU_QUOTA):
    """Return how many cores this process may use: a container may allow fewer.

    Parameters
    ----------
    quota : Path
        Where the control group tells microseconds of work in a period, if there is one.
    """
    mask = getattr(os, "sched_getaffinity", None)
    cores = len(mask(0)) if mask else os.cpu_count() or 1
    try:
        allowed, period = map(int, quota.read_text().split())
    except (OSError, ValueError):  # there is none, or it says "max"
        return cores
    return max(1, min(cores, -(-allowed // period)))


CORES = count_cores()


@dataclass(frozen=True)
class Settings:
    """Settings of the server; docs/operating.md explains each.

    Attributes
    ----------
    ensemble : Path
        The exported ensemble; by default the released one.
    host : str
        Address to listen on.
    port : int
        Port to listen on; 0 is any free one.
    threads : int
        Threads of one prediction; 0 is one per core. One thread wastes nothing when
        several people draw; more answer a single one sooner if the ensemble is large.
    workers : int
        Pictures that are read at the same time.
    in_flight : int
        Requests that are read or wait to be; further ones are refused with 503.
    deadline : float
        Seconds after which a request is given up with 503.
    table_deadline : float
        The same for a file of digits, where that is longer.
    rate : str
        Requests that one address may send, such as ``1200/minute``; empty: any number.
    trusted_hosts : tuple of str
        Host names that the server answers to; none: to any.
    cors_origins : tuple of str
        Origins, such as ``https://a.example``, whose pages may ask the API; none.
    proxies : int
        Proxies in front whose ``X-Forwarded-*`` headers are believed.
    reports, data : Path
        Where the gallery finds what the last run's ensemble misread, and the digits;
        of a released ensemble that lies beside it.
    feedback_bytes : int
        Size of all corrections that are kept in the folder ``feedback`` of `data`; 0:
        none is.
    """

    ensemble: Path = ROOT / "record" / "ensemble.onnx"
    host: str = "127.0.0.1"
    port: int = field(default=8000, metadata={"most": 65535})
    threads: int = 1
    workers: int = field(default=CORES, metadata={"least": 1})
    in_flight: int = field(default=32, metadata={"least": 1})
    deadline: float = field(default=10.0, metadata=SECONDS)
    table_deadline: float = field(default=300.0, metadata=SECONDS)
    rate: str = ""
    trusted_hosts: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    proxies: int = 0
    reports: Path = ROOT / "reports"
    data: Path = ROOT / "data"
    feedback_bytes: int = 0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ):
        """Read the settings that the environment names.

        Raises
        ------
        ValueError
            If one is not what it must be; the message names the variable.
        """
        given = {}
        for entry in fields(cls):
            variable = f"DIGITS_{entry.name.upper()}"
            if environment.get(variable):
                given[entry.name] = _read(variable, environment[variable], entry)
        return cls(**given)


def _read(variable, text, entry):
    """Return the text as what the field holds."""
    # A path's own type is that of the machine.
    kind = Path if isinstance(entry.default, Path) else type(entry.default)
    if kind is tuple:
        parts = tuple(part.strip() for part in text.split(",") if part.strip())
        return _origins(variable, parts) if entry.name == "cors_origins" else parts
    if kind not in (int, float):
        return _rate(variable, text) if entry.name == "rate" else kind(text)
    least = entry.metadata.get("least", 0)
    try:
        number = kind(text)
    except ValueError:
        number = least - 1
    if not number >= least:
        noun = "a whole number" if kind is int else "a number"
        raise ValueError(f"{variable} must be {noun} from {least}; got {text!r}")
    most = entry.metadata.get("most", number)
    if number > most:
        raise ValueError(f"{variable} must be at most {most}; got {text!r}")
    return number


def _rate(variable, text):
    try:
        parse(text)
    except ValueError:
        raise ValueError(
            f"{variable} must be such as 1200/minute; got {text!r}"
        ) from None
    return text


def _origins(variable, parts):
    for part in parts:
        if not ORIGIN.fullmatch(part):
            raise ValueError(
                f"{variable} must be origins such as https://a.example or "
                f"http://127.0.0.1:8080, after commas; got {part!r}"
            )
    return parts
