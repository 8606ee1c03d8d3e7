"""One look at a shop at the end of a local day: what crosses its limits, by which rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, LiteralString, NamedTuple

from loyalty_site.sql import rows
from members.models import Member
from programs.calendar import end_of_day, start_of_day
from programs.models import Merchant, Role
from reports.models import RadarAlert, RadarLimits
from reports.radar import sql

KIND = RadarAlert.Kind
WEEK, FOUR_WEEKS = timedelta(days=7), timedelta(days=28)
LIMITS = ("card_times", "manual_percent", "near_limit_times", "redeemed_times", "friends")


@dataclass(frozen=True, slots=True)
class Sighting:
    """Acts of one person, or about one member, with the ids and instants of the rows that say so.

    `least` is how many there must be. `share` is in percent, of points given by hand only.
    """

    kind: str
    staff_id: int | None
    member_id: int | None
    ids: list[int]
    at: list[datetime]
    least: int
    share: int | None = None


class Look(NamedTuple):
    """A statement, from how many rows on it speaks, and how far back it goes."""

    statement: LiteralString
    least: Callable[[RadarLimits], int]
    back: timedelta = WEEK


LOOKS = {
    KIND.SAME_CARD: Look(sql.SAME_CARD, lambda limits: limits.card_times),
    KIND.NEAR_LIMIT: Look(sql.NEAR_LIMIT, lambda limits: limits.near_limit_times),
    KIND.REDEEMED_AFTER: Look(sql.REDEEMED_AFTER, lambda limits: limits.redeemed_times),
    KIND.MANUAL_SHARE: Look(sql.MANUAL_SHARE, lambda limits: 5, FOUR_WEEKS),
    KIND.ONE_DEVICE: Look(sql.ONE_DEVICE, lambda limits: limits.friends),
}


def look(merchant: Merchant, limits: RadarLimits, day: date) -> list[Sighting]:
    """Everything that crosses the shop's limits at the end of a day; six statements, whatever there is.

    Nothing is said about members who were erased.
    """
    asked = parameters(merchant, limits, day)
    found = [
        sighting(kind, kind_look.least(limits), *row)
        for kind, kind_look in LOOKS.items()
        for row in rows(kind_look.statement, asked | {"since": asked["end"] - kind_look.back})
    ]
    about = Member.objects.filter(pk__in={one.member_id for one in found if one.member_id}, erased_at__isnull=False)
    erased = set(about.values_list("pk", flat=True))
    return [one for one in found if one.member_id not in erased]


def sighting(
    kind: str,
    least: int,
    staff_id: int | None,
    member_id: int | None,
    ids: list[int],
    at: list[datetime],
    share: int | None = None,
) -> Sighting:
    return Sighting(kind, staff_id, member_id, ids, at, least, share)


def parameters(merchant: Merchant, limits: RadarLimits, day: date) -> dict[str, Any]:
    people = list(merchant.staff.all())
    return {name: getattr(limits, name) for name in LIMITS} | {
        "merchant": merchant.pk,
        "day_start": start_of_day(day, merchant.zone),
        "end": end_of_day(day, merchant.zone),
        "staff": [person.pk for person in people],
        "limits": [person.points_per_adjustment for person in people],
        "cashiers": [person.pk for person in people if person.role == Role.CASHIER],
    }
