"""Speak HTTP by waitress: a thread gets a request when all of it has come.

So whoever sends a byte a second, or nothing, holds a connection and no thread.
"""

import sys
import time

from waitress import create_server, wasyncore

from webapp.limits import MAX_TABLE_BYTES

SPARE_THREADS = 4
"""Threads beyond those that may read: they refuse, and answer health checks."""

MAX_CONNECTIONS = 4000
"""Idle ones cost memory, and time each time that something comes."""

MAX_BODY_BYTES = MAX_TABLE_BYTES + (1 << 20)
"""With what a form has around a file. Flask refuses less, with a message."""

MAX_UNREAD_BYTES = 160 << 20
"""More than the largest answer: beyond it, a thread waits until its client has read.

waitress's own bound of 16 MB is less than a table of 25,000 digits. Nothing more is
read of a client that has not read what it was answered.
"""

FILES_EACH, OTHER_FILES = 3, 100
"""A connection has a socket, and what comes and goes is on disk where it is large."""

WITHOUT_LIMITS = 400
"""Connections where a process watches no more than 512 sockets: on Windows."""


def listen(app, host="127.0.0.1", port=0, watched=None, listening=None):
    """Open the server's socket, and return the server.

    Parameters
    ----------
    app : flask.Flask
    host : str
    port : int
        0 is any free one.
    watched : dict, optional
        Filled with all that the server watches, for `serve`.
    listening : list of socket.socket, optional
        Sockets that listen already, in place of a host and a port.

    Raises
    ------
    ValueError
        If the host or port cannot be had; the message says what to do.
    """
    place = {"sockets": listening} if listening else {"host": host, "port": port}
    settings = app.extensions["limits"].settings
    try:
        return create_server(
            app,
            map=watched,
            **place,
            threads=settings.in_flight + SPARE_THREADS,
            connection_limit=allow_connections(),
            max_request_body_size=MAX_BODY_BYTES,
            outbuf_high_watermark=MAX_UNREAD_BYTES,
            # The application itself believes as many proxies as it is told to.
            clear_untrusted_proxy_headers=not settings.proxies,
            # The log and the headers say nothing of what serves.
            ident=None,
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ValueError(
            f"cannot listen on {host}:{port}: {reason}; "
            f"choose another with --port or --host"
        ) from error


def allow_connections():
    """Let this process open as many files as it may; return how many connections fit.

    Systems commonly let a process open 1,024 files until it asks for more.
    """
    if sys.platform == "win32":
        return WITHOUT_LIMITS
    import resource

    wanted = FILES_EACH * MAX_CONNECTIONS + OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return (wanted - OTHER_FILES) // FILES_EACH


def port_of(server):
    """Return the port that a server got; a name of several addresses has several."""
    if hasattr(server, "effective_listen"):
        return server.effective_listen[0][1]
    return server.effective_port


def serve(server, watched, is_ending, grace):
    """Serve until asked to end; then answer what has come, and nothing more.

    Parameters
    ----------
    server : object
        What `listen` returned, and in `watched` what it watches.
    watched : dict
    is_ending : callable
        Asked twice a second or more often whether to end.
    grace : float
        Seconds that requests which have come are given.
    """
    while not is_ending():
        wasyncore.loop(timeout=0.5, use_poll=True, map=watched, count=1)
    for one in list(watched.values()):
        if getattr(one, "accepting", False):
            # Not the server's own `close`, which would leave answers unsent.
            wasyncore.dispatcher.close(one)
    end = time.monotonic() + grace
    while any(map(is_busy, watched.values())) and time.monotonic() < end:
        wasyncore.loop(timeout=0.1, use_poll=True, map=watched, count=1)
    server.task_dispatcher.shutdown(timeout=1)
    wasyncore.close_all(watched)


def is_busy(channel):
    """Tell whether a connection has a request under way or an answer to send."""
    return bool(
        getattr(channel, "request", None)
        or getattr(channel, "requests", None)
        or getattr(channel, "total_outbufs_len", 0)
    )
