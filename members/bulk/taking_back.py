"""Taking a bulk change back: a change of its own, with a row for each that changed something."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from loyalty_site.refusals import Refused
from loyalty_site.sql import rows
from members import adjusting
from members.bulk import points
from members.bulk.points import Came, written
from members.models import Bulk, BulkRow
from members.refusals import InsufficientPoints, OwnCard
from programs.models import Staff

OPPOSITE = {Bulk.Kind.TAG: Bulk.Kind.UNTAG, Bulk.Kind.UNTAG: Bulk.Kind.TAG, Bulk.Kind.ADJUST: Bulk.Kind.ADJUST}

COPY = """
INSERT INTO members_bulkrow (bulk_id, member_id, points, adjustment_id)
SELECT %(reversal)s, member_id, -coalesce(points, %(points)s), adjustment_id FROM members_bulkrow
WHERE bulk_id = %(bulk)s AND state = 'done' ORDER BY id
"""


def drafted(bulk: Bulk, *, by: Staff, now: datetime) -> Bulk:
    """Write the reversal of a change, ready to run; rows of points keep the adjustment that they take back."""
    reversal = Bulk.objects.create(
        merchant=bulk.merchant,
        author=by,
        reference=f"undo:{bulk.pk}",
        kind=OPPOSITE[Bulk.Kind(bulk.kind)],
        state=Bulk.State.RUNNING,
        tag=bulk.tag,
        program=bulk.program,
        points=-bulk.points if bulk.points else None,
        reason=_("Undone: %(reason)s") % {"reason": bulk.reason} if bulk.reason else "",
        created_at=now,
        started_at=now,
        undoes=bulk,
    )
    rows(COPY, {"reversal": reversal.pk, "bulk": bulk.pk, "points": bulk.points})
    return reversal


def work(bulk: Bulk, first_id: int, last_id: int, *, now: datetime) -> dict[str, int]:
    """Undo the adjustments of a range of rows; one whose points are spent stays, and its row says so.

    Points that were added are taken as one batch. Points that were taken go back into the lots they came from.
    """
    if (bulk.points or 0) < 0:
        return points.work(bulk, first_id, last_id, now=now)
    waiting = BulkRow.objects.filter(bulk=bulk, state=BulkRow.State.WAITING, pk__range=(first_id, last_id))
    found = waiting.select_related("adjustment__account__program__merchant", "adjustment__account__member")
    return written([undone(row, by=bulk.author, now=now) for row in found.order_by("adjustment__account_id")])


def undone(row: BulkRow, *, by: Staff, now: datetime) -> Came:
    if row.adjustment is None:
        return Came(row.pk, "gone")
    try:
        reversal = adjusting.undo(adjustment=row.adjustment, by=by, now=now)
    except InsufficientPoints:
        return Came(row.pk, "too-few")
    except OwnCard:
        return Came(row.pk, "own-card")
    except Refused:
        return Came(row.pk, "gone")
    return Came(row.pk, "", reversal.pk)
