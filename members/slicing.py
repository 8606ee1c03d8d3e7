"""Cutting orders into transactions that hold few accounts for a short time, so that nobody at a till waits for them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import groupby
from typing import TypeVar

MOST = 200  # orders in a transaction: some 20 ms

T = TypeVar("T")


def slices(orders: Iterable[T], *, whose: Callable[[T], Hashable], most: int) -> Iterator[list[T]]:
    """Cut orders that stand by member: whole members, unless one has more orders than a slice holds."""
    batch: list[T] = []
    for _member, own in groupby(orders, key=whose):
        for part in in_turn(list(own), most):
            if batch and len(batch) + len(part) > most:
                yield batch
                batch = []
            batch += part
    if batch:
        yield batch


def in_turn(orders: list[T], most: int) -> Iterator[list[T]]:
    return (orders[start : start + most] for start in range(0, len(orders), most))
