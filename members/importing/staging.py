"""Looking a file through: every record is judged and written down beside its file, and nothing else is made of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from types import ModuleType
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext as _

from loyalty_site.sql import copy, rows
from members import filing, sheets
from members.csv_files import Unreadable
from members.importing import balances_in, members_in, orders_in
from members.importing.judging import Desk, Judged, desk_of
from members.models import Import, ImportRow
from members.sheets import Dialect, Record

BLOCK = 2_000
PROGRESS_SECONDS = 600
TRADES: dict[str, ModuleType] = {
    Import.Kind.MEMBERS: members_in, Import.Kind.BALANCES: balances_in, Import.Kind.ORDERS: orders_in
}  # fmt: skip
COLUMNS = ("imported_id", "number", "whose", "at", "cells", "keys", "state", "problem")
State = ImportRow.State

TWICE = """
UPDATE members_importrow SET state = %(refused)s, problem = %(words)s WHERE id IN (
    SELECT id FROM (
        SELECT id, row_number() OVER (PARTITION BY key ORDER BY number) AS place
        FROM members_importrow, unnest(keys) AS key WHERE imported_id = %(imported)s AND state = %(waiting)s
    ) AS told WHERE place > 1
)
"""
CAUSES = """
SELECT problem, count(*), (array_agg(number ORDER BY number))[1:%(shown)s] FROM members_importrow
WHERE imported_id = %(imported)s AND problem <> '' GROUP BY problem ORDER BY 2 DESC, 3
"""
SHOWN_ROWS, SHOWN_CAUSES = 10, 200


def look(imported: Import, *, now: datetime) -> dict[str, Any]:
    """Judge every record of the file and keep it; again, and the earlier judgement is replaced. The answer is figures.

    A file that turns out to be unreadable has no records, and says why.
    """
    ImportRow.objects.filter(imported=imported).delete()
    if imported.file is None:
        return {"broken": _("The file is kept for seven days, and they are over. Choose it again.")}
    try:
        with filing.at_hand(imported.file) as path:
            found = sheets.records(path, Dialect(**imported.dialect))
            figures = judge_all(imported, found, desk_of(imported, now=now))
    except Unreadable as problem:
        ImportRow.objects.filter(imported=imported).delete()
        return {"broken": str(problem)}
    said = {"imported": imported.pk, "refused": State.REFUSED, "waiting": State.WAITING, "words": words_of(imported)}
    rows(TWICE, said)
    return figures | counted(imported)


def judge_all(imported: Import, found: Iterator[Record], desk: Desk) -> dict[str, int]:
    """Judge the records block by block, the rows of one order together."""
    trade, figures = TRADES[imported.kind], {"rows": 0, "known": 0}
    next(found, None)  # the header
    for block in blocks_of(found, desk.columns.get("order_id") if imported.kind == Import.Kind.ORDERS else None):
        judged, known = trade.judge(block, desk)
        copy(ImportRow._meta.db_table, COLUMNS, (kept(imported, one) for one in judged))
        figures["rows"] += len(block)
        figures["known"] += known
        cache.set(progress_key(imported), figures["rows"], PROGRESS_SECONDS)
    return figures


def blocks_of(found: Iterator[Record], together: int | None) -> Iterator[list[Record]]:
    """Some records at a time; those that follow each other with the same cell `together` stay in one block."""
    block: list[Record] = []
    for record in found:
        full = len(block) >= BLOCK
        if full and (together is None or len(block) >= 10 * BLOCK or differ(block[-1], record, together)):
            yield block
            block = []
        block.append(record)
    if block:
        yield block


def differ(one: Record, other: Record, place: int) -> bool:
    return one.cells[place : place + 1] != other.cells[place : place + 1]


def kept(imported: Import, one: Judged) -> tuple[Any, ...]:
    state = State.REFUSED if one.problem else State.WAITING
    keys = one.keys or None
    return imported.pk, one.number, one.whose, one.at, json.dumps(one.cells), keys or [], state, one.problem


def words_of(imported: Import) -> str:
    if imported.kind == Import.Kind.ORDERS:
        return _(
            "This order number stands in the file before, with other rows between. Put the rows of one order together."
        )
    if imported.kind == Import.Kind.BALANCES:
        return _("This member stands in the file before. Add the points up in one row.")
    return _("The e-mail, phone or a number of this row stands in the file before. Keep one of the rows.")


def counted(imported: Import) -> dict[str, Any]:
    """How many records wait and how many are refused, by cause."""
    found = rows(CAUSES, {"imported": imported.pk, "shown": SHOWN_ROWS})
    waiting = ImportRow.objects.filter(imported=imported, state=State.WAITING)
    return {
        "new": waiting.count(),
        "strangers": waiting.filter(whose__lt=0).values("whose").distinct().count(),
        "refused": sum(count for _words, count, _rows in found),
        "causes": [[words, count, numbers] for words, count, numbers in found[:SHOWN_CAUSES]],
    }


def progress_key(imported: Import) -> str:
    return f"import-rows:{imported.pk}"
