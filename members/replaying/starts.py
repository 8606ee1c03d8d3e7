"""How each account stood before its first fact: balance, lots, tier, and the past that terms look back to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from loyalty_site.sql import many
from members import families
from members.history import Past, rules_in
from members.models import TierChange
from members.movements import Held, OpenLot
from members.replaying import facts_sql
from members.replaying.facts import Facts
from members.replaying.span import Span
from programs import calendar
from programs.terms import Inactivity
from programs.versions import current

ZERO = Decimal(0)
Cuts = dict[str, list[int]]


class Pin(NamedTuple):
    """Staff held an account in a tier through a local day."""

    at: datetime
    code: str
    until: date


@dataclass
class Start:
    """One account before the range, and how staff pinned it in it.

    Who is merged or erased by now `is_gone`. `past` is by what counts for tiers: points, spend or visits; `gifts` are
    tier codes, instants and points. `active`: when it earned or redeemed, where points end by inactivity.
    """

    held: Held
    number: str
    joined_at: datetime
    born_on: date | None
    demote_on: date | None = None
    lots: list[OpenLot] = field(default_factory=list)
    past: dict[str, list[Past]] = field(default_factory=lambda: defaultdict(list))
    gifts: list[tuple[str, datetime, int]] = field(default_factory=list)
    is_gone: bool = False
    pins: list[Pin] = field(default_factory=list)
    active: list[datetime] = field(default_factory=list)

    def account(self) -> Held:
        """The account, to be moved on."""
        return replace(self.held)

    def open_lots(self) -> list[OpenLot]:
        return [replace(lot) for lot in self.lots]


@dataclass(frozen=True)
class Sight:
    """How far, and at what, the terms that are replayed look back."""

    since: datetime
    bases: frozenset[str]
    asks_first: bool
    asks_rules: bool
    has_tiers: bool
    carries: bool


def read(span: Span, first: int, last: int, facts: Facts, sight: Sight) -> dict[int, Start]:
    """The starts of a range of accounts, in a fixed number of statements."""
    asked = {"program": span.program.pk, "first": first, "last": last}
    starts = {row[0]: start_of(row, span) for row in many(facts_sql.ACCOUNTS, asked)}
    cuts = {"accounts": list(starts), "cuts": [facts.cuts.get(pk, span.through + 1) for pk in starts]}
    put_lots(starts, cuts)
    put_ends(starts, cuts, span)
    owners = {pk: pk for pk in starts} | families.absorbed_before(starts, span.start)
    wide = {"accounts": list(owners), "cuts": [facts.cuts.get(pk, span.through + 1) for pk in owners.values()]}
    put_past(starts, wide, sight, owners)
    put_gifts(starts, wide, sight, owners)
    if sight.has_tiers:
        put_tiers(starts, asked, span, facts)
    if sight.carries:
        carried = {pk: Decimal(text) for pk, text in many(facts_sql.LAST_CARRY, cuts)} | facts.carries
        for account_id, carry in carried.items():
            starts[account_id].held.carry = carry
    return starts


def start_of(row: tuple[Any, ...], span: Span) -> Start:
    pk, member_id, _balance, tier_code, tier_since, pinned_until, demote_on, _carry, joined_at, born_on, *rest = row
    held = Held(pk, member_id, span.program.pk, 0, 0, tier_code, ZERO, ZERO, 0, tier_since, pinned_until)
    return Start(held, rest[-1], joined_at, born_on, demote_on, is_gone=rest[-2])


def put_lots(starts: Mapping[int, Start], cuts: Cuts) -> None:
    """Lots as they were, the balance, and the debt that is between the two."""
    for lot_id, account_id, remaining, available_at, expires_at in many(facts_sql.LOTS, cuts):
        starts[account_id].lots.append(OpenLot(lot_id, account_id, remaining, available_at, expires_at))
    for account_id, balance in many(facts_sql.BALANCES, cuts):
        start = starts[account_id]
        start.held.balance = balance
        start.held.debt = sum(lot.remaining for lot in start.lots) - balance


def put_ends(starts: Mapping[int, Start], cuts: Cuts, span: Span) -> None:
    """Where points end by inactivity: the end that lots had then, which what came after has moved."""
    expiry = current(span.program, now=span.start).terms.expiry
    if not isinstance(expiry, Inactivity):
        return
    for account_id, at in many(facts_sql.ACTIVE, cuts):
        starts[account_id].active.append(at.replace(tzinfo=UTC))
    for start in starts.values():
        for lot in start.lots:
            seen = max([lot.available_at, *start.active[-1:]])
            ends_at = calendar.expiry_of(expiry, seen, span.zone)
            if lot.expires_at and ends_at:
                lot.expires_at = min(lot.expires_at, ends_at)


def put_past(starts: Mapping[int, Start], cuts: Cuts, sight: Sight, owners: Mapping[int, int]) -> None:
    """What counted for tiers and caps before, in every basis that is asked for; of merged accounts for their owner."""
    asked = {"since": sight.since, "with_rules": sight.asks_rules, "with_orders": bool(sight.bases - {"points"})}
    back: dict[int, Decimal] = defaultdict(Decimal)
    for account_id, kind, order_id, at, points, qualifying, rules, eligible, amount, refund in many(
        facts_sql.PAST, cuts | asked
    ):
        past = Past(at.replace(tzinfo=UTC), points, qualifying, rules_in(rules))
        own = starts[owners[account_id]].past
        own["points"].append(past)
        for basis in sight.bases - {"points"}:
            counts = ZERO
            if order_id and kind == "earn":
                counts = eligible if basis == "spend" else Decimal(1)
            elif order_id:
                counts = -lost(basis, eligible, amount, before=back[order_id], refund=refund)
            own[basis].append(past._replace(counts=counts))
        if order_id and kind == "clawback":
            back[order_id] += refund
    if sight.asks_first:
        for account_id, count in many(facts_sql.HAD_BOUGHT, cuts):
            starts[owners[account_id]].held.order_count += count


def lost(basis: str, eligible: Decimal, amount: Decimal, *, before: Decimal, refund: Decimal) -> Decimal:
    """What no longer counts for tiers after a refund, as `clawing_back.uncounted` says it of an order."""
    if basis == "visits":
        return Decimal(before + refund == amount)
    return max(eligible - before, ZERO) - max(eligible - before - refund, ZERO)


def put_gifts(starts: Mapping[int, Start], cuts: Cuts, sight: Sight, owners: Mapping[int, int]) -> None:
    if sight.has_tiers:
        for account_id, code, at, points in many(facts_sql.GIFTS, cuts | {"since": sight.since}):
            starts[owners[account_id]].gifts.append((code, at, points))


def put_tiers(starts: Mapping[int, Start], asked: dict[str, Any], span: Span, facts: Facts) -> None:
    """The tier that each account had when the range began, since when, and the fall that was announced."""
    changed: set[int] = set()
    for account_id, from_code, to_code, cause, changed_at, posted_at in many(facts_sql.TIER_CHANGES, asked):
        start, held = starts[account_id], starts[account_id].held
        is_lived = account_id not in facts.booked
        came_late = (
            is_lived and cause == TierChange.Cause.EARNED and posted_at > facts.posted.get(account_id, posted_at)
        )
        until = span.end if account_id in facts.booked else span.start
        if changed_at < until and not came_late:
            held.tier_code, held.tier_since = to_code, changed_at
        elif account_id not in changed:
            held.tier_code, held.tier_since = from_code, start.joined_at
        changed.add(account_id)
    for account_id, *pin in many(facts_sql.PINS, asked | {"merchant": span.merchant.pk, "start": span.start}):
        starts[account_id].pins.append(Pin(*pin))
        starts[account_id].held.pinned_until = None
    day = calendar.local_day(span.start, span.zone)
    warned = {row[0]: row[1:] for row in many(facts_sql.WARNED, asked | {"day": day})}
    for account_id, start in starts.items():
        subject_on, tier_code = warned.get(account_id, (None, ""))
        start.demote_on = subject_on + calendar.A_DAY if tier_code == start.held.tier_code and subject_on else None
