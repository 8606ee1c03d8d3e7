"""Transactions that are decided again: deadlocks, serialization failures, a reference that somebody else just took."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from secrets import SystemRandom
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, connection, transaction

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 5
JITTER = SystemRandom()
REPEATABLE = {"40001", "40P01", "23505"}  # the last: a unique value is taken, and the next try finds it


def retried(decide: Callable[P, R]) -> Callable[P, R]:
    """Run a whole decision in one transaction, again if the database asks for it, at most five times with jitter.

    Inside a transaction of the caller it runs once, in a savepoint: only the outermost transaction can be repeated.
    """

    @functools.wraps(decide)
    def repeat(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            with transaction.atomic():
                return decide(*args, **kwargs)
        for attempt in range(1, TRIES + 1):
            try:
                with transaction.atomic():
                    return decide(*args, **kwargs)
            except DatabaseError as error:
                if attempt == TRIES or not asks_to_repeat(error):
                    raise
                time.sleep(JITTER.uniform(0, 0.02 * 2**attempt))
        raise AssertionError("unreachable")

    return repeat


def asks_to_repeat(error: DatabaseError) -> bool:
    return getattr(error.__cause__, "sqlstate", None) in REPEATABLE
