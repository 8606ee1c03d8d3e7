"""What a file is: a workbook or text, in which encoding, separated by what; or a sentence on why it is neither.

What it is called decides nothing: its first bytes do, and where the two disagree a note says so.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from loyalty_site.web.uploads import MOST_BYTES
from members import csv_files
from members.csv_files import Unreadable
from members.sheets import workbooks

SEPARATORS = (",", ";", "\t", "|")
ENCODINGS = ("utf-8-sig", "utf-16", "cp1250", "gb18030")
FIRST = 1 << 12
PLAIN = (".csv", ".tsv", ".txt", ".tab")
BOOKS = (".xlsx", ".xlsm")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is read. `format` is csv or xlsx; `note` is what people should know of it, "" for nothing."""

    format: str
    encoding: str = ""
    separator: str = ""
    note: str = ""

    def as_kept(self) -> dict[str, Any]:
        return asdict(self)


def dialect_of(path: Path, name: str, *, encoding: str = "", separator: str = "") -> Dialect:
    """Say how a file is to be read; an `encoding` and a `separator` given by hand count.

    Raises Unreadable, with what to do instead, for a file that is empty, too large, or no rows at all.
    """
    refuse_size(path.stat().st_size)
    with path.open("rb") as file:
        first = file.read(FIRST)
    refuse_strangers(first)
    suffix = Path(name).suffix.lower()
    if first.startswith(b"PK"):
        workbooks.check(path)
        return Dialect("xlsx", note=misnamed(suffix, "xlsx") if suffix not in BOOKS else "")
    encoding = encoding or encoding_of(path, first)
    note = misnamed(suffix, "csv") if suffix not in PLAIN else ""
    return Dialect("csv", encoding, separator or separator_of(path, encoding), note)


def refuse_size(size: int) -> None:
    if size == 0:
        raise Unreadable(_("This file is empty: it has 0 bytes. Export it again, with a header row."))
    if size > MOST_BYTES:
        words = _("This file is larger than %(most)d MB. Cut it into several files, each with the header row.")
        raise Unreadable(words % {"most": MOST_BYTES // 2**20})


def refuse_strangers(first: bytes) -> None:
    """Say what a file is that holds no rows, by its first bytes."""
    words = {
        b"\xd0\xcf\x11\xe0": _(
            "This is a spreadsheet of the old kind (.xls), or one with a password. "
            "Save it as .xlsx without a password, or as CSV."
        ),
        b"%PDF": _("This is a PDF. Export the table itself, as CSV or XLSX."),
        b"\x1f\x8b": _("This file is packed (gzip). Unpack it and choose the CSV or XLSX file in it."),
        b"\x89PNG": _("This is a picture. Export the table itself, as CSV or XLSX."),
        b"\xff\xd8\xff": _("This is a picture. Export the table itself, as CSV or XLSX."),
        b"7z\xbc\xaf": _("This file is packed. Unpack it and choose the CSV or XLSX file in it."),
        b"Rar!": _("This file is packed. Unpack it and choose the CSV or XLSX file in it."),
    }
    for mark, sentence in words.items():
        if first.startswith(mark):
            raise Unreadable(sentence)
    if first.lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise Unreadable(_("This is a web page, not a table. Export it again, as CSV or XLSX."))


def misnamed(suffix: str, content: str) -> str:
    """What to say of a file whose name says something else than its content."""
    if content == "xlsx":
        return _("The name says “%(suffix)s”, but it is an XLSX spreadsheet, and is read as one.") % {"suffix": suffix}
    return _("The name says “%(suffix)s”, but it is plain text, and is read as CSV.") % {"suffix": suffix}


def encoding_of(path: Path, first: bytes) -> str:
    encoding = csv_files.encoding_of(path)
    if b"\0" in first and encoding != "utf-16":
        raise Unreadable(_("This file is neither text nor a spreadsheet. Export the table as CSV or XLSX."))
    return "utf-8-sig" if encoding == "utf-8" else encoding


def separator_of(path: Path, encoding: str) -> str:
    """The separator that the header row has most of."""
    try:
        with path.open(encoding=encoding, newline="") as file:
            header = file.readline(FIRST)
    except (UnicodeError, LookupError):
        return SEPARATORS[0]
    return max(SEPARATORS, key=header.count)
