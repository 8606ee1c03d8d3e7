"""The rows of the first sheet of an XLSX workbook, read as a stream: memory stays flat, whatever the size.

What unpacks to far more than it says, declares entities, or is no workbook is refused before it is read.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from xml.parsers import expat

from django.utils.translation import gettext as _

from members.csv_files import Unreadable
from members.sheets import workbook_parts
from members.sheets.shared_strings import SharedStrings
from members.sheets.sheet_rows import SheetRows

MOST_UNPACKED = 6 * 2**30
MOST_RATIO = 250  # a table of ordinary rows packs to a tenth or a twentieth
SMALL = 64 * 2**20  # so much may be unpacked from whatever
BLOCK = 1 << 16
BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, expat.ExpatError, LookupError, ValueError,
    ArithmeticError, EOFError, OSError, RuntimeError,
)  # fmt: skip  # the last is what a packing method that nobody knows raises, or a part with a password
PASSWORD = 0x1


def check(path: Path) -> None:
    """Raise Unreadable for a file that is no workbook, is locked, or would unpack to too much."""
    try:
        with zipfile.ZipFile(path) as book:
            parts = book.infolist()
    except BROKEN as error:
        raise broken() from error
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise Unreadable(no_workbook(names))
    if any(part.flag_bits & PASSWORD for part in parts):
        raise Unreadable(_("This spreadsheet has a password. Save it without one."))
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if unpacked > MOST_UNPACKED or unpacked > max(SMALL, MOST_RATIO * packed):
        raise Unreadable(
            _("This spreadsheet would unpack to %(size)d MB, which no list of a shop needs. Export it anew, as CSV.")
            % {"size": unpacked // 2**20}
        )


def no_workbook(names: set[str]) -> str:
    if "word/document.xml" in names:
        return _("This is a text document. Copy its table into a spreadsheet and save that as XLSX or CSV.")
    if "content.xml" in names:
        return _("This is an OpenDocument file. Save it as XLSX or CSV.")
    return _("This file is packed (ZIP). Unpack it and choose the CSV or XLSX file in it.")


def broken() -> Unreadable:
    return Unreadable(_("This spreadsheet is damaged and cannot be read. Save it again, as XLSX or CSV."))


def rows_of(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet that is not hidden, each with its number. Raises Unreadable."""
    try:
        with zipfile.ZipFile(path) as book, TemporaryFile() as spool, SharedStrings(spool) as texts:
            sheet = workbook_parts.first_sheet(book)
            if name := workbook_parts.shared_strings(book):
                with book.open(name) as part:
                    texts.read(part)
            found = SheetRows(texts, workbook_parts.date_styles(book), since_1904=workbook_parts.since_1904(book))
            with book.open(sheet) as part:
                while block := part.read(BLOCK):
                    yield from found.feed(block)
    except BROKEN as error:
        raise broken() from error
