"""Files for tests of imports, and an import played from its file to its end."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import xlsxwriter

from loyalty_site import jobs, sql
from loyalty_site.models import Job
from members.importing import arriving
from members.models import Import, ImportRow
from members.tests.factories import NOW
from programs.models import Program, Staff


def chosen(content: bytes | str, *, by: Staff, kind: str = "members", name: str = "file.csv", **dialect: str) -> Import:
    """A file that somebody chose."""
    with NamedTemporaryFile() as file:
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        return arriving.choose(Path(file.name), name, kind=kind, by=by, dialect=dialect, now=NOW)


def looked(content: bytes | str, *, by: Staff, program: Program | None = None, **asked: Any) -> Import:
    """A file that was looked through, its columns as they were guessed."""
    options = {"enrols": True, "fills": True} | asked.pop("options", {})
    imported = chosen(content, by=by, **asked)
    arriving.look(imported, imported.columns, options=options, program=program)
    return worked(imported)


def done(content: bytes | str, *, by: Staff, **asked: Any) -> Import:
    """A file that was imported."""
    imported = looked(content, by=by, **asked)
    arriving.start(imported, by=by, now=NOW)
    return worked(imported)


def undone(imported: Import, *, by: Staff) -> Import:
    arriving.undo(imported, by=by, now=NOW)
    return worked(imported)


def worked(imported: Import) -> Import:
    """Let the job that is open do its work."""
    imported.refresh_from_db()
    job = arriving.job_of(imported)
    assert job is not None
    settled = jobs.drain(job, clock=lambda: NOW)
    assert settled.state == Job.State.DONE, settled.error
    imported.refresh_from_db()
    return imported


def drained(kind: str, subject_id: int) -> None:
    """Let the job about one thing do its work."""
    jobs.drain(Job.objects.get(kind=kind, subject_id=subject_id), clock=lambda: NOW)


def states(imported: Import) -> dict[int, str]:
    """What became of each record."""
    rows = ImportRow.objects.filter(imported=imported).order_by("number")
    return {row.number: row.get_state_display() for row in rows}


def workbook(path: Path, rows: list[list[Any]], **options: Any) -> bytes:
    """An XLSX file with these rows; dates are written as dates, text that begins with = as a formula."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd", **options}) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
    return path.read_bytes()


def believed(table: str) -> int:
    """How many rows the database believes a table to have; it plans by that."""
    return sql.rows("SELECT reltuples::int FROM pg_class WHERE relname = %s", [table])[0][0]
