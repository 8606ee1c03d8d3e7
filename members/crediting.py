"""Credits without a purchase: gifts, welcomes, opening balances. They are issued points like any other."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from loyalty_site.retrying import retried
from members import adjusting, expiry, families, ledger
from members.models import Account, LedgerEntry
from members.movements import Movement
from members.refusals import Conflict, NotAllowed
from programs import calendar
from programs.models import Staff
from programs.versions import DatedVersion, current


@retried
def credit(
    *,
    account: Account,
    points: int,
    reason: str,
    reference: str,
    now: datetime,
    through: date | Literal["terms", "never"] = "terms",
    by: Staff | None = None,
) -> LedgerEntry:
    """Give points that are spendable at once and valid through a local day, or as the terms say; once per reference.

    Raises NotAllowed for a number of points below 1, and Conflict when the reference gave another number.
    """
    if points < 1:
        raise NotAllowed(_("Give at least one point."))
    account, held = families.hold(account)
    known = LedgerEntry.objects.filter(program=account.program_id, reference=f"credit:{reference}").first()
    if known:
        return same(known, account, points, reference)
    version = current(account.program, now=now)
    ends_at = last_instant(through, version, now, account.program.merchant.zone)
    movement = Movement(
        account_id=account.pk, kind="earn", points=points, reference=f"credit:{reference}", reason=reason,
        occurred_at=now, available_at=now, expires_at=ends_at,
        version_id=version.id, actor_id=by.user_id if by else None,
        explain={"reason": reason, "version": version.number, "points": points},
    )  # fmt: skip
    keep_alive(account, version, now=now)
    return LedgerEntry.objects.get(pk=ledger.post([movement], held, now=now)[0].entry_id)


def keep_alive(account: Account, version: DatedVersion, *, now: datetime) -> None:
    """A gift is an earning like any other: where points end by inactivity, it moves the end of those held."""
    ends_at = expiry.moved_by_activity(version, now, account.program.merchant.zone)
    ledger.prolong({account.pk: ends_at} if ends_at else {}, now=now)


def last_instant(
    through: date | Literal["terms", "never"], version: DatedVersion, now: datetime, zone: ZoneInfo
) -> datetime | None:
    """When the credit ends: after a local day, never, or as the terms in force say. Raises NotAllowed once all has."""
    adjusting.refuse_if_over(1, version, zone, now=now)
    if through == "never":
        return None
    if through == "terms":
        return calendar.expiry_of(version.terms.expiry, now, zone)
    return calendar.end_of_day(through, zone)


def same(known: LedgerEntry, account: Account, points: int, reference: str) -> LedgerEntry:
    if known.points != points or not families.is_same(known.account_id, account.pk):
        raise Conflict(reference)
    return known
