"""The path of one ordinary order: two round trips, for the thousands that come in every minute.

Ordinary is an order of today, in the sequence of time, under terms that need no history but the tier window, that
lifts nobody to a tier with a gift. Every other one is left to `members/orders.py`, which knows all cases; both
evaluate with the same `Awarding`, plan with the same `posting`, and write the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db import DatabaseError

from loyalty_site.retrying import asks_to_repeat
from loyalty_site.round_trips import RoundTrips, as_json
from members import ledger
from members.awarding import Awarding
from members.dating import caps_of
from members.history import Past, basis_of
from members.movements import Held, Movement, Outcome
from members.new_orders import NewOrder, fault_of, order_row
from members.posting import Shelf, plan
from programs import calendar, tiers, versions
from programs.calendar import BEGINNING
from programs.models import Merchant
from programs.terms import Inactivity
from programs.versions import DatedVersion, Schedule, terms_of

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An order that was recorded here, and what it did in each account."""

    order_id: int
    outcomes: list[Outcome]
    held: dict[int, Held]


@dataclass(frozen=True, slots=True)
class Ordinary:
    """An order of today, and the version of each running program that it falls under."""

    order: NewOrder
    fingerprint: str
    merchant: Merchant
    running: Schedule
    versions: dict[int, DatedVersion]
    now: datetime

    @property
    def joinable(self) -> set[int]:
        """The programs in which the member must have an account; one that has closed may lack it."""
        return set(self.running.open_at(self.order.placed_at or self.now, self.merchant.zone))


def record(order: NewOrder, *, merchant: Merchant, now: datetime) -> Recorded | None:
    """Record an ordinary order, or answer None, having changed nothing, for any other.

    Not ordinary either: an order that is known, at fault, waited for by a refund, or whose member has no account yet.
    """
    ordinary = ordinary_of(order, merchant, now=now)
    if ordinary is None:
        return None
    trips = RoundTrips()
    try:
        return look_and_post(trips, ordinary)
    except DatabaseError as error:
        if not asks_to_repeat(error):
            raise
        return None
    finally:
        trips.leave()


def ordinary_of(order: NewOrder, merchant: Merchant, *, now: datetime) -> Ordinary | None:
    placed_at = order.placed_at or now
    zone = merchant.zone
    if placed_at > now or calendar.local_day(placed_at, zone) != calendar.local_day(now, zone):
        return None
    running = versions.remembered(merchant.pk)
    in_force = {program_id: running.at(program_id, placed_at) for program_id in running.program_ids}
    if not in_force or fault_of(order, merchant):
        return None
    for version in in_force.values():
        if not looks_no_further(version.id) or version is not running.at(version.program_id, now):
            return None
    return Ordinary(replace(order, placed_at=placed_at), order.fingerprint, merchant, running, in_force, now)


@lru_cache(maxsize=1024)
def looks_no_further(version_id: int) -> bool:
    """Whether an order under these terms depends on no more of the past than the tier window and a month of caps."""
    terms = terms_of(version_id)
    asks_others = any(rule.budget or rule.when.segments for rule in terms.running_rules)
    is_for_life = any(cap.per == "lifetime" for cap in caps_of(terms))
    return not (asks_others or is_for_life or isinstance(terms.expiry, Inactivity))


def look_and_post(trips: RoundTrips, ordinary: Ordinary) -> Recorded | None:
    found = trips.read("members_order_look", as_json(wish_of(ordinary)))
    if not found or not ordinary.joinable <= {row[4] for row in found}:
        versions.remembered.cache_clear()  # perhaps because another version was published
        return None
    held = {row[2]: Held.read(row[2:16]) for row in found}
    if not all(is_in_sequence(account, ordinary) for account in held.values()):
        return None
    order_id = found[0][0]
    past = {row[2]: [*counted_so_far(ordinary, held[row[2]]), *awarded(row[-1])] for row in found}
    awarding = Awarding(
        held, ordinary.merchant, [ordinary.order], versions=ordinary.running, now=ordinary.now, past=past
    )
    movements = [awarding.movement(account, ordinary.order, order_id=order_id) for account in held.values()]
    if gives_more(awarding, movements, now=ordinary.now):
        return None
    outcomes = plan(movements, held, Shelf([]), {}, now=ordinary.now)
    for outcome, row in zip(outcomes, found, strict=True):
        outcome.entry_id = row[1]
    bought = order_row(ordinary.order, ordinary.fingerprint) | {"id": order_id, "merchant_id": ordinary.merchant.pk}
    trips.write(
        "members_order_post", as_json(bought), as_json(list(ledger.single_rows(outcomes, held, awarding.steps)))
    )
    return Recorded(order_id, outcomes, held)


def wish_of(ordinary: Ordinary) -> dict[str, Any]:
    """What the first round trip is to look for."""
    order, merchant = ordinary.order, ordinary.merchant
    return {
        "merchant_id": merchant.pk,
        "member_id": order.member_id,
        "source": order.source,
        "reference": order.reference,
        "program_ids": array(ordinary.running.program_ids),
        "version_ids": array(ordinary.running.version_ids),
        "programs": {
            str(program_id): [
                version.id,
                basis_of(version.terms),
                window_start(version, merchant, now=ordinary.now),
                caps_start(version, merchant, now=ordinary.now),
            ]
            for program_id, version in ordinary.versions.items()
        },
    }


def window_start(version: DatedVersion, merchant: Merchant, *, now: datetime) -> datetime | None:
    levels = version.terms.tiers
    return (calendar.window_start(levels.window, now, merchant.zone) or BEGINNING) if levels else None


def caps_start(version: DatedVersion, merchant: Merchant, *, now: datetime) -> datetime | None:
    """The beginning of the longest period in which a cap counts; None without caps."""
    starts = (calendar.period_start(cap.per, now, merchant.zone) for cap in caps_of(version.terms))
    return min(starts, default=None)


def array(numbers: Iterable[int]) -> str:
    """Spell numbers as PostgreSQL reads an array."""
    return "{" + ",".join(map(str, numbers)) + "}"


def is_in_sequence(account: Held, ordinary: Ordinary) -> bool:
    """Whether nothing later is known of the account, or nothing that could change the tier of this order."""
    placed_at, later = ordinary.order.placed_at or ordinary.now, account.last_activity_at
    if later is None or later <= placed_at:
        return True
    zone = ordinary.merchant.zone
    if calendar.local_day(later, zone) != calendar.local_day(placed_at, zone):
        return False
    levels = ordinary.versions[account.program_id].terms.tiers
    if levels is None:
        return True
    reached = tiers.natural(levels, account.qualifying)
    is_settled = tiers.rank(levels, reached.code) <= tiers.rank(levels, account.tier_code)
    return is_settled and (account.tier_since is None or placed_at >= account.tier_since)


def counted_so_far(ordinary: Ordinary, account: Held) -> Iterator[Past]:
    """What counts for tiers so far, as if it had come in one piece at the beginning of the window."""
    start = window_start(ordinary.versions[account.program_id], ordinary.merchant, now=ordinary.now)
    if start:
        yield Past(start, 0, account.qualifying, {})


def awarded(rows: Sequence[Any] | None) -> Iterator[Past]:
    """What counts in caps: each award of their longest period, which counts for tiers above already."""
    for at, points, rule_points in rows or ():
        yield Past(datetime.fromisoformat(at), points, NOTHING, rule_points or {})


def gives_more(awarding: Awarding, movements: Iterable[Movement], *, now: datetime) -> bool:
    """Whether more is to be written than the order and its points: the gift of a tier, or points that ended already."""
    gifts = (level.entry_gift for climbs in awarding.climbs.values() for _account_id, level in climbs)
    return any(gifts) or any(move.expires_at and move.expires_at <= now for move in movements)
