"""Asking for an export, the job that writes it, and how far that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.utils.formats import time_format
from django.utils.translation import gettext_lazy as _

from loyalty_site import auditing, jobs
from loyalty_site.jobs import JobKind
from loyalty_site.models import Job
from members import filing
from members.exporting import cells, contents, workbook
from members.models import Export
from members.refusals import NotAllowed
from programs import calendar
from programs.models import Merchant, Staff

KIND = "export"
AN_HOUR, A_MINUTE = timedelta(hours=1), timedelta(minutes=1)
PROGRESS_SECONDS, STEP = 600, 2_000
LISTED = 20
PATIENCE = "SET LOCAL idle_in_transaction_session_timeout = '20min'"  # a large workbook is packed at its end


@transaction.atomic
def ask(*, kind: str, form: str, chosen: dict[str, Any], reference: str, by: Staff, now: datetime) -> Export:
    """Ask for a file; a retry with the same reference is the first one. The caller tells the queue of the job.

    `chosen` may have `since` and `until` (days of the shop, both included) and `bulk` (members of a bulk change).
    Raises NotAllowed where the shop has asked for as many files within the hour as it may.
    """
    Merchant.objects.select_for_update(no_key=True).get(pk=by.merchant_id)
    wish = {"kind": kind, "format": form, "chosen": chosen, "asked_by": by, "asked_at": now}
    export = Export.objects.filter(merchant=by.merchant, reference=reference).first()
    if export is None:
        hold_back(by.merchant, now=now)
        export = Export.objects.create(merchant=by.merchant, reference=reference, **wish)
        figures = {"kind": kind, "format": form} | {key: value for key, value in chosen.items() if value}
        auditing.record(
            "export-asked", merchant=by.merchant_id, actor=by.user, at=now, subject=f"#{export.pk}", **figures
        )
        jobs.open_job(KIND, by.merchant_id, day_of(export), subject_id=export.pk)
    return export


def hold_back(merchant: Merchant, *, now: datetime) -> None:
    """Refuse a file more than the hour may have, and say when there may be one; the caller holds the shop."""
    most = settings.EXPORTS_PER_HOUR
    lately = Export.objects.filter(merchant=merchant, asked_at__gt=now - AN_HOUR).order_by("-asked_at", "-pk")
    if most and (oldest := lately[most - 1 : most].first()):
        words = _("This shop has asked for %(count)s files within an hour, as many as it may. Ask again at %(time)s.")
        at = (oldest.asked_at + AN_HOUR + A_MINUTE).astimezone(merchant.zone)
        raise NotAllowed(str(words) % {"count": most, "time": time_format(at, "H:i")})


def day_of(export: Export) -> date:
    return calendar.local_day(export.asked_at, export.merchant.zone)


def job_of(export: Export) -> Job | None:
    """The job that writes a file, or wrote it."""
    return Job.objects.of_merchant(export.merchant_id).filter(kind=KIND, subject_id=export.pk).first()


def jobs_of(exports: Iterable[Export]) -> dict[int | None, Job]:
    """The jobs of a shop's files by their numbers, in one query."""
    listed = {export.pk: export for export in exports}
    found = Job.objects.of_merchant(next(iter(listed.values())).merchant_id) if listed else Job.objects.none()
    return {job.subject_id: job for job in found.filter(kind=KIND, subject_id__in=listed).order_by("-pk")}


def recent(merchant: Merchant) -> list[Export]:
    """The last exports of a shop, the newest first."""
    asked = Export.objects.filter(merchant=merchant).select_related("asked_by__user", "file", "merchant")
    return [*asked.order_by("-pk")[:LISTED]]


def plan(export_id: int | None, business_on: date | None) -> list[tuple[int, int]]:
    """A file is written from its first row to its last."""
    return [(0, 0)]


def work(export_id: int | None, on: date | None, first_id: int, last_id: int, now: datetime) -> dict[str, Any]:
    """Write the file; again, and it is written once. Where somebody was erased meanwhile, it is written anew."""
    export = Export.objects.select_related("merchant").filter(pk=export_id or 0).first()
    if export is None or export.finished_at:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(PATIENCE)
    with TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / "export"
        counted = Counted(contents.table_of(export), progress_key(export))
        write(path, export.format, counted)
        name = contents.own_name(export, export.merchant, day_of(export))
        with path.open("rb") as file:
            kept = filing.keep(iter(lambda: file.read(filing.PART), b""), name, merchant=export.merchant, now=now)
    figures = {"file": kept, "row_count": counted.count - 1, "finished_at": now}
    if not Export.objects.filter(pk=export.pk, asked_at=export.asked_at).update(**figures):
        filing.forget(kept)
        return work(export_id, on, first_id, last_id, now)
    return {"rows": counted.count - 1}


def write(path: Path, form: str, rows: Iterable[list[Any]]) -> None:
    if form == Export.Format.XLSX:
        workbook.write(path, rows)
        return
    with path.open("wb") as file:
        file.writelines(cells.lines_of(rows))


class Counted:
    """Rows, counted as they go by, for whoever waits for them."""

    def __init__(self, rows: Iterable[list[Any]], key: str) -> None:
        self.rows, self.key, self.count = rows, key, 0

    def __iter__(self) -> Iterator[list[Any]]:
        for row in self.rows:
            self.count += 1
            if self.count % STEP == 0:
                cache.set(self.key, self.count, PROGRESS_SECONDS)
            yield row


def progress_key(export: Export) -> str:
    return f"export-rows:{export.pk}"


def rows_so_far(export: Export) -> int:
    """How many rows are written by now; 0 where nobody knows."""
    return int(cache.get(progress_key(export)) or 0)


JOB = JobKind(_("Write an export"), plan, work, is_of_subject=True)
