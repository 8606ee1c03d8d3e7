"""Why an entry is as it is: its explanation as data and in words, with the lots it touched, its version and receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from loyalty_site.templatetags.regulars import local_day, moment
from members.models import Adjustment, EntryKind, LedgerEntry, Order, PointsLot
from programs import calendar
from programs.models import Merchant
from programs.terms import Terms
from programs.unfolding import unfold
from programs.versions import current, terms_of
from programs.wording import Audience, ExplainedLine, expiry_words, explained


@dataclass(frozen=True, slots=True)
class Why:
    """The causes of an entry, the total they add up to, and where to look it up."""

    causes: list[ExplainedLine]
    total: ExplainedLine
    footnote: str


def explanation(entry: LedgerEntry) -> dict[str, Any]:
    """The whole explanation of an entry as data, with what its short form leaves to the terms of its version."""
    return unfold(entry.explain, terms_under(entry))


def words_of(entry: LedgerEntry, audience: Audience) -> list[str]:
    """Explain an entry in sentences for a customer, a cashier or the owner, each with the points that it moves."""
    why = why_of(entry, audience)
    return [f"{line.text}: {line.figure}" if line.figure else line.text for line in [*why.causes, why.total]]


def why_of(entry: LedgerEntry, audience: Audience = "owner") -> Why:
    """Explain an entry that `statement.readable` loaded."""
    merchant = entry.program.merchant
    *causes, total = explained(
        entry.explain | lots_part(entry, merchant),
        terms_under(entry),
        audience,
        merchant.currency,
        kind=entry.kind,
        points=entry.points,
        member=entry.account.member.first_name,
        places=merchant.place_names,
    )
    footnote = footnote_of(entry, merchant, audience)
    return Why(causes, total, f"{footnote} {approval_of(entry)}".strip() if audience == "owner" else footnote)


def terms_under(entry: LedgerEntry) -> Terms:
    """The terms of an entry's version; those in force at its instant where it needed none."""
    return terms_of(entry.version_id or current(entry.program, now=entry.occurred_at).id)


def lots_part(entry: LedgerEntry, merchant: Merchant) -> dict[str, Any]:
    """The days of the lot that an entry opened, or of those it touched; of an expiry, how long points should last."""
    opened = getattr(entry, "lot", None)
    if opened:
        return {"valid": [spendable_on(opened, entry, merchant), valid_through(opened, merchant)]}
    lots = entry.explain.get("lots")
    if not lots:
        return {}
    known = PointsLot.objects.select_related("program", "entry__program").in_bulk([lot[0] for lot in lots])
    part: dict[str, Any] = {"lots": [[*lot[:2], *dates_of(known.get(lot[0]), merchant)] for lot in lots]}
    if entry.kind == EntryKind.EXPIRE and known:
        promised = terms_under(next(iter(known.values())).entry)
        part["promise"] = expiry_words(promised, merchant.currency)
    return part


def spendable_on(lot: PointsLot, entry: LedgerEntry, merchant: Merchant) -> str | None:
    """The local day from which a credit could be spent, if that was not at once."""
    waits = lot.available_at > entry.occurred_at
    return calendar.local_day(lot.available_at, merchant.zone).isoformat() if waits else None


def valid_through(lot: PointsLot, merchant: Merchant) -> str | None:
    return calendar.day_ending(lot.ends_at, merchant.zone).isoformat() if lot.ends_at else None


def dates_of(lot: PointsLot | None, merchant: Merchant) -> list[str | None]:
    """The local day on which a lot was earned, and the last one on which it is good."""
    if lot is None:
        return [None, None]
    return [calendar.local_day(lot.entry.occurred_at, merchant.zone).isoformat(), valid_through(lot, merchant)]


def approval_of(entry: LedgerEntry) -> str:
    """Who approved an adjustment that waited for a second person; "" for everything else."""
    if entry.kind != EntryKind.ADJUST:
        return ""
    made = Adjustment.objects.filter(entry=entry).select_related("decided_by__user").first()
    approver = made.decided_by if made else None
    return _("Approved by %(name)s.") % {"name": approver.user.get_full_name()} if approver else ""


def footnote_of(entry: LedgerEntry, merchant: Merchant, audience: Audience) -> str:
    """The version in force and the receipt; when the entry was written down, if that was on a later day."""
    parts = []
    if entry.version:
        numbers = {"number": entry.version.number, "day": local_day(entry.version.effective_at, merchant.zone)}
        parts.append(_("Rules in force: program version %(number)s, from %(day)s on.") % numbers)
    if entry.order and (audience != "customer" or entry.order.source != Order.Source.TILL):
        parts.append(_("Receipt %(reference)s.") % {"reference": entry.order.reference})
    if is_late(entry.posted_at, entry.occurred_at, merchant):
        parts.append(_("Written down %(moment)s.") % {"moment": moment(entry.posted_at, merchant.zone)})
    return " ".join(parts)


def is_late(posted_at: datetime, occurred_at: datetime, merchant: Merchant) -> bool:
    return local_day(posted_at, merchant.zone) != local_day(occurred_at, merchant.zone)
