"""Bounded work: how many requests at once, for how long, and how often by whom."""

import threading
import time
from contextlib import contextmanager
from functools import wraps
from typing import NoReturn

from flask import current_app, g, request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import ServiceUnavailable, TooManyRequests

MAX_BODY_BYTES = 24 << 20
"""A telephone's largest pictures have some 15 MB."""
MAX_TABLE_BYTES = 80 << 20
"""Kaggle's ``train.csv``, 42,000 digits as text, has 77 MB."""
MAX_UNPACKED_BYTES = 128 << 20
MAX_DIGITS = 70_000
"""All of MNIST's."""
MAX_FILES = 20
RETRY_SECONDS = 1
"""Work in flight ends within milliseconds, so it is soon worth trying again."""


class Limits:
    """What the requests of one server share.

    Parameters
    ----------
    settings : webapp.environment.Settings
    """

    def __init__(self, settings):
        self.settings = settings
        self.open = 0
        self.draining = False
        self._lock = threading.Lock()
        self._workers = threading.Semaphore(settings.workers)
        self._since: dict[int, float] = {}
        self._rate = parse(settings.rate) if settings.rate else None
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    @contextmanager
    def admit(self):
        """Count a request as in flight.

        Raises
        ------
        ServiceUnavailable
            If as many as are allowed are in flight.
        """
        with self._lock:
            if self.open >= self.settings.in_flight:
                raise ServiceUnavailable(
                    f"busy: {self.open} requests are being read; "
                    f"try again in {RETRY_SECONDS} s",
                    retry_after=RETRY_SECONDS,
                )
            self.open += 1
        try:
            yield
        finally:
            with self._lock:
                self.open -= 1

    def count(self, address):
        """Count a request of an address.

        Raises
        ------
        TooManyRequests
            If it has sent more than `Settings.rate`.
        """
        if self._rate is None or self._limiter.hit(self._rate, address):
            return
        reset = self._limiter.get_window_stats(self._rate, address).reset_time
        wait = max(1, round(reset - time.time()))
        raise TooManyRequests(
            f"at most {self.settings.rate} requests are allowed; try again in {wait} s",
            retry_after=wait,
        )

    @contextmanager
    def work(self, deadline):
        """Wait for a free worker, and hold it.

        A worker is held for one page or a few digits, so that long requests and
        short ones take turns, and so that few large pictures are in memory at once.

        Parameters
        ----------
        deadline : Deadline
        """
        wait = min(max(0, deadline.remaining), threading.TIMEOUT_MAX)
        if not self._take(wait):
            deadline.give_up()
        try:
            deadline.check()
            yield
        finally:
            self._give()

    @contextmanager
    def lend(self):
        """Let others have the worker that this thread holds, for a while."""
        self._give()
        try:
            yield
        finally:
            self._take()

    @property
    def held(self):
        """Seconds since the worker was taken that has been held longest."""
        now = time.monotonic()
        return now - min(list(self._since.values()), default=now)

    def _take(self, wait=None):
        taken = self._workers.acquire(timeout=wait)
        if taken:
            self._since[threading.get_ident()] = time.monotonic()
        return taken

    def _give(self):
        self._since.pop(threading.get_ident(), None)
        self._workers.release()


class Deadline:
    """When a request is given up."""

    def __init__(self, seconds):
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def remaining(self):
        """Seconds until then."""
        return self._end - time.monotonic()

    def at_least(self, seconds):
        """Return this one, or one in so many seconds if that is later."""
        return self if self.remaining > seconds else Deadline(seconds)

    def check(self):
        """Raise ServiceUnavailable if the time is up."""
        if self.remaining <= 0:
            self.give_up()

    def give_up(self) -> NoReturn:
        """Raise ServiceUnavailable."""
        raise ServiceUnavailable(
            f"not read within {self.seconds:g} s; send less at once, or try again",
            retry_after=RETRY_SECONDS,
        )


def bounded(view):
    """Make a view that reads digits keep to the limits."""

    @wraps(view)
    def guarded(*arguments, **named):
        limits = current_app.extensions["limits"]
        limits.count(request.remote_addr or "")
        with limits.admit():
            g.deadline = Deadline(limits.settings.deadline)
            return view(*arguments, **named)

    return guarded
