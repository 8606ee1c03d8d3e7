"""A merchant's night: what runs once its local day has turned, each missed night with its own date."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from django.utils.module_loading import import_string

from loyalty_site import jobs
from loyalty_site.models import Job

Calendar = Iterable[tuple[int, str, date]]
A_DAY = timedelta(days=1)


def calendar() -> Calendar:
    """Yield (merchant_id, zone, first_day) of every merchant, through the name in the settings."""
    merchants: Callable[[], Calendar] = import_string(settings.NIGHT_CALENDAR)
    return merchants()


def last_closed_day(zone: str, now: datetime) -> date:
    """Say which local day ended last: yesterday, by the merchant's clock."""
    return now.astimezone(ZoneInfo(zone)).date() - A_DAY


def due(*, now: datetime) -> Iterator[tuple[int, list[date]]]:
    """Yield each merchant whose day has turned, with the local days still to close, oldest first."""
    closed = _closed_through()
    for merchant_id, zone, first_day in calendar():
        day = closed[merchant_id] + A_DAY if merchant_id in closed else first_day
        days = _days(day, last_closed_day(zone, now))
        if days:
            yield merchant_id, days


def night(merchant_id: int, business_on: date, *, clock: Callable[[], datetime] = timezone.now) -> bool:
    """Run one night's jobs in order; say whether all have ended.

    A job that another worker is still on stops the night here; one that failed is left for a
    person, because what comes after it finds its own work.
    """
    for kind in settings.JOB_KINDS:
        if jobs.drain(jobs.open_job(kind, merchant_id, business_on), clock=clock).is_open:
            return False
    return True


def catch_up(merchant_id: int, *, now: datetime) -> int:
    """Run every night this merchant missed, oldest first; say how many ended."""
    days = dict(due(now=now)).get(merchant_id, [])
    for count, business_on in enumerate(days):
        if not night(merchant_id, business_on):
            return count
    return len(days)


def _closed_through() -> dict[int, date]:
    """Say for each merchant the last day whose last job has ended."""
    *_, last_kind = settings.JOB_KINDS
    ended = Job.objects.filter(kind=last_kind, merchant_id__isnull=False, finished_at__isnull=False)
    return dict(ended.values_list("merchant_id").annotate(Max("business_on")))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
