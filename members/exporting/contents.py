"""What stands in an export: its header, and its rows as the database gives them, never all at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from members import own_fields
from members.exporting import statements
from members.models import Export
from programs import calendar
from programs.models import Merchant

Row = list[Any]
AT_ONCE = 5_000
HEADERS = {
    Export.Kind.MEMBERS: statements.MEMBER_COLUMNS,
    Export.Kind.ENTRIES: statements.ENTRY_COLUMNS,
    Export.Kind.ORDERS: statements.ORDER_COLUMNS,
}
STATEMENTS = {
    Export.Kind.MEMBERS: statements.MEMBERS,
    Export.Kind.ENTRIES: statements.ENTRIES,
    Export.Kind.ORDERS: statements.ORDERS,
}


def table_of(export: Export) -> Iterator[Row]:
    """The header and all rows of an export; times are the shop's, without an offset."""
    merchant, kind = export.merchant, Export.Kind(export.kind)
    programs = [*merchant.programs.order_by("pk").values_list("pk", "code")] if kind == Export.Kind.MEMBERS else []
    fields = [field.code for field in own_fields.kept_by(merchant)] if kind == Export.Kind.MEMBERS else []
    header = [*HEADERS[kind], *fields]
    for _pk, code in programs:
        header += [f"{code}_points", f"{code}_to_recover", f"{code}_tier"]
    yield header
    for *cells, extra in rows_of(export):
        yield [local(cell, merchant.zone) for cell in cells] + more(json.loads(extra or "{}"), fields, programs)


def more(extra: dict[str, Any], fields: list[str], programs: list[tuple[int, str]]) -> Row:
    """The shop's own fields of a member, and what they hold in each program."""
    held = extra.get("held") or {}
    cells: Row = [(extra.get("fields") or {}).get(code, "") for code in fields]
    for pk, _code in programs:
        cells += held.get(str(pk), [None, None, None])
    return cells


def rows_of(export: Export) -> Iterator[tuple[Any, ...]]:
    """The rows, fetched some at a time inside the caller's transaction."""
    statement = STATEMENTS[Export.Kind(export.kind)]
    with connection.connection.cursor(name="export") as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(statement, parameters_of(export))
        yield from cursor


def parameters_of(export: Export) -> dict[str, Any]:
    zone, chosen = export.merchant.zone, export.chosen
    since, until = chosen.get("since"), chosen.get("until")
    return {
        "merchant": export.merchant_id,
        "programs": [*export.merchant.programs.values_list("pk", flat=True)],
        "since": calendar.start_of_day(date.fromisoformat(since), zone) if since else None,
        "until": calendar.end_of_day(date.fromisoformat(until), zone) if until else None,
        "bulk": chosen.get("bulk"),
    }


def local(cell: Any, zone: ZoneInfo) -> Any:
    """An instant on the shop's clock."""
    return cell.astimezone(zone).replace(tzinfo=None, microsecond=0) if isinstance(cell, datetime) else cell


def own_name(export: Export, merchant: Merchant, day: date) -> str:
    """What the file is called: bean-and-leaf-members-2026-11-22.csv."""
    return f"{merchant.slug}-{export.kind}-{day.isoformat()}.{export.format}"
