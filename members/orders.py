"""Orders: what was bought, and the points it earns. One purchase is a batch of one.

The order of work is always the same: lock the accounts, write down the orders that are new, evaluate each under the
terms of its own date, post all movements at once, move tiers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from loyalty_site import collecting
from loyalty_site.refusals import Refused
from loyalty_site.retrying import retried
from members import (
    buyers,
    entry_gifts,
    expiry,
    families,
    inactivity,
    ledger,
    one_order,
    refunds,
    slicing,
    writing_orders,
)
from members.awarding import Awarding
from members.budgets import Budgets
from members.models import LedgerEntry, Order
from members.movements import Held, Movement, Outcome, tier_after
from members.new_orders import NewOrder, fault_of
from members.refusals import Conflict, TooManyPoints, UnknownMember
from members.slicing import slices
from programs import versions
from programs.models import Merchant


@dataclass(frozen=True, slots=True)
class OrderEntry:
    """What one order earned in one program."""

    program_id: int
    entry_id: int
    points: int
    balance: int
    explain: dict[str, Any]
    tier_code: str


@dataclass(frozen=True, slots=True)
class RecordedOrder:
    """The order and its entries; `is_new` is False when the same order had been recorded before."""

    order_id: int
    is_new: bool
    entries: tuple[OrderEntry, ...]

    @property
    def points(self) -> int:
        return sum(entry.points for entry in self.entries)


def record(order: NewOrder, *, merchant: Merchant, now: datetime) -> RecordedOrder:
    """Record one order and post what it earns; the same reference again returns the first result.

    Raises Conflict, WrongCurrency, BadAmount or UnknownMember, having changed nothing.
    """
    ordinary = one_order.record(order, merchant=merchant, now=now)
    if ordinary:
        return RecordedOrder(ordinary.order_id, True, entries_of(ordinary.outcomes, ordinary.held))
    result = record_many([order], merchant=merchant, now=now)[0]
    if isinstance(result, Refused):
        raise result
    return result


def record_many(orders: Sequence[NewOrder], *, merchant: Merchant, now: datetime) -> list[RecordedOrder | Refused]:
    """Record a batch: one outcome per order, in order; a bad order does not spoil the others, and a retry completes.

    A large one takes several transactions, each for some members and all that they bought, by date.
    """
    if len(orders) <= slicing.MOST:
        return record_some(orders, merchant=merchant, now=now)
    results: dict[int, RecordedOrder | Refused] = {}
    by_member = sorted(range(len(orders)), key=lambda n: (orders[n].member_id, orders[n].placed_at or now, n))
    for places in slices(by_member, whose=lambda n: orders[n].member_id, most=slicing.MOST):
        answers = record_some([orders[n] for n in places], merchant=merchant, now=now)
        results |= zip(places, answers, strict=True)
    return [results[n] for n in range(len(orders))]


def record_some(orders: Sequence[NewOrder], *, merchant: Merchant, now: datetime) -> list[RecordedOrder | Refused]:
    """Record orders in one transaction, or one by one where one would earn more points than any account holds."""
    try:
        with collecting.put_off():
            return record_together(orders, merchant=merchant, now=now)
    except TooManyPoints as refusal:
        if len(orders) == 1:
            return [refusal]
        return [record_some([order], merchant=merchant, now=now)[0] for order in orders]


@retried
def record_together(orders: Sequence[NewOrder], *, merchant: Merchant, now: datetime) -> list[RecordedOrder | Refused]:
    """Record a batch in one transaction. Raises TooManyPoints, having changed nothing."""
    results: dict[int, RecordedOrder | Refused] = {}
    sound = {}
    for position, order in enumerate(orders):
        fault = fault_of(order, merchant)
        if fault:
            results[position] = fault
        else:
            sound[position] = order if order.placed_at else replace(order, placed_at=now)
    running = versions.Schedule.running(merchant)
    first = min((order.placed_at or now for order in sound.values()), default=now)
    asked = {order.member_id for order in sound.values()}
    now_known, held = buyers.hold_present(asked, merchant, running, since=first, now=now)
    sound = {position: of_member(order, now_known[order.member_id]) for position, order in sound.items()}
    members = buyers.known(set(now_known.values()), held, merchant)
    strangers = {position: order for position, order in sound.items() if order.member_id not in members}
    results |= {position: UnknownMember(str(order.member_id)) for position, order in strangers.items()}
    wanted = {position: order for position, order in sound.items() if position not in strangers}
    ids, waited_for = writing_orders.insert(wanted, orders, merchant)
    fresh = {position: order for position, order in wanted.items() if position in ids}
    results |= post(fresh, ids, held, merchant, running, now=now)
    again = [position for position in wanted if position not in ids]
    results |= recorded_before({position: orders[position] for position in again}, merchant) if again else {}
    if waited_for:
        refunds.apply_waiting(waited_for, now=now)
    return [results[position] for position in range(len(orders))]


def of_member(order: NewOrder, member_id: int) -> NewOrder:
    return order if order.member_id == member_id else replace(order, member_id=member_id)


def post(
    fresh: dict[int, NewOrder],
    ids: dict[int, int],
    held: dict[int, Held],
    merchant: Merchant,
    running: versions.Schedule,
    *,
    now: datetime,
) -> dict[int, RecordedOrder | Refused]:
    """Evaluate new orders in the order they were placed, and post all that they earn."""
    by_date = sorted(fresh, key=lambda position: (fresh[position].placed_at or now, position))
    accounts = buyers.accounts(held)
    awarding = Awarding(held, merchant, fresh.values(), versions=running, now=now)
    movements: list[Movement] = []
    owners: list[int] = []
    for position in by_date:
        for account in accounts.get(fresh[position].member_id, []):
            movements.append(awarding.movement(account, fresh[position], order_id=ids[position]))
            owners.append(position)
    expiries = [running.at(held[move.account_id].program_id, move.occurred_at).terms.expiry for move in movements]
    movements = inactivity.kept_alive(movements, expiries, zone=merchant.zone, now=now)
    outcomes = ledger.post(movements, held, now=now)
    awarding.budgets.keep()
    ledger.prolong(awarding.expiry_moves(movements), now=now)
    inactivity.revive(movements, expiries, held, zone=merchant.zone, now=now)
    ledger.change_tiers(awarding.tier_steps)
    for version, climbs in awarding.climbs.items():
        entry_gifts.give(climbs, version, held, merchant, at=now)
    expire_lapsed(outcomes, ends_of(held, running.ended_by(now, merchant.zone)), now=now)
    return collect(by_date, owners, outcomes, ids, held)


def ends_of(held: dict[int, Held], ended: dict[int, datetime]) -> dict[int, datetime]:
    """When the points of accounts ended with their programs."""
    return {account.id: ended[account.program_id] for account in held.values() if account.program_id in ended}


def expire_lapsed(outcomes: Sequence[Outcome], ended: dict[int, datetime], *, now: datetime) -> None:
    """Expire at once the backdated credits that are past their end already, or that of their account's program."""
    moves = [outcome.movement for outcome in outcomes]
    lapsed = {move.account_id for move in moves if move.expires_at is not None and move.expires_at <= now}
    lapsed |= {one.account_id for one in moves if one.account_id in ended and one.occurred_at < ended[one.account_id]}
    if lapsed:
        expiry.expire_accounts(sorted(lapsed), now=now)


def collect(
    positions: list[int], owners: list[int], outcomes: list[Outcome], ids: dict[int, int], held: dict[int, Held]
) -> dict[int, RecordedOrder | Refused]:
    own: dict[int, list[Outcome]] = {position: [] for position in positions}
    for position, outcome in zip(owners, outcomes, strict=True):
        own[position].append(outcome)
    return {position: RecordedOrder(ids[position], True, entries_of(own[position], held)) for position in positions}


def entries_of(outcomes: Iterable[Outcome], held: dict[int, Held]) -> tuple[OrderEntry, ...]:
    return tuple(
        OrderEntry(
            held[outcome.movement.account_id].program_id,
            outcome.entry_id,
            outcome.points,
            outcome.balance_after,
            outcome.movement.explain,
            tier_after(outcome.movement.explain),
        )
        for outcome in outcomes
    )


def recorded_before(again: dict[int, NewOrder], merchant: Merchant) -> dict[int, RecordedOrder | Refused]:
    """The first results of orders sent again; a Conflict where the content differs."""
    keys = [(order.source, order.reference) for order in again.values()]
    found = (
        Order.objects.filter(merchant=merchant, reference__in={reference for _, reference in keys})
        .prefetch_related("entries")
        .in_bulk()
    )
    known = {(order.source, order.reference): order for order in found.values()}
    return {position: first_result(known[order.source, order.reference], order) for position, order in again.items()}


def first_result(known: Order, order: NewOrder) -> RecordedOrder | Refused:
    if known.fingerprint != order.fingerprint and not was_of_another_card(known, order):
        return Conflict(order.reference)
    return result_of(known)


def result_of(known: Order) -> RecordedOrder:
    """What an order that was recorded before has earned."""
    earned = sorted((entry for entry in known.entries.all() if entry.kind == "earn"), key=lambda entry: entry.pk)
    return RecordedOrder(known.pk, False, tuple(map(entry_of, earned)))


def entry_of(entry: LedgerEntry) -> OrderEntry:
    return OrderEntry(
        entry.program_id, entry.pk, entry.points, entry.balance_after, entry.explain, tier_after(entry.explain)
    )


def was_of_another_card(known: Order, order: NewOrder) -> bool:
    """Whether an order is the one that is known, by another card of its member, who was merged."""
    cards = {known.member_id, *families.merged_into([known.member_id])}
    return order.member_id in cards and any(of_member(order, pk).fingerprint == known.fingerprint for pk in cards)


def preview(order: NewOrder, *, merchant: Merchant, now: datetime) -> list[Movement]:
    """What an order would earn, in each program, without recording anything."""
    running = versions.Schedule.running(merchant)
    held = ledger.look(order.member_id, running.program_ids)
    dated = replace(order, placed_at=order.placed_at or now)
    awarding = Awarding(held, merchant, [dated], versions=running, now=now, budgets=Budgets(only_looks=True))
    return [awarding.movement(account, dated, order_id=None) for account in held.values()]
