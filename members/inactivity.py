"""Points that end by inactivity: a backdated credit lives as long as what came after it has kept it alive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from loyalty_site.sql import rows
from members import families, ledger
from members.movements import Held, Movement
from programs import calendar
from programs.terms import Expiry, Inactivity

ACTIVITIES = """
SELECT account_id, occurred_at FROM members_ledgerentry
WHERE account_id = ANY(%(accounts)s::bigint[]) AND kind IN ('earn', 'redeem') AND occurred_at > %(since)s
"""


ENDED = """
SELECT lot.entry_id, lot.account_id, lot.available_at, lot.expires_at, gone.entry_id, coalesce(gone.points, 0)::bigint
FROM members_pointslot lot LEFT JOIN LATERAL (
    SELECT max(entry.id) FILTER (WHERE draw.points > 0) AS entry_id, sum(draw.points) AS points
    FROM members_lotdraw draw JOIN members_ledgerentry entry ON entry.id = draw.entry_id
    WHERE draw.lot_id = lot.entry_id AND entry.kind = 'expire'
) AS gone ON true
WHERE lot.account_id = ANY(%(accounts)s::bigint[]) AND lot.expires_at > %(since)s AND lot.expires_at <= %(now)s
AND (lot.remaining > 0 OR gone.points > 0)
"""


class Ended(NamedTuple):
    """A lot past its end, and the entry that posted that, if one did, with its points."""

    id: int
    account_id: int
    available_at: datetime
    ended_at: datetime
    entry_id: int | None
    points: int

    def end_by(self, active: Iterable[datetime], expiry: Expiry, zone: ZoneInfo) -> datetime:
        """Where what was done since the points were there has moved the end."""
        since = (at for at in active if at > self.available_at)
        return end_after(self.ended_at, expiry, since, zone) or self.ended_at


def kept_alive(
    movements: Sequence[Movement], expiries: Sequence[Expiry], *, zone: ZoneInfo, now: datetime
) -> list[Movement]:
    """The credits of a batch, under the expiry of each, with the end that all known activity has moved them to.

    Reads what came later only where a credit is backdated and ends by inactivity; every other one stays as it is.
    """
    late = {n for n, move in enumerate(movements) if isinstance(expiries[n], Inactivity) and move.occurred_at < now}
    if not late:
        return list(movements)
    active = activities(movements, since=min(movements[n].occurred_at for n in late))
    return [
        replace(move, expires_at=end_after(move.expires_at, expiry, active[move.account_id], zone))
        if n in late
        else move
        for n, (move, expiry) in enumerate(zip(movements, expiries, strict=True))
    ]


def activities(movements: Iterable[Movement], *, since: datetime) -> dict[int, list[datetime]]:
    """When each account earned or redeemed, in the batch and after an instant before it, in order."""
    active: dict[int, list[datetime]] = defaultdict(list)
    for move in movements:
        active[move.account_id].append(move.occurred_at)
    for account_id, at in rows(ACTIVITIES, {"accounts": list(active), "since": since}):
        active[account_id].append(at)
    return {account_id: sorted(instants) for account_id, instants in active.items()}


def instants(account_id: int, *, since: datetime) -> list[datetime]:
    """When an account, or the one that it became, earned or redeemed after an instant, in order."""
    wish = {"accounts": families.line_of(account_id), "since": since}
    return sorted(at for _account, at in rows(ACTIVITIES, wish))


def revive(
    movements: Sequence[Movement], expiries: Sequence[Expiry], held: dict[int, Held], *, zone: ZoneInfo, now: datetime
) -> None:
    """Move the end of points that an activity kept alive which came in late; give back those that live on today."""
    late = {
        move.account_id: expiry
        for move, expiry in zip(movements, expiries, strict=True)
        if isinstance(expiry, Inactivity) and move.occurred_at < now
    }
    if not late:
        return
    since = min(move.occurred_at for move in movements)
    active = activities(movements, since=since)
    ended = [Ended(*row) for row in rows(ENDED, {"accounts": list(late), "since": since, "now": now})]
    ends = {lot.id: lot.end_by(active[lot.account_id], late[lot.account_id], zone) for lot in ended}
    ledger.revive(ends)
    alive = [lot for lot in ended if lot.points and ends[lot.id] > now]
    ledger.post([given_back(lot, now=now) for lot in alive], held, now=now)


def given_back(lot: Ended, *, now: datetime) -> Movement:
    return Movement(
        account_id=lot.account_id,
        kind="expire",
        points=lot.points,
        reference=f"alive:{lot.entry_id}",
        occurred_at=now,
        restores=lot.entry_id,
        reason=_("A purchase came in late that had kept them alive"),
    )


def end_after(end: datetime | None, expiry: Expiry, active: Iterable[datetime], zone: ZoneInfo) -> datetime | None:
    """Where the activities that came in time, one after another, have moved the end of a credit."""
    for at in active:
        if isinstance(expiry, Inactivity) and end is not None and at < end:
            end = max(end, calendar.expiry_of(expiry, at, zone) or end)
    return end
