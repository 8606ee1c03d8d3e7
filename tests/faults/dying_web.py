"""The site behind gunicorn, in processes that kill themselves in the middle of a request, each at a moment of its own.

MOMENTS says how many a process lives through at most: before and after a statement or a commit, wherever it then is.
"""

import os
import signal
from random import Random

from django.db import connections
from django.test import Client

from loyalty_site.wsgi import application
from tests.faults.deaths import Moments

__all__ = ["application"]

MOST = int(os.environ["MOMENTS"])


class Doomed(Moments):
    """Moments that are numbered, for each process that forks, up to its last one."""

    def __init__(self) -> None:
        super().__init__()
        self.left: dict[int, int] = {}

    def pass_one(self) -> None:
        own = os.getpid()
        self.left[own] = self.left.get(own, Random(own).randrange(MOST)) - 1
        if self.left[own] < 0:
            os.kill(own, signal.SIGKILL)


Client().get("/api/v1/rewards")  # so that processes are born with what a first request loads, and soon at work again
connections.close_all()
Doomed().__enter__()
