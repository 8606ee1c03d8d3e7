"""Files of the dashboard: looking one through, importing it by its job, undoing that, and writing exports.

The floor of looking and writing is what the same disk and language do without the database: csv alone.
"""

import csv
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import xlsxwriter
from django.utils import timezone

from bench import live, sheets
from bench.imports import apart, customers, ready
from bench.report import Result
from loyalty_site import jobs
from loyalty_site.models import Job, User
from members.exporting import work
from members.importing import arriving
from members.models import Import
from programs.models import Role, Staff

MILLION = 1_000_000
LOOK, RECORD, UNDO, WRITE = 15_000, 3_000, 300, 20_000  # a second, at least


def run(options: Namespace) -> list[Result]:
    count, few = int(MILLION * options.scale), int(MILLION * options.scale / 2)
    with tempfile.TemporaryDirectory() as folder:
        program = ready("files", count)
        user = User.objects.create_user("files@example.com")
        by = Staff.objects.create(merchant=program.merchant, user=user, role=Role.OWNER)
        path = Path(folder) / "orders.csv"
        sheets.write(path, orders=count, customers=customers(count), now=timezone.now())
        seconds, memory = timed(lambda: looked(path, by))
        results = [rate("look through a CSV file", count, seconds, LOOK), most(memory, "look through a CSV file")]
        book = as_workbook(path, Path(folder) / "orders.xlsx")
        seconds, memory = timed(lambda: looked(book, by))
        results += [rate("look through a workbook", count, seconds, LOOK / 3), most(memory, "look through a workbook")]
        for steps in (few // 5, few):
            sheets.write(
                path, orders=steps, customers=customers(count), now=timezone.now(), first=(2 + steps) * MILLION
            )
            results += stepped(looked(path, by), by, steps)
    for form in ("csv", "xlsx"):
        seconds, memory = timed(lambda form=form: written(form, by))  # type: ignore[misc]
        results += [
            rate(f"export members as {form}", customers(count), seconds, WRITE),
            most(memory, f"export as {form}"),
        ]
    return results


def stepped(imported: Import, by: Staff, few: int) -> list[Result]:
    """Import what was looked through, in one process, and take it back."""
    arriving.start(imported, by=by, now=timezone.now())
    recording, memory = timed(lambda: worked(imported))
    imported.refresh_from_db()
    arriving.undo(imported, by=by, now=timezone.now())
    undoing, after = timed(lambda: worked(imported))
    return [
        rate("import it by its job", few, recording, RECORD),
        most(memory, f"import {few:,} by a job"),
        rate("undo it", few, undoing, UNDO),
        most(after, f"undo {few:,}"),
    ]


def looked(path: Path, by: Staff) -> Import:
    now: datetime = timezone.now()
    imported = arriving.choose(path, path.name, kind="orders", by=by, dialect={}, now=now)
    arriving.look(imported, imported.columns, options={"enrols": True}, program=None)
    return worked(imported)


def worked(imported: Import) -> Import:
    imported.refresh_from_db()
    job = arriving.job_of(imported)
    if job is None or jobs.drain(job).state != Job.State.DONE:
        raise SystemExit("the job of the import broke off")
    imported.refresh_from_db()
    return imported


def written(form: str, by: Staff, *, kind: str = "members") -> None:
    reference = f"{form}-{time.monotonic_ns()}"
    export = work.ask(kind=kind, form=form, chosen={}, reference=reference, by=by, now=timezone.now())
    job = work.job_of(export)
    if job is None or jobs.drain(job).state != Job.State.DONE:
        raise SystemExit("the export broke off")


def as_workbook(path: Path, target: Path) -> Path:
    with path.open(newline="") as file, xlsxwriter.Workbook(str(target), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate(csv.reader(file)):
            sheet.write_row(number, 0, cells)
    return target


def timed(doing: Callable[[], object]) -> tuple[float, float]:
    """Seconds, and the most memory in MB, of work in a process of its own."""
    start = time.perf_counter()
    _said, memory = apart(lambda: str(doing()))
    return time.perf_counter() - start, memory


def rate(name: str, count: int, seconds: float, least: float) -> Result:
    return Result(f"{name}, {count:,} rows", count / seconds, "/s", least, "at least")


def most(memory: float, name: str) -> Result:
    return Result(f"{name}: most memory", memory, "MB", live.MEMORY_LIMIT, "at most", more_is_better=False)
