"""Whether a program runs, is paused or comes to an end: the terms in force and an instant say it all. Pure."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from programs import calendar
from programs.calendar import Zone
from programs.terms import Terms
from programs.terms.checks import LEAST_TO_USE_UP


class Phase(StrEnum):
    """In CLOSING it still gives points; CLOSED it gives none, but its points can be used; OVER they have ended too."""

    RUNNING = "running"
    PAUSED = "paused"
    CLOSING = "closing"
    CLOSED = "closed"
    OVER = "over"


STOPPED = (Phase.PAUSED, Phase.CLOSED, Phase.OVER)
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
