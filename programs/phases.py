"""Whether a program runs, is paused or comes to an end: the terms in force and an instant say it all. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from programs import calendar
from programs.calendar import Zone
from programs.terms import Closing, Terms
from programs.terms.checks import LEAST_TO_USE_UP
from programs.terms.refusal import Fault


class Phase(StrEnum):
    """In CLOSING it still gives points; CLOSED it gives none, but its points can be used; OVER they have ended too."""

    RUNNING = "running"
    PAUSED = "paused"
    CLOSING = "closing"
    CLOSED = "closed"
    OVER = "over"


ENDED = (Phase.CLOSED, Phase.OVER)


def phase_of(terms: Terms, instant: datetime, zone: Zone) -> Phase:
    """Say how a program stands under its terms at an instant, by the shop's local day."""
    closing = terms.closing
    if closing is None:
        return Phase.PAUSED if terms.paused else Phase.RUNNING
    day = calendar.local_day(instant, zone)
    if closing.until and day > closing.until:
        return Phase.OVER
    if day > closing.last_day:
        return Phase.CLOSED
    return Phase.PAUSED if terms.paused else Phase.CLOSING


def stop_of(terms: Terms, instant: datetime, zone: Zone) -> str:
    """Say why nothing is earned at an instant: paused, closed; empty while the program gives points."""
    if not terms.paused and terms.closing is None:
        return ""
    phase = phase_of(terms, instant, zone)
    return "closed" if phase in ENDED else "paused" if phase is Phase.PAUSED else ""


def points_end_at(terms: Terms, zone: Zone) -> datetime | None:
    """Say at which instant all points of the program end, whatever their own dates; None if they are kept."""
    until = terms.closing.until if terms.closing else None
    return calendar.end_of_day(until, zone) if until else None


def first_fair_end(last_day: date, today: date, *, pending_days: int = 0) -> date:
    """Say through which day points must at least be good: 30 days after the last ones came, and after the news."""
    return max(last_day + timedelta(days=pending_days), today) + LEAST_TO_USE_UP


def hasty(closing: Closing | None, before: Closing | None, *, day: date) -> Iterator[Fault]:
    """Say what would surprise members in a closing that is promised from a day on, in the place of another or none.

    Nobody is told that the program had closed already, and whoever holds points has 30 days to use them.
    """
    if closing is None or closing == before:
        return
    if closing.last_day < day and not (before and before.last_day <= closing.last_day):
        yield "closing.last_day", _("must be %(day)s or later, when these terms begin") % {"day": day.isoformat()}
    least = day + LEAST_TO_USE_UP
    if before and before.until:
        least = min(least, before.until)
    if closing.until and closing.until < least:
        yield "closing.until", _("must be %(day)s or later, 30 days from when it is said") % {"day": least.isoformat()}
