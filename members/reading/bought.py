"""What a member bought and brought back: each order with what is left of it and what it earned, the newest first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from members.models import LedgerEntry, Member, Order, Refund
from programs.models import Program


@dataclass(frozen=True, slots=True)
class Bought:
    """One order, its refunds, and the points it brought in one program, after what refunds took back."""

    order: Order
    refunds: list[Refund]
    points: int

    @property
    def kept(self) -> Decimal:
        """What was paid and not given back."""
        return self.order.amount - self.order.refunded


@dataclass(frozen=True, slots=True)
class BoughtSlice:
    """Some orders, and the number of the one to ask with for older ones (None at the end)."""

    rows: list[Bought]
    older: int | None


def of_member(member: Member, program: Program | None, *, before: str = "", size: int) -> BoughtSlice:
    """Orders placed before the one with number `before`; the newest if it is no number of theirs.

    Points are those of `program`.
    """
    orders = Order.objects.filter(member__in=member.selves).order_by("-placed_at", "-pk")
    found = list(older_than(orders, before).select_related("location", "recorded_by__user")[: size + 1])
    return BoughtSlice(with_points(found[:size], program), found[size - 1].pk if len(found) > size else None)


def older_than(orders: QuerySet[Order], before: str) -> QuerySet[Order]:
    """Orders after a known one in their own order; costs the same on every page."""
    mark = orders.filter(pk=int(before)).first() if before.isdecimal() and len(before) < 19 else None
    if mark is None:
        return orders
    at = mark.placed_at
    return orders.filter(placed_at__lte=at).filter(Q(placed_at__lt=at) | Q(pk__lt=mark.pk))


def with_points(orders: Collection[Order], program: Program | None) -> list[Bought]:
    """The orders with their refunds and points, in two queries."""
    refunds: dict[int, list[Refund]] = {order.pk: [] for order in orders}
    for refund in Refund.objects.filter(order__in=orders).order_by("refunded_at", "pk"):
        refunds[refund.order_id or 0].append(refund)
    entries = LedgerEntry.objects.filter(order__in=orders, program=program).order_by().values_list("order")
    points = dict(entries.annotate(Sum("points")))
    return [Bought(order, refunds[order.pk], points.get(order.pk, 0)) for order in orders]
