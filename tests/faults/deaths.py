"""Processes that die in the middle of their work, by SIGKILL: nothing of theirs runs afterwards, as in a power cut."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from typing import Any

import psycopg
from django.db import connections

from loyalty_site.round_trips import RoundTrips
from members.importing.crew import leave_connections_to_the_parent

FORK = multiprocessing.get_context("fork")
PATIENCE = 60  # seconds; the machine may be busy with other tests
Work = Callable[[], Any]


class Moments:
    """Counts the moments of this process: one before and one after each statement and each commit."""

    def __init__(self, *, last: int | None = None) -> None:
        self.count, self.last = 0, last
        self.methods = {(kind, name): getattr(kind, name) for kind, name in WATCHED}

    def __enter__(self) -> Moments:
        for (kind, name), method in self.methods.items():
            setattr(kind, name, self.around(method))
        return self

    def __exit__(self, *_: object) -> None:
        for (kind, name), method in self.methods.items():
            setattr(kind, name, method)

    def around(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            self.pass_one()
            answer = method(*args, **kwargs)
            self.pass_one()
            return answer

        return counted

    def pass_one(self) -> None:
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)
        self.count += 1


WATCHED = ((psycopg.Cursor, "execute"), (psycopg.Connection, "commit"), (RoundTrips, "send"))


def moments_of(work: Work) -> int:
    """Do some work and count the moments at which it could have died."""
    with Moments() as moments:
        work()
    return moments.count


def start(work: Work, *, dies_at: int | None = None, is_daemon: bool = True) -> BaseProcess:
    """Begin some work in a process of its own, which dies at one of its moments if it comes so far.

    A daemon ends with the tests, and can have no processes of its own.
    """
    connections.close_all()
    process = FORK.Process(target=_do, args=(work, dies_at), daemon=is_daemon)
    process.start()
    return process


def _do(work: Work, dies_at: int | None) -> None:
    leave_connections_to_the_parent()
    try:
        with Moments(last=dies_at):
            work()
    finally:
        connections.close_all()


def kill(process: BaseProcess, *, after: float) -> None:
    """Kill a process from outside, seconds after now, wherever it is then."""
    process.join(timeout=after)
    process.kill()


def end(process: BaseProcess) -> bool:
    """Wait for a process; say whether it was killed. One that failed by itself fails the test."""
    process.join(timeout=PATIENCE)
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    return process.exitcode != 0
