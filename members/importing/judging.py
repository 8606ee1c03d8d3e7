"""What an import needs to know to judge the rows of a file, and what it says of each record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple

from members import csv_orders, families
from members.bulk.drafting import own_card
from members.csv_files import Lines, Row
from members.csv_orders import Sheet
from members.models import Import, ImportRow
from members.sheets import Record
from programs.models import Merchant, Program, Staff

State = ImportRow.State


@dataclass(frozen=True, slots=True)
class Desk:
    """An import at work: its shop, its columns, its options, and the instant."""

    import_id: int
    merchant: Merchant
    program: Program | None
    columns: Mapping[str, int]
    options: Mapping[str, Any]
    sheet: Sheet
    by: Staff | None
    now: datetime

    def value(self, cells: Sequence[str], code: str) -> str:
        """What stands in one of our columns; "" where the file or the row has none."""
        position = self.columns.get(code, -1)
        return cells[position] if 0 <= position < len(cells) else ""

    def rows(self, numbers: list[int], cells: list[list[str]]) -> list[Row]:
        """The rows of orders, by our names."""
        return list(Lines(self.columns, numbers, cells).rows())


def desk_of(imported: Import, *, now: datetime) -> Desk:
    merchant = imported.merchant
    sheet = csv_orders.sheet_of(merchant, now=now)
    return Desk(
        imported.pk, merchant, imported.program, imported.columns, imported.options, sheet, imported.started_by, now
    )


class Judged(NamedTuple):
    """One record of a file before anything is made of it; `problem` is what is wrong with it, "" for nothing."""

    number: int
    whose: int
    cells: list[list[str]]
    keys: list[str]
    at: datetime | None = None
    problem: str = ""


class Made(NamedTuple):
    """What became of a record: its state, the row that was made or filled in, and what that held before."""

    state: State
    made_id: int | None = None
    problem: str = ""
    before: dict[str, Any] | None = None
    points: int = 0
    enrolled: int = 0


def own_cards(desk: Desk) -> set[int]:
    """The numbers that stand for the card of whoever imports, a stranger's too: nobody gives points to themselves."""
    if desk.by is None:
        return set()
    own = [*desk.merchant.members.filter(own_card(desk.by)).values_list("pk", flat=True)]
    return {*own, *families.merged_into(own), stranger(desk.by.user.email.lower())}


def stranger(text: str) -> int:
    """A number below 0 that stands for somebody who is not a member yet, the same for the same text."""
    return -1 - int.from_bytes(blake2b(text.encode(), digest_size=7).digest())


def refused(record: Record, words: str) -> Judged:
    return Judged(record.number, 0, [record.cells], [], None, words)
