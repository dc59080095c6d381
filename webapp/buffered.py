"""A worker of gunicorn that speaks HTTP by waitress.

gunicorn begins a process anew that a decoder of pictures has brought down, or that
hangs. But its own workers with threads give a thread to whoever has connected, so that
as many slow clients as there are threads keep all others out; its asynchronous ones
have no threads on which digits are read.
"""

import os

from gunicorn.workers.base import Worker

from webapp.server import listen, serve

HUNG = 3
"""A worker that is held for so many deadlines hangs: it is for one page at a time."""


class BufferedWorker(Worker):
    """Serves when a request has come whole; for gunicorn's ``--worker-class``."""

    def run(self):
        """Serve until gunicorn asks to end, or is gone."""
        watched: dict = {}
        listening = [one.sock for one in self.sockets]
        server = listen(self.wsgi, watched=watched, listening=listening)
        limits = self.wsgi.extensions["limits"]
        serve(server, watched, self.is_ending, limits.settings.deadline)

    def is_ending(self):
        """Tell gunicorn if all is well, and return whether to end."""
        limits = self.wsgi.extensions["limits"]
        if limits.held <= HUNG * limits.settings.deadline:
            self.notify()
        limits.draining = not self.alive or os.getppid() != self.ppid
        return limits.draining
