"""The rows behind each figure, for whoever wants to see them: the same period, the same days, the same rules.

`as_of` is the instant of the last fill: what was recorded later is in neither the figure nor its list.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Sum, Value

from members.models import EntryKind, LedgerEntry, Order, Refund
from programs.models import Merchant
from reports.periods import Period

Rows = QuerySet[Any, Any]
WHO = {"name": F("member__name"), "number": F("member__number")}


def orders(merchant: Merchant, period: Period, *, as_of: datetime) -> QuerySet[Order]:
    starts_at, ends_at = period.bounds(merchant.zone)
    return Order.objects.filter(
        merchant=merchant, placed_at__gte=starts_at, placed_at__lt=ends_at, recorded_at__lte=as_of
    )


def buyers(merchant: Merchant, period: Period, *, as_of: datetime) -> Rows:
    """One row per member with an order in the period, the best customers first."""
    bought = orders(merchant, period, as_of=as_of).order_by().values("member_id", **WHO)
    counted = bought.annotate(order_count=Count("id"), amount=Sum("amount"), last_at=Max("placed_at"))
    return counted.order_by("-amount", "member_id")


def earlier_buyers(merchant: Merchant, period: Period, *, as_of: datetime) -> Rows:
    """One row per member with an order in the period before; `order_count` is of this period, 0 if not back yet."""
    starts_at, _ends_at = period.bounds(merchant.zone)
    both = Period(2 * period.weeks, period.last)
    bought = orders(merchant, both, as_of=as_of).order_by().values("member_id", **WHO)
    counted = bought.annotate(
        before_count=Count("id", filter=Q(placed_at__lt=starts_at)),
        order_count=Count("id", filter=Q(placed_at__gte=starts_at)),
        last_at=Max("placed_at"),
    )
    return counted.filter(before_count__gt=0).order_by("order_count", "-before_count", "member_id")


def sales(merchant: Merchant, period: Period, *, as_of: datetime) -> Rows:
    """One row per order and, with a minus, per refund, newest first; their amounts add up to the figure."""
    starts_at, ends_at = period.bounds(merchant.zone)
    given_back = Refund.objects.filter(
        merchant=merchant, order__recorded_at__lte=as_of, recorded_at__lte=as_of,
        refunded_at__gte=starts_at, refunded_at__lt=ends_at,
    )  # fmt: skip
    columns = ("at", "kind", "receipt", "name", "number", "money")
    bought = orders(merchant, period, as_of=as_of).values(
        at=F("placed_at"), kind=Value("order"), receipt=F("reference"), money=F("amount"), **WHO
    )
    returned = given_back.values(
        at=F("refunded_at"), kind=Value("refund"), receipt=F("order__reference"), money=-F("amount"),
        name=F("order__member__name"), number=F("order__member__number"),
    )  # fmt: skip
    both: Rows = bought.values(*columns).union(returned.values(*columns), all=True)
    return both.order_by("-at", "receipt", "-money")


def points(merchant: Merchant, period: Period, *, as_of: datetime) -> Rows:
    """One row per movement that earned points, spent them or gave them back, newest first."""
    starts_at, ends_at = period.bounds(merchant.zone)
    moved = LedgerEntry.objects.filter(
        program__merchant=merchant, occurred_at__gte=starts_at, occurred_at__lt=ends_at, posted_at__lte=as_of,
        kind__in=[EntryKind.EARN, EntryKind.REDEEM, EntryKind.RESTORE],
    ).exclude(points=0)  # fmt: skip
    return moved.order_by("-occurred_at", "-id").values(
        "id", "kind", "points", "occurred_at", name=F("account__member__name"), number=F("account__member__number")
    )
