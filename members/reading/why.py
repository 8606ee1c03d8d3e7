"""Why an entry is as it is: its explanation in words, with the lots it touched, its version and its receipt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from loyalty_site.templatetags.regulars import local_day, moment
from members.models import Adjustment, EntryKind, LedgerEntry, PointsLot
from programs import calendar
from programs.models import Merchant
from programs.versions import current, terms_of
from programs.wording import Audience, ExplainedLine, explained


@dataclass(frozen=True, slots=True)
class Why:
    """The causes of an entry, the total they add up to, and where to look it up."""

    causes: list[ExplainedLine]
    total: ExplainedLine
    footnote: str


def why_of(entry: LedgerEntry, audience: Audience = "owner") -> Why:
    """Explain an entry that `statement.readable` loaded."""
    merchant = entry.program.merchant
    version_id = entry.version_id or current(entry.program, now=entry.occurred_at).id
    *causes, total = explained(
        with_dates(entry.explain, merchant),
        terms_of(version_id),
        audience,
        merchant.currency,
        kind=entry.kind,
        points=entry.points,
        member=entry.account.member.first_name,
    )
    footnote = footnote_of(entry, merchant)
    return Why(causes, total, f"{footnote} {approval_of(entry)}".strip() if audience == "owner" else footnote)


def with_dates(explain: dict[str, Any], merchant: Merchant) -> dict[str, Any]:
    """The explanation with each lot's local day of earning and last day of validity beside its number."""
    lots = explain.get("lots")
    if not lots:
        return explain
    known = PointsLot.objects.select_related("entry").in_bulk([lot[0] for lot in lots])
    return explain | {"lots": [[*lot[:2], *dates_of(known.get(lot[0]), merchant)] for lot in lots]}


def dates_of(lot: PointsLot | None, merchant: Merchant) -> list[str | None]:
    if lot is None:
        return [None, None]
    earned_on = calendar.local_day(lot.entry.occurred_at, merchant.zone).isoformat()
    if lot.expires_at is None:
        return [earned_on, None]
    return [earned_on, calendar.day_ending(lot.expires_at, merchant.zone).isoformat()]


def approval_of(entry: LedgerEntry) -> str:
    """Who approved an adjustment that waited for a second person; "" for everything else."""
    if entry.kind != EntryKind.ADJUST:
        return ""
    made = Adjustment.objects.filter(entry=entry).select_related("decided_by__user").first()
    approver = made.decided_by if made else None
    return _("Approved by %(name)s.") % {"name": approver.user.get_full_name()} if approver else ""


def footnote_of(entry: LedgerEntry, merchant: Merchant) -> str:
    """The version in force and the receipt; when the entry was written down, if that was on a later day."""
    parts = []
    if entry.version:
        numbers = {"number": entry.version.number, "day": local_day(entry.version.effective_at, merchant.zone)}
        parts.append(_("Rules in force: program version %(number)s, from %(day)s on.") % numbers)
    if entry.order:
        parts.append(_("Receipt %(reference)s.") % {"reference": entry.order.reference})
    if local_day(entry.posted_at, merchant.zone) != local_day(entry.occurred_at, merchant.zone):
        parts.append(_("Written down %(moment)s.") % {"moment": moment(entry.posted_at, merchant.zone)})
    return " ".join(parts)
