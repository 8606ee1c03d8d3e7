"""A kind of job that leaves a mark for every row it works on, so that tests can count."""

import os
import signal
import time
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from loyalty_site.jobs import JobKind
from loyalty_site.models import AuditEvent, Job
from loyalty_site.tests.kind_names import KINDS, OTHERS

__all__ = ["KINDS", "OTHERS"]

CHUNKS = 4
YOUNG_DAYS = 3
SOUR: set[int] = set()


def mark(merchant_id: int | None, business_on: date | None, first: int, last: int, now: datetime) -> dict[str, Any]:
    AuditEvent.objects.create(at=now, merchant_id=merchant_id, action="worked", subject=f"{business_on} {first}-{last}")
    return {"rows": last - first + 1}


def ranges(merchant_id: int | None, business_on: date | None) -> list[tuple[int, int]]:
    return [(number * 10 + 1, number * 10 + 10) for number in range(CHUNKS)]


def die_once(merchant_id: int | None, business_on: date | None, first: int, last: int, now: datetime) -> dict[str, Any]:
    """Kill the worker in the middle of the first attempt, the way a power cut would."""
    result = mark(merchant_id, business_on, first, last, now)
    if Job.objects.get(merchant_id=merchant_id, business_on=business_on).chunks.get(first_id=first).attempt == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return result


def break_always(*_: object) -> dict[str, Any]:
    raise RuntimeError("the shelf is empty")


def sour(merchant_id: int | None, business_on: date | None, first: int, last: int, now: datetime) -> dict[str, Any]:
    """Leave a mark for every id, and raise when one of them is sour."""
    rows = [AuditEvent(at=now, action="worked", subject=f"{business_on} {row}") for row in range(first, last + 1)]
    AuditEvent.objects.bulk_create(rows)
    for row in SOUR & {*range(first, last + 1)}:
        raise ValueError(f"{row} is sour\nand here is its whole row")
    return {"rows": len(rows)}


def worked_ids(business_on: date | None) -> list[int]:
    marks = AuditEvent.objects.filter(action="worked", subject__startswith=f"{business_on} ")
    return sorted(int(subject.split()[-1]) for subject in marks.values_list("subject", flat=True))


def slow(merchant_id: int | None, business_on: date | None, first: int, last: int, now: datetime) -> dict[str, Any]:
    """Take a moment, and say which process did it."""
    time.sleep(0.3)
    AuditEvent.objects.create(at=now, action="worked", subject=f"{business_on} {os.getpid()}")
    return {"rows": 1}


def remember_the_end(job: Job) -> dict[str, Any]:
    AuditEvent.objects.create(at=job.created_at, merchant_id=job.merchant_id, action="finished", subject=job.kind)
    return {"closed": True}


MARK_JOB = JobKind("Mark", ranges, mark, remember_the_end)
MARK_MORE_JOB = JobKind("Mark more", ranges, mark)
DEADLY_JOB = JobKind("Deadly", ranges, die_once)
BROKEN_JOB = JobKind("Broken", ranges, break_always)
SOUR_JOB = JobKind("Sour", ranges, sour, is_of_accounts=True)
SOUR_DATED_JOB = JobKind("Sour", ranges, sour, is_of_accounts=True, is_dated=True)
SLOW_JOB = JobKind("Slow", ranges, slow)
EMPTY_JOB = JobKind("Empty", lambda *_: [], mark, remember_the_end)


def shops() -> list[tuple[int, str, date]]:
    return [(1, "Europe/Warsaw", date(2026, 3, 1)), (2, "America/New_York", date(2026, 3, 1))]


def young_shops() -> list[tuple[int, str, date]]:
    """Shops that opened three nights ago, by the clock of the wall."""
    first_day = timezone.now().date() - timedelta(days=YOUNG_DAYS)
    return [(1, "UTC", first_day), (2, "UTC", first_day)]
