"""Customers go on buying while a batch runs: how long their orders take, and how much memory the batch needs."""

import multiprocessing
import random
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from multiprocessing.synchronize import Event
from typing import Any

from django.db import connections
from django.utils import timezone

from bench.report import Result
from members import orders
from members.models import Account
from members.new_orders import NewOrder
from programs.models import Program

PAUSE = 0.005  # seconds between two orders: a busy shop, about 100 orders a second
P99_LIMIT, MEMORY_LIMIT = 25, 300  # milliseconds, megabytes
FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Run:
    """How long a batch took, what its process held at most so far, and the milliseconds of the orders meanwhile."""

    seconds: float
    megabytes: float
    waits: list[float]

    def results(self, name: str) -> list[Result]:
        p99 = sorted(self.waits)[int(len(self.waits) * 0.99)]
        limits = {"floor_name": "at most", "more_is_better": False}
        return [
            Result(f"{name}: orders meanwhile, p99 of {len(self.waits):,}", p99, "ms", P99_LIMIT, **limits),
            Result(f"{name}: memory of the worker", self.megabytes, "MB", MEMORY_LIMIT, **limits),
        ]


def beside(program: Program, batch: Callable[[], object]) -> Run:
    """Run a batch here while another process records orders of random members of the same shop."""
    connections.close_all()
    ready, stop, (answers, sender) = FORK.Event(), FORK.Event(), FORK.Pipe(duplex=False)
    client = FORK.Process(target=buy, args=(program.pk, ready, stop, sender))
    client.start()
    ready.wait()
    start = time.perf_counter()
    try:
        batch()
    finally:
        seconds = time.perf_counter() - start
        stop.set()
        waits = answers.recv()
        client.join()
    return Run(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, waits)


def buy(program_id: int, ready: Event, stop: Event, sender: Any) -> None:
    """Record one order after another until told to stop; send how long each took, in milliseconds."""
    program = Program.objects.select_related("merchant").get(pk=program_id)
    accounts = list(Account.objects.filter(program=program).values_list("member_id", flat=True)[:1_000_000:7])
    draw, waits = random.Random(program_id), [one(program, accounts[0], "warm")]
    ready.set()
    while not stop.is_set():
        waits.append(one(program, draw.choice(accounts), f"live-{len(waits)}"))
        time.sleep(PAUSE)
    connections.close_all()
    sender.send(waits[1:])


def one(program: Program, member_id: int, reference: str) -> float:
    order = NewOrder(reference=reference, member_id=member_id, amount=Decimal("12.50"), source="api")
    start = time.perf_counter()
    orders.record(order, merchant=program.merchant, now=timezone.now())
    return (time.perf_counter() - start) * 1000
