"""Doing a range of accounts although one of them is broken: halve what fails until the broken one stands alone.

It all happens inside the caller's transaction, each try in a savepoint, so the range is done, and reported, as one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, transaction

# No account's fault: a deadlock, a lock that is not free, a server that goes away. The whole range is tried again.
PASSING = (OperationalError, InterfaceError, SoftTimeLimitExceeded, MemoryError)
MOST_BROKEN = 100  # in one range; more of them, and it is the work that is broken

Figures = dict[str, Any]


@dataclass
class Outcome:
    """The figures of what was done, and of every account left out its id and what was wrong."""

    figures: Figures = field(default_factory=dict)
    broken: list[tuple[int, str]] = field(default_factory=list)


def work_around(work: Callable[[int, int], Figures], wanted: Iterable[tuple[int, int]]) -> Outcome:
    """Work on every account of some ranges of ids but those that raise.

    Raises what passes by itself, and what is wrong with more than a hundred accounts, having done nothing.
    """
    outcome, ranges = Outcome(), [*wanted][::-1]
    while ranges:
        first, last = ranges.pop()
        try:
            with transaction.atomic():
                outcome.figures = added([outcome.figures, work(first, last)])
        except PASSING:
            raise
        except Exception as problem:  # whatever it is, it belongs to some account of the range
            if first == last and len(outcome.broken) >= MOST_BROKEN:
                raise
            ranges += halves(first, last)
            outcome.broken += [(first, words_of(problem))] if first == last else []
    return outcome


def halves(first: int, last: int) -> list[tuple[int, int]]:
    """The upper and the lower half of a range; none of a single id."""
    middle = (first + last) // 2
    return [(middle + 1, last), (first, middle)] if first < last else []


def words_of(problem: Exception) -> str:
    """What went wrong, without the row that PostgreSQL quotes after its first line."""
    return f"{type(problem).__name__}: {problem}".strip().splitlines()[0]


def added(results: Iterable[Figures]) -> Figures:
    """Add figures up by name, and join lists; of anything else the last one stays."""
    total: Figures = {}
    for result in results:
        for name, figure in result.items():
            is_added = name in total and isinstance(figure, int | float | list)
            total[name] = total[name] + figure if is_added else figure
    return total
