"""All that a shop knows of a member, as one document: on a page, as a file of JSON, as a file of HTML."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from members.models import Member
from members.reading.known import KINDS, Kind, Row


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of thing that is known, with its rows as they are and as text, in the order of the columns."""

    kind: Kind
    rows: Sequence[Row]
    cells: Sequence[Sequence[str]]


def parts_of(member: Member) -> list[Part]:
    """Everything that is known, oldest first; kinds of which there is nothing are left out."""
    found = [(kind, kind.rows(member)) for kind in KINDS]
    return [Part(kind, rows, cells_of(kind, rows, member.merchant.zone)) for kind, rows in found if rows]


def cells_of(kind: Kind, rows: Sequence[Row], zone: ZoneInfo) -> list[list[str]]:
    return [[shown(row[name], zone) for name in kind.columns] for row in rows]


def plain(number: Decimal) -> str:
    """Without zeros that say nothing beyond cents: 48.500 is 48.50."""
    text = f"{number:f}"
    return text[:-1] if "." in text and text.endswith("0") else text


def shown(value: Any, zone: ZoneInfo) -> str:
    """A value as people read it, in a form that sorts: 2026-11-22 08:31 on the shop's clock."""
    match value:
        case None:
            return ""
        case bool():
            return _("yes") if value else _("no")
        case datetime():
            return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case Decimal():
            return plain(value)
        case list():
            return "; ".join(str(one) for one in value)
    return str(value)


def file_of(member: Member, *, kind: str, now: datetime) -> HttpResponse:
    """The document as a file to keep: `json` for other systems, `html` to read. Raises Http404 for other kinds."""
    parts, name = parts_of(member), f"{member.merchant.slug}-{member.number}-{now:%Y-%m-%d}.{kind}"
    if kind == "json":
        data = {"shop": member.merchant.name, "made_at": now} | {part.kind.key: part.rows for part in parts}
        text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        return attached(text, "application/json", name)
    if kind == "html":
        context = {"member": member, "parts": parts, "made_at": now}
        return attached(render_to_string("members/person_data_file.html", context), "text/html; charset=utf-8", name)
    raise Http404


def attached(text: str, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(text, content_type=content_type, headers=headers)
