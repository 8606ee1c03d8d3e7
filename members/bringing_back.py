"""Many orders brought back whole, as when an import is undone: as many statements for hundreds as for one.

What it posts is what `members/refunds.py` posts for each order, one after the other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import F

from members import brought_back, budgets, ledger, losses, posting
from members.clawing_back import Back, clawback
from members.models import Account, LedgerEntry, Order, Refund
from members.movements import Held, Movement
from programs.models import Staff

Awards = Mapping[int, Sequence[LedgerEntry]]


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why orders come back, and by whom; the refund of an order is numbered with `prefix` and the order's id."""

    prefix: str
    reason: str
    by: Staff | None


def bring_back(order_ids: Sequence[int], occasion: Occasion, *, now: datetime) -> dict[int, int]:
    """Refund what is left of each order, in this sequence, in the caller's transaction.

    The answer has the points (0 or below) of every order that was not back already, so a retry answers with none.
    """
    awards = awards_of(order_ids)
    held = hold(order_ids, awards)
    rows = write(order_ids, occasion, now=now)
    movements = [*movements_of(rows, awards, held, now=now)]
    outcomes = ledger.post(movements, held, now=now)
    give_back(movements, held)
    Order.objects.filter(pk__in=[row.order_id for row in rows]).update(refunded=F("amount"))
    lost = dict.fromkeys((row.order_id or 0 for row in rows), 0)
    for outcome in outcomes:
        lost[outcome.movement.order_id or 0] += outcome.points
    return lost


def awards_of(order_ids: Sequence[int]) -> Awards:
    """What orders earned, each in every program."""
    found: dict[int, list[LedgerEntry]] = defaultdict(list)
    earned = LedgerEntry.objects.filter(order__in=order_ids, kind="earn").select_related("program")
    for award in earned.order_by("account_id"):
        found[award.order_id or 0].append(award)
    return found


def hold(order_ids: Sequence[int], awards: Awards) -> dict[int, Held]:
    """Lock the accounts that lose, in id order: those of the orders' members, who may just have been merged."""
    members = owners_of(order_ids)
    earned = [award for own in awards.values() for award in own]
    accounts = Account.objects.filter(member__in=members, program__in={award.program_id for award in earned})
    held = ledger.lock([*accounts.values_list("pk", flat=True), *(award.account_id for award in earned)])
    return held if owners_of(order_ids) == members else hold(order_ids, awards)


def owners_of(order_ids: Sequence[int]) -> set[int]:
    return set(Order.objects.filter(pk__in=order_ids).values_list("member_id", flat=True))


def write(order_ids: Sequence[int], occasion: Occasion, *, now: datetime) -> list[Refund]:
    """Write down a refund of what is left of each order; none for an order that is back already, or of no money."""
    locked = Order.objects.filter(pk__in=order_ids).select_for_update(of=("self",)).order_by("pk")
    orders = {order.pk: order for order in locked.select_related("merchant")}
    left = [order for order in map(orders.__getitem__, order_ids) if order.refunded < order.amount]
    return Refund.objects.bulk_create(refund_of(order, occasion, now=now) for order in left)


def refund_of(order: Order, occasion: Occasion, *, now: datetime) -> Refund:
    return Refund(
        merchant=order.merchant,
        source=order.source,
        reference=f"{occasion.prefix}:{order.pk}",
        order_reference=order.reference,
        order=order,
        amount=order.amount - order.refunded,
        refunded_at=now,
        reason=occasion.reason,
        recorded_by=occasion.by,
    )


def movements_of(
    refunds: Sequence[Refund], awards: Awards, held: dict[int, Held], *, now: datetime
) -> Iterator[Movement]:
    """What each award loses, told from how its account stands once what comes before it is posted."""
    orders = [row.order for row in refunds if row.order]
    parts = brought_back.parts_of_each([order.pk for order in orders])
    lost = losses.of([award for order in orders for award in awards.get(order.pk, ())], now=now)
    ahead = {(one.member_id, one.program_id): replace(one) for one in held.values() if one.merged_into_id is None}
    for row, order in zip(refunds, orders, strict=True):
        lines, gone = parts[order.pk]
        before = Back(refunded=order.refunded, lines=lines, parts=gone)
        order.refunded = order.amount
        after = replace(before, refunded=order.amount)
        for award in awards.get(order.pk, ()):
            account, loss = ahead[order.member_id, award.program_id], lost[award.pk]
            movement = clawback(award, account, row, order=order, before=before, after=after, loss=loss, now=now)
            posting.apply(movement, account)
            yield movement


def give_back(movements: Sequence[Movement], held: dict[int, Held]) -> None:
    """Let the budgets of rules have what all orders no longer use up."""
    freed: dict[int, Counter[str]] = defaultdict(Counter)
    for movement in movements:
        for code, points in movement.explain.get("rule_points", {}).items():
            freed[held[movement.account_id].program_id][code] += points
    for program_id, rule_points in sorted(freed.items()):
        budgets.give_back(program_id, rule_points)
