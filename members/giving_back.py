"""How long points are good that a cancelled debit puts back into their lots: to their old end, or as came since."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from members import inactivity, ledger
from members.models import Account, LotDraw
from programs import calendar
from programs.terms import Terms
from programs.versions import current


def keep_alive(account: Account, entry_id: int, *, drawn_at: datetime, now: datetime) -> None:
    """Move the end of the lots that an entry drew from, before their points come back; the caller holds the account.

    Where points end by inactivity, the debit itself and all that came later kept them alive. Those that ended none the
    less are good for the days of grace that today's terms give, if any.
    """
    drawn = LotDraw.objects.filter(entry=entry_id, points__gt=0, lot__expires_at__isnull=False)
    old = {lot_id: end for lot_id, end in drawn.values_list("lot", "lot__expires_at") if end}
    if not old:
        return
    terms, zone = current(account.program, now=now).terms, account.program.merchant.zone
    active = inactivity.instants(account.pk, since=drawn_at - datetime.resolution)
    ends = {lot_id: inactivity.end_after(end, terms.expiry, active, zone) or end for lot_id, end in old.items()}
    ends = {lot_id: with_grace(end, terms, zone, now=now) for lot_id, end in ends.items()}
    if any(end > max(old[lot_id], now) for lot_id, end in ends.items()):
        ledger.expire([account.pk], now=now)  # what is left of these lots has ended and stays so
        ledger.revive(ends)


def with_grace(end: datetime, terms: Terms, zone: ZoneInfo, *, now: datetime) -> datetime:
    if end > now or not terms.restore_grace_days:
        return end
    return calendar.end_of_day(calendar.local_day(now, zone) + timedelta(days=terms.restore_grace_days), zone)
