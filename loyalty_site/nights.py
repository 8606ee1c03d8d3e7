"""A merchant's night: what runs once its local day has turned, each missed night with its own date."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max
from django.utils.module_loading import import_string

from loyalty_site import clock, jobs
from loyalty_site.models import Job

Calendar = Iterable[tuple[int, str, date]]
A_DAY = timedelta(days=1)
A_MONTH = timedelta(days=30)


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


def nobody(_job: Job) -> None:
    """Help from nobody."""


def night(
    merchant_id: int,
    business_on: date,
    *,
    clock: Callable[[], datetime] = clock.now,
    until: datetime | None = None,
    call: Callable[[Job], object] = nobody,
) -> bool:
    """Run one night's jobs in order; say whether all have ended.

    `call` hears of each job as it opens, so that others may help. A job that another worker is still on, or that is
    not done by `until`, stops the night here; one that failed is left for the next night, or for a person, because
    what comes after it finds its own work.
    """
    try_again(merchant_id, before=business_on, clock=clock)
    for kind in settings.JOB_KINDS:
        job = jobs.open_job(kind, merchant_id, business_on)
        if job.state == Job.State.WAITING:
            call(job)
        if jobs.drain(job, clock=clock, until=until).is_open:
            return False
    return True


def try_again(merchant_id: int, *, before: date, clock: Callable[[], datetime]) -> None:
    """Take up what failed in the last month and belongs to its own day, such as a birthday: accounts get mended."""
    failed = Job.objects.of_merchant(merchant_id).filter(kind__in=jobs.dated_kinds(), state=Job.State.FAILED)
    for job in failed.filter(business_on__lt=before, business_on__gte=before - A_MONTH).order_by("business_on", "id"):
        jobs.drain(jobs.reopen(job), clock=clock)


def catch_up(
    merchant_id: int, *, now: datetime, until: datetime | None = None, call: Callable[[Job], object] = nobody
) -> bool:
    """Run every night this merchant missed, oldest first; say whether all have ended."""
    days = dict(due(now=now)).get(merchant_id, [])
    return all(night(merchant_id, business_on, until=until, call=call) for business_on in days)


def _closed_through() -> dict[int, date]:
    """Say for each merchant the last day whose last job has ended."""
    *_, last_kind = settings.JOB_KINDS
    ended = Job.objects.filter(kind=last_kind, merchant_id__isnull=False, finished_at__isnull=False)
    return dict(ended.values_list("merchant_id").annotate(Max("business_on")))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
