"""Points that members lose soon unless they spend them: counted each night, listed whenever somebody looks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Count, F, Min, Q, QuerySet, Sum, When
from django.db.models.functions import Least

from members.models import PointsLot
from programs.calendar import end_of_day
from programs.models import Merchant

WITHIN_DAYS = 30
AN_INSTANT = timedelta(microseconds=1)


def last_day(closed_on: date) -> date:
    """The last of the days looked at: 30 after the day that closed."""
    return closed_on + timedelta(days=WITHIN_DAYS)


def lots(merchant: Merchant, *, after: datetime, closed_on: date) -> QuerySet[PointsLot]:
    """Open points that end after an instant and by the end of the last day, by their own date or with their program."""
    ends = dict(merchant.programs.values_list("pk", "points_end_at"))
    until = end_of_day(last_day(closed_on), merchant.zone)
    due = Q(expires_at__gt=after, expires_at__lte=until)
    if over := [pk for pk, ends_at in ends.items() if ends_at and after < ends_at <= until]:
        due |= Q(program__in=over, available_at__lt=F("program__points_end_at")) & ~Q(expires_at__lte=after)
    return PointsLot.objects.open().filter(due, program__in=list(ends))


def counted(merchant: Merchant, *, closed_on: date) -> dict[str, int]:
    """How many points expire in the 30 days after the day that closed, and of how many members."""
    found = lots(merchant, after=end_of_day(closed_on, merchant.zone), closed_on=closed_on).aggregate(
        points=Sum("remaining", default=0), members=Count("account__member_id", distinct=True)
    )
    return {"expiring_points": found["points"], "expiring_members": found["members"]}


def by_program(merchant: Merchant, *, closed_on: date) -> dict[int, int]:
    """How many points of each program expire in the 30 days after the day that closed."""
    found = lots(merchant, after=end_of_day(closed_on, merchant.zone), closed_on=closed_on).order_by()
    return dict(found.values_list("program").annotate(Sum("remaining")))


def by_account(merchant: Merchant, *, closed_on: date, now: datetime) -> QuerySet[Any, Any]:
    """One row per account, the first to expire on top; `valid_until` is the last instant of that first lot."""
    rows = lots(merchant, after=now, closed_on=closed_on).order_by().values("account_id")
    named = rows.annotate(name=F("account__member__name"), number=F("account__member__number"))
    with_program = When(available_at__lt=F("program__points_end_at"), then=F("program__points_end_at"))
    ends_at = Least("expires_at", Case(with_program))
    summed = named.annotate(points=Sum("remaining"), valid_until=Min(ends_at) - AN_INSTANT)
    return summed.order_by("valid_until", "account_id")
