"""An import as its page tells it: its steps, how far it is, and what it would do or did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from loyalty_site.web import format as formats
from members.importing.staging import progress_key
from members.models import Import

State = Import.State


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of an import, and what it counts."""

    number: int
    words: str


@dataclass(frozen=True, slots=True)
class Cause:
    """What is wrong with some rows: one sentence that says what to do, how many they are, and the first of them."""

    words: str
    count: int
    rows: str


@dataclass(frozen=True, slots=True)
class Report:
    """What an import would do, did, or took back."""

    figures: list[Figure]
    causes: list[Cause]
    broken: str = ""
    new: int = 0
    refused: int = 0


def steps() -> list[str]:
    """The names of the steps, in order."""
    return [_("File"), _("Columns"), _("Check"), _("Import")]


def rows_so_far(imported: Import) -> int:
    """How many rows of the file were looked at by now; 0 where nobody knows."""
    return int(cache.get(progress_key(imported)) or 0) if imported.state == State.LOOKING else 0


def report_of(imported: Import) -> Report | None:
    """What there is to tell; None while the file is being looked through."""
    if imported.state in (State.CHOSEN, State.LOOKING, State.DISCARDED):
        return None
    if imported.state in (State.LOOKED, State.RUNNING):
        return told(imported.looked, planned(imported))
    return told(imported.done, made(imported))


def told(result: dict[str, Any], figures: list[Figure]) -> Report:
    causes = [Cause(words, count, rows_in_words(count, rows)) for words, count, rows in result.get("causes", [])]
    shown = [figure for figure in figures if figure.number]
    return Report(shown, causes, result.get("broken", ""), result.get("new", 0), sum(cause.count for cause in causes))


def rows_in_words(count: int, rows: list[int]) -> str:
    shown = ", ".join(map(str, rows)) + (", …" if count > len(rows) else "")
    return ngettext("row %(rows)s", "rows %(rows)s", count) % {"rows": shown}


def planned(imported: Import) -> list[Figure]:
    """What an import would do."""
    found, kind = imported.looked, imported.kind
    new, strangers = found.get("new", 0), found.get("strangers", 0)
    counted = {
        Import.Kind.MEMBERS: [
            Figure(strangers, ngettext("New member", "New members", strangers)),
            Figure(new - strangers, ngettext("Member to fill in", "Members to fill in", new - strangers)),
        ],
        Import.Kind.BALANCES: [Figure(new, ngettext("Opening balance", "Opening balances", new))],
        Import.Kind.ORDERS: [
            Figure(new, ngettext("New order", "New orders", new)),
            Figure(strangers, ngettext("Customer to enrol", "Customers to enrol", strangers)),
        ],
    }[Import.Kind(kind)]
    return [*counted, *common(found)]


def common(found: dict[str, Any]) -> list[Figure]:
    known, refused = found.get("known", 0), found.get("refused", 0)
    return [
        Figure(known, ngettext("Known already, stays as it is", "Known already, stay as they are", known)),
        Figure(refused, ngettext("Row to correct", "Rows to correct", refused)),
    ]


def made(imported: Import) -> list[Figure]:
    """What an import did."""
    found, kind = imported.done, imported.kind
    new, enrolled, points = found.get("new", 0), found.get("enrolled", 0), found.get("points", 0)
    words = {
        Import.Kind.MEMBERS: ngettext("Member filled in", "Members filled in", new - enrolled),
        Import.Kind.BALANCES: ngettext("Opening balance", "Opening balances", new),
        Import.Kind.ORDERS: ngettext("Order", "Orders", new),
    }[Import.Kind(kind)]
    own = new - enrolled if kind == Import.Kind.MEMBERS else new
    joined = Figure(enrolled, ngettext("New member", "New members", enrolled))
    return [joined, Figure(own, words), Figure(points, ngettext("Point given", "Points given", points)), *common(found)]


def undone_in_words(imported: Import) -> str:
    """What undoing took back, and what it left."""
    found = imported.undone
    new, stay, points = found.get("new", 0), found.get("stay", 0), -found.get("points", 0)
    said = [ngettext("%(count)s row taken back.", "%(count)s rows taken back.", new) % {"count": whole(new)}]
    if points:
        words = ngettext("%(count)s point taken back.", "%(count)s points taken back.", points)
        said.append(words % {"count": whole(points)})
    if stay:
        words = ngettext(
            "%(count)s member has points, purchases or changes since, and stays.",
            "%(count)s members have points, purchases or changes since, and stay.",
            stay,
        )
        said.append(words % {"count": whole(stay)})
    return " ".join(said)


def whole(number: int) -> str:
    return formats.whole_number(number, locale=get_language() or "en")
