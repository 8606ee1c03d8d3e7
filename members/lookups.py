"""How many members somebody may look up: plenty for work, too few to walk through numbers.

Counted for each person and shop, and for each key, in the minute and the hour: every other member opened, every other
search that found nobody. The shared cache keeps digests of them; while it is down nobody is held back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac
from redis import RedisError

from loyalty_site import auditing
from loyalty_site.models import User

HELD_BACK = "lookups-held-back"
MINUTE, HOUR = 60, 3600
IN_A_MINUTE = 5  # a minute has this part of the hour's allowance
FOR_KEYS = 10  # a till system or web shop asks for a whole staff


@dataclass(frozen=True, slots=True)
class Seeker:
    """Who looks members up; `per_hour` 0 is no limit."""

    name: str
    per_hour: int


def person(user_id: int, shop: str) -> Seeker:
    """Somebody who works at the shop with this slug."""
    return Seeker(f"user-{user_id}-{shop}", settings.LOOKUPS_PER_HOUR)


def key(key_id: int) -> Seeker:
    return Seeker(f"key-{key_id}", settings.LOOKUPS_PER_HOUR * FOR_KEYS)


def seconds_to_wait(seeker: Seeker, sought: str, *, now: datetime) -> int:
    """0 when this may be looked up, as what was counted before within the hour may; else the seconds until it may."""
    windows = [(HOUR, seeker.per_hour), (MINUTE, seeker.per_hour // IN_A_MINUTE)] if seeker.per_hour else []
    over = [window for window, most in windows if (cache.get(counter(seeker, window, now)) or 0) >= most]
    if not over or cache.has_key(mark(seeker, sought, now)):
        return 0
    return max(window - int(now.timestamp()) % window for window in over)


def count(seeker: Seeker, sought: str, *, now: datetime) -> None:
    """Count the number of a member who was opened, or a search that found nobody, once within the hour."""
    if not seeker.per_hour or not cache.add(mark(seeker, sought, now), True, HOUR):
        return
    try:
        for window in (MINUTE, HOUR):
            cache.add(counter(seeker, window, now), 0, 2 * window)
            cache.incr(counter(seeker, window, now))
    except (RedisError, ValueError):
        return


def missed(seeker: Seeker, text: str, *, now: datetime) -> None:
    """Count a search that found nobody; what only goes on with the one before, letter by letter, counts with it."""
    if not is_typed_on(seeker, text):
        count(seeker, text, now=now)
    cache.set(f"lookups:{seeker.name}:last", (len(text), digest(text)), MINUTE)


def is_typed_on(seeker: Seeker, text: str) -> bool:
    length, last = cache.get(f"lookups:{seeker.name}:last") or (0, "")
    return bool(length) and digest(text[:length]) == last


def note(seeker: Seeker, *, merchant: int, actor: User | None, now: datetime) -> None:
    """Write down that somebody was held back, once an hour."""
    if cache.add(f"lookups:{seeker.name}:noted:{window_of(HOUR, now)}", True, HOUR):
        auditing.record(HELD_BACK, merchant=merchant, actor=actor, at=now)


def counter(seeker: Seeker, window: int, now: datetime) -> str:
    return f"lookups:{seeker.name}:{window}:{window_of(window, now)}"


def mark(seeker: Seeker, sought: str, now: datetime) -> str:
    return f"lookups:{seeker.name}:{window_of(HOUR, now)}:{digest(sought)}"


def window_of(seconds: int, now: datetime) -> int:
    return int(now.timestamp()) // seconds


def digest(text: str) -> str:
    """What the cache keeps instead of a name or number."""
    return salted_hmac("members.lookups", text).hexdigest()[:20]
