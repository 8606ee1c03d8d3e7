"""The site behind gunicorn, in processes that kill themselves in the middle of a request, now and then.

DIES says how likely at each moment: before and after a statement or a commit, wherever the transaction is.
"""

import os
import signal
from random import Random

from django.db import connections
from django.test import Client

from loyalty_site.wsgi import application
from tests.faults.deaths import Moments

__all__ = ["application"]

LIKELY = float(os.environ["DIES"])


class Doomed(Moments):
    """Moments of which each may be the last one; every process throws dice of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.dice: dict[int, Random] = {}

    def pass_one(self) -> None:
        own = os.getpid()
        if self.dice.setdefault(own, Random(own)).random() < LIKELY:
            os.kill(own, signal.SIGKILL)


Client().get("/api/v1/rewards")  # so that processes are born with what a first request loads, and soon at work again
connections.close_all()
Doomed().__enter__()
