"""How often somebody may ask: counted per minute in the shared cache, by every process together.

A process takes a hundredth of the allowance at a time, so that most requests cost no round trip; what it took and did
not use by the end of the minute is lost. When the cache is down everybody may ask: no purchase waits for a counter.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from django.core.cache import cache
from redis import RedisError

logger = logging.getLogger(__name__)

MINUTE = 60
PARTS = 100
PATIENCE = 10.0  # seconds without asking a cache that did not answer
MOST_REMEMBERED = 10_000


@dataclass(slots=True)
class Allowance:
    """What this process may still let through in one minute; `is_over` when the minute's allowance is used up."""

    minute: int
    left: int = 0
    is_over: bool = False


allowances: dict[str, Allowance] = {}
silence = {"until": 0.0}


def seconds_to_wait(name: str, *, per_minute: int, now: float) -> int:
    """Count one request; 0 when it may go on, else the seconds until the next minute. `per_minute` 0 is no limit."""
    if per_minute <= 0 or take(name, per_minute, int(now // MINUTE)):
        return 0
    return MINUTE - int(now) % MINUTE


def take(name: str, per_minute: int, minute: int) -> bool:
    own = allowances.get(name)
    if own is None or own.minute != minute:
        own = remember(name, Allowance(minute))
    if own.left <= 0 and not own.is_over:
        own.left += fetched(f"rate:{name}:{minute}", per_minute)
        own.is_over = own.left <= 0
    own.left -= 1
    return own.left >= 0


def remember(name: str, own: Allowance) -> Allowance:
    if len(allowances) >= MOST_REMEMBERED:
        allowances.clear()
    allowances[name] = own
    return own


def fetched(counter: str, per_minute: int) -> int:
    """Take a part of the minute's allowance from what all processes share: how many requests it is good for."""
    part = max(1, per_minute // PARTS)
    if silence["until"] > time.monotonic():
        return part
    try:
        cache.add(counter, 0, 2 * MINUTE)
        taken = cache.incr(counter, part)
    except (RedisError, ValueError) as error:
        silence["until"] = time.monotonic() + PATIENCE
        logger.warning("The cache did not count a request, so nobody is held back for a while: %s", error)
        return part
    return max(0, min(part, per_minute - (taken - part)))
