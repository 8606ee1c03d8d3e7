"""Adjusting points by a file: who gets or gives how many, row by row; all of it is sound, or nothing is drafted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members import finding, sheets
from members.csv_files import ALIASES, Unreadable, tidy
from members.models import Bulk, BulkRow
from members.refusals import NotAllowed
from members.sheets import Record
from programs.models import Merchant, Program, Role, Staff

MOST_ROWS = 50_000
MOST_POINTS = 1_000_000_000
AT_ONCE = 1_000
ROWS_NAMED = 10
WHO = ("customer", *ALIASES["customer"], "number", "numer_karty", "karta", "卡号")
POINTS = ("points", "adjustment", "change", "punkty", "zmiana", "积分")
WHOLE = re.compile(r"[+-]?[0-9]{1,10}")
SPACES = re.compile(r"[\s\u00a0\u202f]")


class Line(NamedTuple):
    """One row that was read: its number in the file, whom it names, and the points."""

    number: int
    who: str
    points: int


@dataclass(slots=True)
class Found:
    """What a file holds: points by member, and the rows that cannot be, by the sentence that says why."""

    points: dict[int, int] = field(default_factory=dict)
    faults: dict[str, list[int]] = field(default_factory=dict)

    def fault(self, words: str, number: int) -> None:
        self.faults.setdefault(words, []).append(number)

    @property
    def sentences(self) -> list[str]:
        """Each fault with the rows that it is about, such as “Nobody here … Rows 3, 7 and 12 more.”."""
        return [f"{words} {rows_in_words(numbers)}" for words, numbers in self.faults.items()]


def rows_in_words(numbers: Sequence[int]) -> str:
    named = ", ".join(str(number) for number in numbers[:ROWS_NAMED])
    more = len(numbers) - ROWS_NAMED
    words = ngettext("Row %(named)s.", "Rows %(named)s.", len(numbers)) % {"named": named}
    return words if more <= 0 else _("Rows %(named)s and %(more)d more.") % {"named": named, "more": more}


def read(path: Path, name: str, *, merchant: Merchant) -> Found:
    """Read a CSV or XLSX file with a column of who (card, e-mail, phone, number) and one of points.

    Raises Unreadable, with what to do instead, for what is no such file.
    """
    rows = sheets.records(path, sheets.dialect_of(path, name))
    header = next(rows, None)
    who, points = columns_of(header.cells if header else [])
    found, count = Found(), 0
    while block := list(islice(rows, AT_ONCE)):
        count += len(block)
        if count > MOST_ROWS:
            raise Unreadable(_("This file has more than %(most)d rows. Cut it into several.") % {"most": MOST_ROWS})
        take(found, list(lines_of(block, found, who=who, points=points)), merchant)
    if not count:
        raise Unreadable(_("There is nothing below the header row."))
    return found


def columns_of(header: Sequence[str]) -> tuple[int, int]:
    names = [tidy(name) for name in header]
    places = [next((names.index(alias) for alias in wanted if alias in names), None) for wanted in (WHO, POINTS)]
    if places[0] is None or places[1] is None:
        raise Unreadable(_("Name two columns in the first row: “card” (or e-mail or phone) and “points”."))
    return places[0], places[1]


def lines_of(block: Sequence[Record], found: Found, *, who: int, points: int) -> Iterator[Line]:
    for number, cells in block:
        text = cells[who] if who < len(cells) else ""
        moved = whole(cells[points] if points < len(cells) else "")
        if not text:
            found.fault(_("Nobody is named."), number)
        elif not moved:
            found.fault(_("The points are no whole number, such as 30 or -30, or too many."), number)
        else:
            yield Line(number, text, moved)


def whole(text: str) -> int:
    """A whole number of points other than 0; 0 for anything else."""
    tidied = SPACES.sub("", text).replace("\u2212", "-").removesuffix(".0")
    moved = int(tidied) if WHOLE.fullmatch(tidied) else 0
    return moved if abs(moved) <= MOST_POINTS else 0


def take(found: Found, lines: Sequence[Line], merchant: Merchant) -> None:
    """Add lines to what was found; a member in two rows is a fault, because one of them is a slip."""
    known = finding.all_known(merchant, {line.who for line in lines})
    for line in lines:
        member_id = known.get(line.who)
        if member_id is None:
            found.fault(_("Nobody here has this card, e-mail or phone."), line.number)
        elif member_id in found.points:
            found.fault(_("The same member stands in a row above. Put both into one."), line.number)
        else:
            found.points[member_id] = line.points


@transaction.atomic
def draft(found: Found, *, program: Program, reason: str, by: Staff, reference: str, now: datetime) -> Bulk:
    """Draft a change of each member's own points, to be reviewed; the same reference is the same draft.

    Raises NotAllowed for a cashier, and for a file with faults.
    """
    if by.role < Role.MANAGER:
        raise NotAllowed(_("A manager or the owner changes many members at once."))
    if found.faults or not found.points:
        raise NotAllowed(_("Correct the file first."))
    said = {"kind": Bulk.Kind.ADJUST, "author": by, "program": program, "reason": reason, "created_at": now}
    bulk, is_new = Bulk.objects.get_or_create(merchant=by.merchant, reference=reference, defaults=said)
    if is_new:
        rows = [BulkRow(bulk=bulk, member_id=pk, points=moved) for pk, moved in sorted(found.points.items())]
        BulkRow.objects.bulk_create(rows, batch_size=5_000)
    return bulk
