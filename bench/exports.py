"""Exports of entries by their job, beside what the same machine needs at least: COPY for CSV, XlsxWriter for XLSX.

The floors leave out who asked, progress, local times, what makes cells safe, and keeping the file in the database.
"""

import csv
import tempfile
from argparse import Namespace
from pathlib import Path

import psycopg
import xlsxwriter
from django.db import connection
from django.utils import timezone

from bench import histories
from bench.files import MILLION, most, timed, written
from bench.report import Result
from loyalty_site.models import User
from members.exporting import contents, statements
from members.models import Export, LedgerEntry
from programs.models import Merchant, Role, Staff

FLOORS = {"csv": "COPY of the same statement", "xlsx": "the same, and XlsxWriter"}


def run(options: Namespace) -> list[Result]:
    orders = int(MILLION * options.scale)
    merchant = histories.shop("exports", accounts=max(orders // 10, 100), orders=orders).merchant
    user, _is_new = User.objects.get_or_create(email="exports@example.com")
    by, _is_new = Staff.objects.get_or_create(merchant=merchant, user=user, defaults={"role": Role.OWNER})
    count = LedgerEntry.objects.filter(program__merchant=merchant).count()
    results: list[Result] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "entries.csv"
        floors = {"csv": timed(lambda: copied(merchant, path))[0]}
        floors["xlsx"] = floors["csv"] + timed(lambda: as_workbook(path, Path(folder) / "entries.xlsx"))[0]
        for form, floor in floors.items():
            seconds, memory = timed(lambda form=form: written(form, by, kind="entries"))  # type: ignore[misc]
            name = f"export {count:,} entries as {form}"
            results += [Result(name, count / seconds, "/s", count / floor, FLOORS[form]), most(memory, name)]
    return results


def copied(merchant: Merchant, path: Path) -> None:
    """Let the database write the same rows by itself."""
    asked = contents.parameters_of(Export(merchant=merchant, kind=Export.Kind.ENTRIES))
    connection.ensure_connection()
    with psycopg.ClientCursor(connection.connection) as cursor, path.open("wb") as file:
        statement = f"COPY ({cursor.mogrify(statements.ENTRIES, asked)}) TO STDOUT (FORMAT csv)"
        with cursor.copy(statement) as rows:  # type: ignore[arg-type]  # a statement of ours
            for block in rows:
                file.write(block)


def as_workbook(path: Path, target: Path) -> None:
    """Put rows that are at hand into a workbook."""
    at = timezone.now().replace(tzinfo=None)
    with path.open(newline="") as file, xlsxwriter.Workbook(str(target), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate(csv.reader(file)):
            sheet.write_row(number, 0, [at, at, *cells[3:]])
