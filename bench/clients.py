"""Clients that work at once, each a process with its own connection."""

import multiprocessing
import time
from collections.abc import Callable

from django.db import connections

Client = Callable[[int, float], int]


def per_second(client: Client, *, count: int, seconds: float) -> float:
    """Transactions a second of all clients together; `client(number, until)` answers how many it made."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    until = time.time() + seconds
    with context.Pool(count) as pool:
        made = pool.starmap(client, [(number, until) for number in range(count)])
    return sum(made) / seconds
