"""The records of a file, one after another: each with its number, as an editor or a spreadsheet counts it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from members.csv_files import Unreadable, unreadable_line
from members.exporting.cells import bare
from members.sheets import workbooks
from members.sheets.dialects import Dialect

SAMPLES = 5
MOST_COLUMNS = 200


class Record(NamedTuple):
    """One row that is not empty: its number and its cells, as text without spaces around it."""

    number: int
    cells: list[str]


def records(path: Path, dialect: Dialect) -> Iterator[Record]:
    """All rows of a file that are not empty, the header first. Raises Unreadable at the row that cannot be read."""
    rows = workbooks.rows_of(path) if dialect.format == "xlsx" else lines_of(path, dialect)
    for number, cells in rows:
        tidied = [bare(cell.strip()) for cell in cells[:MOST_COLUMNS]]
        if any(tidied):
            yield Record(number, tidied)


def lines_of(path: Path, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding=dialect.encoding, newline="") as file:
        lines = csv.reader((line.replace("\0", "") for line in file), delimiter=dialect.separator)
        number = 0
        try:
            for cells in lines:
                yield number + 1, cells
                number = lines.line_num
        except (csv.Error, UnicodeError) as error:
            raise unreadable_line(number + 1) from error


def opening_of(path: Path, dialect: Dialect) -> tuple[list[str], list[list[str]]]:
    """The header and the first rows. Raises Unreadable where there are none."""
    found = [record.cells for record in islice(records(path, dialect), 1 + SAMPLES)]
    if len(found) < 2:
        raise Unreadable(_("This file has a header row at most, and nothing below it. Export it again, with its rows."))
    return found[0], found[1:]


def blocks(found: Iterator[Record], size: int) -> Iterator[list[Record]]:
    """Some records at a time."""
    while block := list(islice(found, size)):
        yield block
