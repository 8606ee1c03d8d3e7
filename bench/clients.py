"""Clients that work at once, each a process with its own connection."""

import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.synchronize import Barrier

from django.db import connections

Client = Callable[[int, Callable[[], float]], int]


def per_second(client: Client, *, count: int, seconds: float) -> float:
    """Transactions a second of all clients together.

    `client(number, begin)` makes itself ready, calls `begin` to learn until when to work, and answers how many it made.
    All begin at once, after the last one is ready; the next call waits until then.
    """
    connections.close_all()
    context = multiprocessing.get_context("fork")
    barrier, made = context.Barrier(count), context.Queue()
    workers = [context.Process(target=work, args=(client, n, seconds, barrier, made)) for n in range(count)]
    for worker in workers:
        worker.start()
    total = sum(made.get() for _ in workers)
    for worker in workers:
        worker.join()
    return total / seconds


def work(client: Client, number: int, seconds: float, barrier: Barrier, made: "multiprocessing.Queue[int]") -> None:
    def begin() -> float:
        barrier.wait()
        return time.time() + seconds

    made.put(client(number, begin))
