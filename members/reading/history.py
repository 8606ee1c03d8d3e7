"""A card's history as its holder reads it: by month with sums, each entry in one line with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from django.db.models import Case, F, Q, Sum, When
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty_site.templatetags.regulars import day, local_day, moment
from members import families
from members.models import EntryKind, LedgerEntry
from members.reading import statement
from members.reading.purses import Purse
from members.reading.statement import Line
from programs import calendar
from programs.unfolding import unfold
from programs.versions import terms_of

ROWS = 20
AMOUNT = re.compile(r"\d{1,9}([.,]\d{1,3})?")
KINDS: dict[str, tuple[EntryKind, ...]] = {
    "earned": (EntryKind.EARN, EntryKind.CLAWBACK, EntryKind.ADJUST, EntryKind.TRANSFER),
    "spent": (EntryKind.REDEEM, EntryKind.RESTORE),
    "expired": (EntryKind.EXPIRE, EntryKind.FORFEIT),
}
ENDED = {EntryKind.EXPIRE: gettext_lazy("Expired"), EntryKind.FORFEIT: gettext_lazy("Ended with the program")}
SUMS = {
    "earned": gettext_lazy("%(points)s earned"),
    "taken": gettext_lazy("%(points)s taken back"),
    "spent": gettext_lazy("%(points)s spent"),
    "expired": gettext_lazy("%(points)s expired"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One entry: what it was, its points with their sign, when and where and by which rule."""

    entry: LedgerEntry
    title: str
    figure: str
    detail: str
    is_pending: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month's entries, and what was earned, spent and expired in all of it, in words."""

    first_day: date
    sums: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class History:
    """Some months, newest first, and the entry to ask with for older ones (None at the end)."""

    months: list[Month]
    older: int | None


def history(purse: Purse, *, kind: str = "", text: str = "", before: str = "", now: datetime) -> History:
    """Cut a page of an account's entries, latest first by the instant they are about."""
    entries = families.entries_of(purse.account, with_moves=False).order_by("-occurred_at", "-pk")
    entries = entries.filter(kind__in=KINDS[kind]) if kind in KINDS else entries
    sheet = statement.sheet(entries.filter(about(text)), before=before, size=ROWS, now=now)
    return History(months_of(sheet.lines, purse), sheet.older)


def about(text: str) -> Q:
    """Entries whose reason, reward, place, receipt or amount a text names; all for no text."""
    if not text:
        return Q()
    if AMOUNT.fullmatch(text):
        return Q(order__amount=Decimal(text.replace(",", "."))) | Q(order__reference=text)
    words = Q(reason__icontains=text) | Q(explain__reward__icontains=text)
    return words | Q(order__reference__iexact=text) | Q(order__location__name__icontains=text)


def months_of(lines: Sequence[Line], purse: Purse) -> list[Month]:
    def month(line: Line) -> date:
        return day_of(line.entry).replace(day=1)

    if not lines:
        return []
    sums = sums_by_month(purse, since=month(lines[-1]), through=month(lines[0]))
    return [
        Month(first_day, words_of(sums.get(first_day, {}), purse), [row_of(line, purse) for line in own])
        for first_day, own in groupby(lines, month)
    ]


def day_of(entry: LedgerEntry) -> date:
    """The local day that an entry belongs to: what expired at midnight belongs to the day that ended."""
    zone = entry.program.merchant.zone
    is_end = entry.kind in KINDS["expired"] and entry.points < 0
    return calendar.day_ending(entry.occurred_at, zone) if is_end else calendar.local_day(entry.occurred_at, zone)


def sums_by_month(purse: Purse, *, since: date, through: date) -> dict[date, dict[str, int]]:
    """The points of whole months by kind, whatever part of them is on the page."""
    zone = purse.account.program.merchant.zone
    start, end = calendar.start_of_day(since, zone), calendar.start_of_day(calendar.add_months(through, 1), zone)
    ended = When(kind__in=KINDS["expired"], then=F("occurred_at") - datetime.resolution)
    dated = families.entries_of(purse.account, with_moves=False).annotate(at=Case(ended, default=F("occurred_at")))
    months = dated.filter(at__gte=start, at__lt=end).values_list(TruncMonth("at", tzinfo=zone), "kind")
    found: dict[date, dict[str, int]] = {}
    for month, kind, points in months.annotate(Sum("points")).order_by():
        found.setdefault(month.date(), {})[kind] = points
    return found


def words_of(sums: dict[str, int], purse: Purse) -> str:
    """+312 earned, −150 spent."""
    totals = {name: sum(sums.get(kind, 0) for kind in kinds) for name, kinds in KINDS.items()}
    if totals["earned"] < 0:
        totals["taken"] = totals.pop("earned")
    spoken = {name: figure(points, purse) for name, points in totals.items() if points}
    return ", ".join(str(words) % {"points": spoken[name]} for name, words in SUMS.items() if name in spoken)


def row_of(line: Line, purse: Purse) -> Row:
    is_pending = line.spendable_from is not None
    return Row(line.entry, title(line, purse), figure(line.entry.points, purse), detail(line), is_pending)


def title(line: Line, purse: Purse) -> str:
    """What an entry was, in the holder's words."""
    entry, gains = line.entry, line.entry.points > 0
    match EntryKind(entry.kind):
        case EntryKind.EARN:
            return purchase_title(line, purse)
        case EntryKind.REDEEM | EntryKind.RESTORE:
            return reward_title(entry)
        case EntryKind.CLAWBACK if not entry.order_id:
            return _("Taken back")
        case EntryKind.CLAWBACK:
            return _("Brought back, %(money)s") % {"money": money(line, purse)} if line.money else _("Brought back")
        case EntryKind.ADJUST:
            return _("Added by the shop") if gains else _("Corrected by the shop")
        case EntryKind.TRANSFER:
            return _("Moved from another card") if gains else _("Moved to another card")
    return _("Not expired after all") if gains else str(ENDED[EntryKind(entry.kind)])


def purchase_title(line: Line, purse: Purse) -> str:
    if line.entry.order_id:
        return _("Purchase, %(money)s") % {"money": money(line, purse)}
    return ", ".join(rules_fired(line.entry)) or _("A gift from the shop")


def money(line: Line, purse: Purse) -> str:
    return purse.speech.money(line.money or Decimal(0))


def reward_title(entry: LedgerEntry) -> str:
    reward = str(entry.explain.get("reward", "")) or _("Reward")
    return reward if entry.kind == EntryKind.REDEEM else _("%(reward)s, given back") % {"reward": reward}


def detail(line: Line) -> str:
    """When and where, then why, in short sentences."""
    return " ".join(f"{sentence.rstrip('.')}." for sentence in sentences(line) if sentence)


def sentences(line: Line) -> Iterator[str]:
    entry, zone = line.entry, line.entry.program.merchant.zone
    if line.spendable_from:
        yield _("Spendable on %(day)s") % {"day": local_day(line.spendable_from, zone)}
    elif entry.kind in KINDS["expired"]:
        yield day(day_of(entry))
    else:
        yield ", ".join(filter(None, [moment(entry.occurred_at, zone), line.where]))
    if line.earned_at:
        yield _("Earned on %(day)s") % {"day": local_day(line.earned_at, zone)}
    if entry.kind == EntryKind.EARN and entry.order_id:
        yield ", ".join(rules_fired(entry)) if entry.points else _("It earned nothing")
    if entry.kind == EntryKind.RESTORE and entry.explain.get("lapsed"):
        yield _("Not used in time")
    yield entry.reason


def rules_fired(entry: LedgerEntry) -> list[str]:
    """The names of the rules that gave points."""
    if "rules" not in entry.explain or entry.version_id is None:
        return []
    rules = unfold(entry.explain, terms_of(entry.version_id))["rules"]
    return [str(rule["name"]) for rule in rules if rule["fired"] and Decimal(rule["points"])]


def figure(points: int, purse: Purse) -> str:
    """+96, −150, or money where points are shown so."""
    return f"+{purse.figure(points)}" if points > 0 else purse.figure(points)
