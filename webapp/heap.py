"""Memory that was freed goes back: the GNU C library by itself keeps much of it."""

import ctypes
import sys

ARENAS, MOST_ARENAS = -8, 2
"""The library's number of this setting, and its value."""


def limit_arenas():
    """Keep freed memory where other threads find it.

    By itself the library has a heap for each thread, and each keeps what one large
    picture needed.
    """
    _call("mallopt", ARENAS, MOST_ARENAS)


def give_back():
    """Give freed memory back to the system, which takes some milliseconds."""
    _call("malloc_trim", 0)


def _call(name, *arguments):
    """Call a function of the GNU C library; others have none of that name."""
    if sys.platform == "linux":
        function = getattr(ctypes.CDLL(None), name, None)
        if function is not None:
            function(*arguments)
