"""Points that members lose soon unless they spend them: counted each night, listed whenever somebody looks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Min, QuerySet, Sum

from members.models import PointsLot
from programs.calendar import end_of_day
from programs.models import Merchant

WITHIN_DAYS = 30
AN_INSTANT = timedelta(microseconds=1)


def last_day(closed_on: date) -> date:
    """The last of the days looked at: 30 after the day that closed."""
    return closed_on + timedelta(days=WITHIN_DAYS)


def lots(merchant: Merchant, *, after: datetime, closed_on: date) -> QuerySet[PointsLot]:
    """Open points that expire after an instant and by the end of the last day."""
    programs = list(merchant.programs.values_list("pk", flat=True))
    until = end_of_day(last_day(closed_on), merchant.zone)
    return PointsLot.objects.open().filter(program__in=programs, expires_at__gt=after, expires_at__lte=until)


def counted(merchant: Merchant, *, closed_on: date) -> dict[str, int]:
    """How many points expire in the 30 days after the day that closed, and of how many members."""
    found = lots(merchant, after=end_of_day(closed_on, merchant.zone), closed_on=closed_on).aggregate(
        points=Sum("remaining", default=0), members=Count("account__member_id", distinct=True)
    )
    return {"expiring_points": found["points"], "expiring_members": found["members"]}


def by_account(merchant: Merchant, *, closed_on: date, now: datetime) -> QuerySet[Any, Any]:
    """One row per account, the first to expire on top; `valid_until` is the last instant of that first lot."""
    rows = lots(merchant, after=now, closed_on=closed_on).order_by().values("account_id")
    named = rows.annotate(name=F("account__member__name"), number=F("account__member__number"))
    summed = named.annotate(points=Sum("remaining"), valid_until=Min("expires_at") - AN_INSTANT)
    return summed.order_by("valid_until", "account_id")
