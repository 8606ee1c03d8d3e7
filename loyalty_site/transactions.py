"""Whole transactions, run again when PostgreSQL says that two of them met."""

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, transaction

P = ParamSpec("P")
R = TypeVar("R")

MOST_TRIES = 5
MET_ANOTHER = {"40001", "40P01"}  # serialization failure, deadlock


def retried(function: Callable[P, R]) -> Callable[P, R]:
    """Run the function in a transaction, with its decisions anew each time, at most five times.

    Inside a transaction that is already open it runs once: only the outermost one can start over.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        outermost = not transaction.get_connection().in_atomic_block
        for tries_left in reversed(range(MOST_TRIES if outermost else 1)):
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            except OperationalError as problem:
                if not tries_left or getattr(problem.__cause__, "sqlstate", "") not in MET_ANOTHER:
                    raise
            time.sleep(random.uniform(0.01, 0.1))  # noqa: S311
        raise AssertionError("the last try returns or raises")

    return run
