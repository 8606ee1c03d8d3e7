"""The steps of an import, as people take them: a file is chosen, looked through, imported, and perhaps undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from loyalty_site import auditing, jobs
from loyalty_site.models import Job
from members import filing, sheets
from members.importing import columns
from members.models import Import
from members.refusals import NotAllowed
from programs import calendar
from programs.models import Merchant, Program, Role, Staff

LOOK, RECORD, UNDO = "import-look", "import-record", "import-undo"
JOB_OF = {Import.State.LOOKING: LOOK, Import.State.RUNNING: RECORD, Import.State.UNDOING: UNDO}
NOT_YET = (Import.State.CHOSEN, Import.State.LOOKING, Import.State.LOOKED)


def choose(path: Path, name: str, *, kind: str, by: Staff, dialect: Mapping[str, str], now: datetime) -> Import:
    """Keep a file that somebody chose, with what its header and first rows are. Raises csv_files.Unreadable."""
    read_as = sheets.dialect_of(path, name, **dialect)
    header, samples = sheets.opening_of(path, read_as)
    imported = Import(
        merchant=by.merchant,
        kind=kind,
        file_name=name[:200],
        dialect=read_as.as_kept(),
        header=header,
        samples=samples,
        started_by=by,
        created_at=now,
    )
    known = columns.remembered(imported)
    imported.columns = known.columns if known else columns.guessed(imported)
    imported.options = known.options if known else {"enrols": True, "fills": True}
    with transaction.atomic(), path.open("rb") as file:
        imported.file = filing.keep(pieces_of(file), name, merchant=by.merchant, now=now)
        imported.save()
    return imported


def pieces_of(file: Any) -> Iterable[bytes]:
    return iter(lambda: file.read(filing.PART), b"")


@transaction.atomic
def look(imported: Import, chosen: Mapping[str, int], *, options: Mapping[str, Any], program: Program | None) -> Import:
    """Have the file looked through with its columns so named, and remember the names; nothing is imported yet.

    Raises NotAllowed once the import has begun, and where a column that is needed has no name.
    """
    imported = held(imported, NOT_YET)
    if imported.state == Import.State.LOOKING:
        return imported
    if lacking := columns.missing(imported.kind, chosen):
        words = _("Say which column is: %(columns)s.")
        raise NotAllowed(words % {"columns": ", ".join(map(str, lacking))})
    imported.columns, imported.options, imported.program = dict(chosen), dict(options), program
    imported.state, imported.looked = Import.State.LOOKING, {}
    imported.save()
    columns.remember(imported)
    open_job(imported)
    return imported


@transaction.atomic
def start(imported: Import, *, by: Staff, now: datetime) -> Import:
    """Begin to import what is sound; once begun, the same import. Raises NotAllowed, also once the file is gone."""
    check_role(imported, by)
    imported = held(imported, (Import.State.LOOKED, Import.State.RUNNING, Import.State.DONE))
    if imported.state != Import.State.LOOKED:
        return imported
    if imported.file is None:
        raise NotAllowed(_("The file is kept for seven days, and they are over. Choose it again."))
    if not imported.looked.get("new"):
        raise NotAllowed(_("Nothing in this file is new and sound, so there is nothing to import."))
    imported.state, imported.started_by = Import.State.RUNNING, by
    imported.save(update_fields=["state", "started_by"])
    note("import-start", imported, by=by, now=now)
    open_job(imported)
    return imported


@transaction.atomic
def undo(imported: Import, *, by: Staff, now: datetime) -> Import:
    """Begin to take an import back; once begun, the same import. Raises NotAllowed after seven days."""
    check_role(imported, by)
    imported = held(imported, (Import.State.DONE, Import.State.UNDOING, Import.State.UNDONE))
    if imported.state != Import.State.DONE:
        return imported
    if not can_be_undone(imported, now=now):
        raise NotAllowed(
            _("An import can be undone for seven days, and they are over. Correct single members by hand.")
        )
    imported.state, imported.undone, imported.started_by = Import.State.UNDOING, {"by": by.user.get_full_name()}, by
    imported.save(update_fields=["state", "undone", "started_by"])
    note("import-undo", imported, by=by, now=now)
    open_job(imported)
    return imported


@transaction.atomic
def discard(imported: Import) -> None:
    """Throw away a file that was not imported; again, and it stays thrown away. Raises NotAllowed for one that was."""
    imported = held(imported, (*NOT_YET, Import.State.DISCARDED))
    filing.forget(imported.file)
    imported.rows.all().delete()
    gone: dict[str, Any] = {"state": Import.State.DISCARDED, "file": None, "samples": [], "looked": {}}
    Import.objects.filter(pk=imported.pk).update(**gone)


def held(imported: Import, states: Iterable[str]) -> Import:
    """The import, locked. Raises NotAllowed where it is in none of these states."""
    found = Import.objects.select_for_update(of=("self",)).select_related("merchant", "program", "file")
    fresh = found.get(pk=imported.pk)
    if fresh.state not in states:
        raise NotAllowed(_("This import has gone on meanwhile. Look at the page again."))
    return fresh


def check_role(imported: Import, by: Staff) -> None:
    """Opening balances are given without an approval, so they are the owner's to give."""
    if imported.kind == Import.Kind.BALANCES and by.role < Role.OWNER:
        raise NotAllowed(_("Opening balances give points without limits, so only an owner can import or undo them."))


def can_be_undone(imported: Import, *, now: datetime) -> bool:
    at = imported.imported_at
    return imported.state == Import.State.DONE and at is not None and now < at + filing.KEPT


def open_job(imported: Import) -> Job:
    return jobs.open_job(
        JOB_OF[Import.State(imported.state)],
        imported.merchant_id,
        calendar.local_day(imported.created_at, imported.merchant.zone),
        subject_id=imported.pk,
        again=True,
    )


def job_of(imported: Import) -> Job | None:
    """The job that is at work on an import, with its progress; None where none is."""
    kind = JOB_OF.get(Import.State(imported.state))
    found = Job.objects.of_merchant(imported.merchant_id).filter(kind=kind or "", subject_id=imported.pk)
    return found.with_progress().first()


def again(imported: Import) -> Import:
    """Let a job that broke off try what it left undone; one that is at work, or has ended well, stays as it is."""
    if job := job_of(imported):
        jobs.reopen(job)
    return imported


def note(action: str, imported: Import, *, by: Staff, now: datetime) -> None:
    figures = {"kind": imported.kind, "rows": imported.looked.get("new", 0)}
    subject = f"#{imported.pk}"
    auditing.record(action, merchant=imported.merchant_id, actor=by.user, at=now, subject=subject, **figures)


def recent(merchant: Merchant) -> list[Import]:
    """The last imports of a shop, the newest first."""
    kept = Import.objects.filter(merchant=merchant).exclude(state=Import.State.DISCARDED)
    return [*kept.select_related("started_by__user").order_by("-pk")[:30]]
