"""Cells that a spreadsheet takes for what they are: text stays text, whatever a customer typed as their name."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"[+-]?[\d .,]+")  # a phone number, an amount: nothing that works anything out
MARK = "\ufeff"  # by which spreadsheets know UTF-8
LINES = 500


def safe(value: Any) -> Any:
    """A value as a cell of CSV: text that a spreadsheet would work out as a formula gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Decimal):
        return value
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).replace("\0", "")
    return f"'{text}" if text.lstrip().startswith(FORMULAS) and not NUMBER.fullmatch(text) else text


def bare(cell: str) -> str:
    """What a cell of a file says: without the apostrophe of `safe`, and of ="00042" what is in it."""
    if cell.startswith("'") and cell[1:].lstrip().startswith(FORMULAS):
        return cell[1:]
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') and len(cell) > 3 else cell


def lines_of(rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """A CSV file in UTF-8, some rows at a time."""
    written = StringIO(MARK, newline="")
    written.seek(0, 2)
    writer = csv.writer(written)
    for number, row in enumerate(rows, 1):
        writer.writerow([safe(value) for value in row])
        if number % LINES == 0:
            yield written.getvalue().encode()
            written.seek(0)
            written.truncate()
    yield written.getvalue().encode()
