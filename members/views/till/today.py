"""What this till did today, and what of it can still be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum

from members import undoing
from members.models import LedgerEntry, Order
from programs import calendar
from programs.guards import StaffRequest
from programs.models import Staff

TODAY_ROWS = 8


@dataclass(frozen=True, slots=True)
class TodayRow:
    """One purchase of today, and whether this person may still undo it."""

    order: Order
    points: int
    is_undone: bool
    can_undo: bool


@dataclass(frozen=True, slots=True)
class Total:
    """What one person recorded today: how many purchases, and their money less what was undone or brought back."""

    person: Staff | None
    count: int
    amount: Decimal


def today(request: StaffRequest, *, now: datetime) -> list[TodayRow]:
    """The last purchases of this till today: those of its place, or of this person where no place is set."""
    newest = with_points(recorded_here(request, now=now)).order_by("-placed_at", "-id")[:TODAY_ROWS]
    return [today_row(order, request.staff, now) for order in newest]


def totals(request: StaffRequest, *, now: datetime) -> list[Total]:
    """What each person recorded at this till today, the most money first."""
    kept = recorded_here(request, now=now).filter(refunded__lt=F("amount"))
    sums = kept.values_list("recorded_by").annotate(Count("pk"), amount=Sum(F("amount") - F("refunded")))
    found = list(sums.order_by("-amount", "recorded_by"))
    people = Staff.objects.select_related("user").in_bulk([staff_id for staff_id, _count, _amount in found])
    return [Total(people.get(staff_id), count, amount) for staff_id, count, amount in found]


def recorded_here(request: StaffRequest, *, now: datetime) -> QuerySet[Order]:
    zone = request.merchant.zone
    since = calendar.start_of_day(calendar.local_day(now, zone), zone)
    here = Q(location=request.staff.location) if request.staff.location else Q(recorded_by=request.staff)
    return request.merchant.orders.filter(here, source=Order.Source.TILL, placed_at__gte=since)


def with_points(recorded: QuerySet[Order]) -> QuerySet[Order]:
    """Add the points that each order has earned so far, refunds counted, for those that are shown alone."""
    entries = LedgerEntry.objects.filter(order=OuterRef("pk")).order_by().values("order")
    points = Subquery(entries.annotate(total=Sum("points")).values("total"))
    return recorded.select_related("member").annotate(points=points)


def today_row(order: Order, staff: Staff, now: datetime) -> TodayRow:
    is_undone = order.refunded == order.amount
    may = undoing.is_open(author_id=order.recorded_by_id, done_at=order.recorded_at, by=staff, now=now)
    return TodayRow(order, order.points or 0, is_undone, may and not is_undone)  # type: ignore[attr-defined]
