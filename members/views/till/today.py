"""What this till did today, and what of it can still be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet, Sum

from members import undoing
from members.models import Order
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


def today(request: StaffRequest, *, now: datetime) -> list[TodayRow]:
    """The last purchases of this till today: those of its place, or of this person where no place is set."""
    zone = request.merchant.zone
    since = calendar.start_of_day(calendar.local_day(now, zone), zone)
    here = Q(location=request.staff.location) if request.staff.location else Q(recorded_by=request.staff)
    recorded = request.merchant.orders.filter(here, source=Order.Source.TILL, placed_at__gte=since)
    newest = with_points(recorded).order_by("-placed_at", "-id")[:TODAY_ROWS]
    return [today_row(order, request.staff, now) for order in newest]


def with_points(recorded: QuerySet[Order]) -> QuerySet[Order]:
    """Add the points that each order has earned so far, refunds counted."""
    return recorded.select_related("member").annotate(points=Sum("entries__points"))


def today_row(order: Order, staff: Staff, now: datetime) -> TodayRow:
    is_undone = order.refunded == order.amount
    may = undoing.is_open(author_id=order.recorded_by_id, done_at=order.recorded_at, by=staff, now=now)
    return TodayRow(order, order.points or 0, is_undone, may and not is_undone)  # type: ignore[attr-defined]
