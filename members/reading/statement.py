"""The ledger as people read it: newest first, in lines that say what, where and who."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import chain

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from members import families, numbers
from members.models import Account, EntryKind, LedgerEntry
from programs.models import Merchant
from programs.wording.rules import EVENTS

Choice = dict[str, str]

KINDS: dict[str, tuple[EntryKind, ...]] = {
    "earned": (EntryKind.EARN, EntryKind.CLAWBACK),
    "spent": (EntryKind.REDEEM, EntryKind.RESTORE),
    "expired": (EntryKind.EXPIRE, EntryKind.FORFEIT),
    "adjusted": (EntryKind.ADJUST, EntryKind.TRANSFER),
}


def choices(*kinds: str) -> list[Choice]:
    """The filters of a ledger, all first."""
    labels = {"earned": _("Earned"), "spent": _("Spent"), "expired": _("Expired"), "adjusted": _("Adjusted")}
    return [{"kind": "", "label": _("All")}, *({"kind": kind, "label": labels[kind]} for kind in kinds)]


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in words. `spendable_from` is set while its points are pending, `earned_at` where points expired."""

    entry: LedgerEntry
    what: str
    money: Decimal | None
    detail: str
    where: str
    who: str
    spendable_from: datetime | None
    earned_at: datetime | None

    @property
    def at(self) -> datetime:
        """When, as people say it: what expired at midnight did so at the end of the day before."""
        is_end = self.entry.kind in KINDS["expired"] and self.entry.points < 0
        return self.entry.occurred_at - datetime.resolution if is_end else self.entry.occurred_at

    @property
    def card(self) -> str:
        """The member's card number, as people read it."""
        return numbers.spaced(self.entry.account.member.number)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Some lines, and the entry to ask with for older ones (None at the end)."""

    lines: list[Line]
    older: int | None


def of_account(account: Account) -> QuerySet[LedgerEntry]:
    """An account's entries, and what was done by the cards that were merged into it, the latest first."""
    return families.entries_of(account).order_by("-pk")


def of_kind(entries: QuerySet[LedgerEntry], kind: str) -> QuerySet[LedgerEntry]:
    """Only what was earned, spent, expired or adjusted; any other word leaves all."""
    return entries.filter(kind__in=KINDS[kind]) if kind in KINDS else entries


def sheet(entries: QuerySet[LedgerEntry], *, before: str, size: int, now: datetime) -> Sheet:
    """Cut `size` lines after the entry with number `before` (all from the newest if it is no number)."""
    found = list(readable(older_than(entries, before))[: size + 1])
    return Sheet(lines_of(found[:size], now=now), found[size - 1].pk if len(found) > size else None)


def shop_sheet(merchant: Merchant, *, kind: str = "", before: str = "", size: int, now: datetime) -> Sheet:
    """The latest lines of a whole shop, by the instant they are about.

    The index gives each program's own latest, which are merged here: one list of all programs would sort them all.
    """
    own = of_kind(LedgerEntry.objects.filter(program=OuterRef("pk")).order_by("-occurred_at", "-pk"), kind)
    latest = ArraySubquery(older_than(own, before).values("pk")[: size + 1])
    found = merchant.programs.order_by("pk").annotate(latest=latest).values_list("latest", flat=True)
    entries = LedgerEntry.objects.filter(pk__in=list(chain.from_iterable(found)))
    return sheet(entries.order_by("-occurred_at", "-pk"), before="", size=size, now=now)


def older_than(entries: QuerySet[LedgerEntry], before: str) -> QuerySet[LedgerEntry]:
    """Entries after a known one in their own order; costs the same on every page."""
    mark = LedgerEntry.objects.filter(pk=int(before)).first() if before.isdecimal() and len(before) < 19 else None
    if mark is None:
        return entries
    if "-occurred_at" not in entries.query.order_by:
        return entries.filter(pk__lt=mark.pk)
    at = mark.occurred_at
    return entries.filter(occurred_at__lte=at).filter(Q(occurred_at__lt=at) | Q(pk__lt=mark.pk))


def readable(entries: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
    """Load with the entries all that their lines say."""
    return entries.select_related(
        "account__member", "program__merchant", "order__location", "order__recorded_by__user", "actor", "lot", "version"
    )


def lines_of(entries: Collection[LedgerEntry], *, now: datetime) -> list[Line]:
    earned_at = earned_instants(entries)
    return [line_of(entry, earned_at, now=now) for entry in entries]


def line_of(entry: LedgerEntry, earned_at: dict[int, datetime], *, now: datetime) -> Line:
    lot = getattr(entry, "lot", None)
    return Line(
        entry,
        what_of(entry),
        money_of(entry),
        detail_of(entry),
        where_of(entry),
        who_of(entry),
        lot.available_at if lot and lot.available_at > now else None,
        earned_at.get(first_lot(entry)) if entry.kind == EntryKind.EXPIRE else None,
    )


def what_of(entry: LedgerEntry) -> str:
    words = {
        EntryKind.EARN: _("Purchase"),
        EntryKind.REDEEM: _("Reward"),
        EntryKind.ADJUST: _("Adjustment"),
        EntryKind.CLAWBACK: _("Refund"),
        EntryKind.RESTORE: _("Reward cancelled"),
    }
    if entry.kind in (EntryKind.EARN, EntryKind.CLAWBACK) and entry.order_id is None:
        return entry.get_kind_display()
    return words.get(EntryKind(entry.kind)) or entry.get_kind_display()


def money_of(entry: LedgerEntry) -> Decimal | None:
    """The money that an entry is about: of a purchase its amount, of a refund what was given back."""
    if entry.kind == EntryKind.EARN and entry.order:
        return entry.order.amount
    if entry.kind == EntryKind.CLAWBACK and "amount" in entry.explain:
        return Decimal(entry.explain["amount"])
    return None


def detail_of(entry: LedgerEntry) -> str:
    if entry.kind in (EntryKind.REDEEM, EntryKind.RESTORE):
        return str(entry.explain.get("reward", ""))
    if entry.kind == EntryKind.EARN:
        return str(EVENTS.get(entry.explain.get("event", ""), ""))
    return entry.reason


def where_of(entry: LedgerEntry) -> str:
    return entry.order.location.name if entry.order and entry.order.location else ""


def who_of(entry: LedgerEntry) -> str:
    """The first name of whoever did it; "" for what happens by itself, or by a shop's own system."""
    if entry.order and entry.order.recorded_by and entry.kind == EntryKind.EARN:
        return entry.order.recorded_by.user.get_short_name()
    return entry.actor.get_short_name() if entry.actor else ""


def earned_instants(entries: Iterable[LedgerEntry]) -> dict[int, datetime]:
    """When the points of expired lots were earned, in one query."""
    lots = {first_lot(entry) for entry in entries if entry.kind == EntryKind.EXPIRE} - {0}
    return dict(LedgerEntry.objects.filter(pk__in=lots).values_list("pk", "occurred_at")) if lots else {}


def first_lot(entry: LedgerEntry) -> int:
    lots = entry.explain.get("lots") or [[0]]
    return int(lots[0][0])
