"""Points that end by inactivity: a backdated credit lives as long as what came after it has kept it alive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from loyalty_site.sql import rows
from members.movements import Movement
from programs import calendar
from programs.terms import Expiry, Inactivity

ACTIVITIES = """
SELECT account_id, occurred_at FROM members_ledgerentry
WHERE account_id = ANY(%(accounts)s::bigint[]) AND kind IN ('earn', 'redeem') AND occurred_at > %(since)s
"""


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
        replace(move, expires_at=end_of(move, expiry, active[move.account_id], zone)) if n in late else move
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


def end_of(move: Movement, expiry: Expiry, active: Iterable[datetime], zone: ZoneInfo) -> datetime | None:
    """Where the activities that came in time, one after another, have moved the end of a credit."""
    end = move.expires_at
    for at in active:
        if isinstance(expiry, Inactivity) and end is not None and at < end:
            end = max(end, calendar.expiry_of(expiry, at, zone) or end)
    return end
