"""Writing rows into an XLSX workbook, row by row: memory stays flat, and text is never a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

MOST_ROWS = 1_000_000  # of a sheet; the rest goes on the next one
LONGEST = 32_767  # letters of a cell
LARGEST = 10**15  # whole numbers beyond it are text, or they would lose digits
DAY, MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"


def write(path: Path, rows: Iterable[Sequence[Any]]) -> None:
    """Write rows, the header first and again on each sheet."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        styles: dict[type, Any] = {
            date: book.add_format({"num_format": DAY}),
            datetime: book.add_format({"num_format": MOMENT}),
        }
        header: Sequence[Any] = ()
        sheet, place = None, 0
        for row in rows:
            header = header or row
            if sheet is None or place > MOST_ROWS:
                sheet, place = book.add_worksheet(), 0
                place = put(sheet, place, header, styles)
                if row is header:
                    continue
            place = put(sheet, place, row, styles)


def put(sheet: Any, place: int, row: Sequence[Any], styles: dict[type, Any]) -> int:
    """Write one row; the answer is the place of the next one."""
    for column, value in enumerate(row):
        match value:
            case None | "":
                continue
            case bool():
                sheet.write_string(place, column, "yes" if value else "no")
            case int() if abs(value) >= LARGEST:
                sheet.write_string(place, column, str(value))
            case int() | Decimal():
                sheet.write_number(place, column, value)
            case datetime() | date():
                sheet.write_datetime(place, column, value, styles[type(value)])
            case _:
                sheet.write_string(place, column, str(value)[:LONGEST])
    return place + 1
