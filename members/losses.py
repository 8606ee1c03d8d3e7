"""What awards have lost so far: to earlier refunds, and to their expiry. In four statements for any number."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Sum

from members import families
from members.clawing_back import Loss, Lost
from members.models import LedgerEntry, LotDraw, PointsLot


def of(awards: Collection[LedgerEntry], *, now: datetime) -> dict[int, Loss]:
    """What each award has lost; only what ended unspent, by its date or with the program, counts as expired."""
    lots, earlier = families.lots_after_each([award.pk for award in awards]), refunded(awards)
    expired = expired_of([lot_id for own in lots.values() for lot_id in own], now=now)
    found = {}
    for award in awards:
        points, qualifying = earlier.get((award.order_id, award.program_id), (0, 0))
        own = lots[award.pk]
        gone = sum(expired.get(lot_id, 0) for lot_id in own)
        found[award.pk] = Loss(Lost(-points, award.qualifying + qualifying, gone), own[-1])
    return found


def refunded(awards: Iterable[LedgerEntry]) -> dict[tuple[int | None, int], tuple[int, int]]:
    """The points (below 0) that refunds took of orders in programs, and what they took of what counts for tiers."""
    taken = LedgerEntry.objects.filter(order__in={award.order_id for award in awards}, kind="clawback")
    sums = taken.values_list("order_id", "program_id").annotate(Sum("points"), Sum("qualifying"))
    return {(order_id, program_id): (points, counts) for order_id, program_id, points, counts in sums}


def expired_of(lot_ids: Collection[int], *, now: datetime) -> dict[int, int]:
    """Points of lots that ended unspent, whether or not that was posted: they are not taken twice."""
    draws = LotDraw.objects.filter(lot__in=lot_ids, entry__kind__in=["expire", "forfeit"])
    ended: dict[int, int] = dict(draws.values_list("lot_id").annotate(Sum("points")))
    for lot_id, left in PointsLot.objects.due(now).filter(entry__in=lot_ids).values_list("entry_id", "remaining"):
        ended[lot_id] = ended.get(lot_id, 0) + left
    return ended
