"""What the first page of the dashboard shows. Reads only: daily rows, a few indexed counts, the latest entries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.utils.translation import gettext as _

from loyalty_site.nights import last_closed_day
from members.reading import statement
from members.reading.purses import Purse, purses_of
from programs.calendar import local_day
from programs.models import Merchant
from programs.terms import Rule
from programs.terms.conditions import WEEKDAYS
from programs.terms.when import When
from programs.versions import Schedule
from reports import history, kpis
from reports.history import History
from reports.models import FillMark
from reports.periods import Period
from reports.wording import long_day

LATEST = 5


def mark_of(merchant: Merchant) -> FillMark:
    """How far the figures reach; an unsaved mark if they were never filled."""
    return FillMark.objects.filter(merchant=merchant).first() or FillMark(merchant=merchant)


def period_of(merchant: Merchant, mark: FillMark, *, weeks: int, now: datetime) -> Period:
    """Whole weeks that end with the last day that is filled; before the first fill, with yesterday."""
    return Period(weeks, mark.closed_on or last_closed_day(merchant.zone_name, now))


def history_of(merchant: Merchant, period: Period) -> History:
    """The days that the figures and charts of a period need."""
    reach = kpis.reach(period)
    return history.read(merchant, weeks=period.weeks, first=reach.first, last=reach.last)


def today(merchant: Merchant, *, now: datetime) -> str:
    """Tuesday 24 November. Double Tuesday today."""
    day = local_day(now, merchant.zone)
    names = ", ".join(rule.name for rule in weekday_rules(merchant, now=now))
    running = _(" Today: %(rules)s.") % {"rules": names} if names else ""
    return f"{long_day(day)}.{running}"


def weekday_rules(merchant: Merchant, *, now: datetime) -> Iterator[Rule]:
    """The rules of all running programs that are for this day of the week."""
    day = local_day(now, merchant.zone)
    running = Schedule.running(merchant)
    for program_id in running.program_ids:
        rules = running.at(program_id, now).terms.running_rules
        yield from (rule for rule in rules if is_for(rule.when, day))


def is_for(when: When, day: date) -> bool:
    """Whether a rule names this day of the week, and its dates include the day."""
    starts, ends = when.starts_on or day, when.ends_on or day
    return WEEKDAYS[day.weekday()] in when.weekdays and starts <= day <= ends


def happenings(merchant: Merchant, *, now: datetime) -> list[tuple[statement.Line, Purse]]:
    """The latest movements of points in the shop, each with how the member's account stands."""
    lines = statement.shop_sheet(merchant, size=LATEST, now=now).lines
    accounts = {line.entry.account_id: line.entry.account for line in lines}
    purses = {purse.account.pk: purse for purse in purses_of(accounts.values(), now=now)}
    return [(line, purses[line.entry.account_id]) for line in lines]
