"""Adding or taking points by a bulk change: who can be moved now, and one batch of the ledger for each part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString, NamedTuple

from loyalty_site.sql import rows
from members import adjusting, ledger
from members.models import Adjustment, Bulk
from programs.versions import Schedule

# By their numbers: a change may have a million rows, and no statistics yet.
IN_RANGE = "(SELECT * FROM members_bulkrow WHERE id BETWEEN %(first)s AND %(last)s OFFSET 0)"
LOCK = f"""
SELECT DISTINCT account.id FROM {IN_RANGE} AS row
JOIN members_bulk bulk ON bulk.id = row.bulk_id
JOIN members_account account ON account.member_id = row.member_id AND account.program_id = bulk.program_id
WHERE row.bulk_id = %(bulk)s AND row.state = 'waiting'
"""
WRITE = """
UPDATE members_bulkrow row SET state = came.state, why_not = came.why_not, adjustment_id = came.adjustment_id
FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(why)s::text[], %(adjustments)s::bigint[])
    AS came (id, state, why_not, adjustment_id) WHERE row.id = came.id
"""


def fit(source: LiteralString) -> LiteralString:
    """How some rows stand: which can be done, and why not the others."""
    return f"""
SELECT row.id, row.points, row.account_id, row.undoes, CASE
    WHEN row.is_gone THEN 'gone' WHEN row.is_own THEN 'own-card' WHEN row.is_blocked THEN 'blocked'
    WHEN row.account_id IS NULL THEN 'no-account' WHEN row.is_undone THEN 'undone'
    WHEN row.points < 0 AND coalesce(held.spendable, 0) < -row.points THEN 'too-few' ELSE '' END AS why_not
FROM (
    SELECT row.id, coalesce(row.points, bulk.points) AS points, row.adjustment_id AS undoes,
           account.id AS account_id, member.is_blocked AND bulk.undoes_id IS NULL
           AND coalesce(row.points, bulk.points) > 0 AS is_blocked,
           EXISTS (SELECT FROM members_adjustment known WHERE known.undoes_id = row.adjustment_id) AS is_undone,
           member.merged_into_id IS NOT NULL OR member.erased_at IS NOT NULL AS is_gone,
           coalesce(member.user_id = ANY(%(users)s), false) OR lower(member.email) = ANY(%(emails)s) AS is_own
    FROM {source} AS row
    JOIN members_bulk bulk ON bulk.id = row.bulk_id
    JOIN members_member member ON member.id = row.member_id
    LEFT JOIN members_account account ON account.member_id = member.id AND account.program_id = bulk.program_id
    WHERE row.bulk_id = %(bulk)s AND row.state = 'waiting'
) AS row
LEFT JOIN LATERAL (
    SELECT sum(lot.remaining) AS spendable FROM members_pointslot lot
    JOIN programs_program program ON program.id = lot.program_id
    WHERE row.points < 0 AND lot.account_id = row.account_id AND lot.remaining > 0 AND lot.available_at <= %(now)s
    AND (lot.expires_at IS NULL OR lot.expires_at > %(now)s)
    AND (program.points_end_at IS NULL OR program.points_end_at > %(now)s OR lot.available_at >= program.points_end_at)
    OFFSET 0
) AS held ON true
"""


FIT = fit(IN_RANGE)
WEIGH = f"""
SELECT why_not, count(*), sum(points), sum(abs(points)), max(abs(points))
FROM ({fit("members_bulkrow")}) AS fit GROUP BY why_not
"""


class Fit(NamedTuple):
    """A row of a bulk change as things stand: how many points of which account, which adjustment that takes back,
    and why not ("" if it can be)."""

    row_id: int
    points: int
    account_id: int
    undoes: int | None
    why_not: str


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one row."""

    row_id: int
    why_not: str = ""
    adjustment_id: int | None = None


def asked(bulk: Bulk, first_id: int = 0, last_id: int = 0, *, now: datetime) -> dict[str, object]:
    """What the statements ask for: a part of the rows, and whose own cards are left out."""
    people = [person.user for person in (bulk.author, bulk.decided_by) if person]
    own = {"users": [user.pk for user in people], "emails": [user.email.lower() for user in people]}
    return {"bulk": bulk.pk, "first": first_id, "last": last_id, "now": now} | own


def work(bulk: Bulk, first_id: int, last_id: int, *, now: datetime) -> dict[str, int]:
    """Post what the waiting rows of a range ask for, as one batch; a row that cannot be is left out and says why."""
    parameters = asked(bulk, first_id, last_id, now=now)
    held = ledger.lock(row[0] for row in rows(LOCK, parameters))
    fits = [Fit(*row) for row in rows(FIT, parameters)]
    free = [fit for fit in fits if not fit.why_not]
    adjustments = [adjustment_of(bulk, fit, now=now) for fit in free]
    if free and bulk.program_id:
        version, zone = Schedule([bulk.program_id]).at(bulk.program_id, now), bulk.merchant.zone
        movements = [adjusting.movement_of(adjustment, version, zone, now=now) for adjustment in adjustments]
        for adjustment, outcome in zip(adjustments, ledger.post(movements, held, now=now), strict=True):
            adjustment.entry_id = outcome.entry_id
        Adjustment.objects.bulk_create(adjustments)
    came = [Came(fit.row_id, fit.why_not) for fit in fits if fit.why_not]
    came += [Came(fit.row_id, "", made.pk) for fit, made in zip(free, adjustments, strict=True)]
    return written(came) | {"points": sum(fit.points for fit in free)}


def adjustment_of(bulk: Bulk, fit: Fit, *, now: datetime) -> Adjustment:
    """The adjustment of one row; its reference is the row's, so that no retry posts it again."""
    return Adjustment(
        merchant_id=bulk.merchant_id,
        account_id=fit.account_id,
        reference=f"bulk:{bulk.pk}:{fit.row_id}",
        points=fit.points,
        reason=bulk.reason,
        undoes_id=fit.undoes,
        state=Adjustment.State.POSTED,
        author=bulk.author,
        decided_by=bulk.decided_by,
        decided_at=bulk.decided_at,
        created_at=now,
    )


def written(came: Sequence[Came]) -> dict[str, int]:
    """Write down what came of rows, and count it."""
    counts: dict[str, int] = defaultdict(int)
    for one in came:
        counts[one.why_not or "done"] += 1
    parameters = {
        "ids": [one.row_id for one in came],
        "states": ["left-out" if one.why_not else "done" for one in came],
        "why": [one.why_not for one in came],
        "adjustments": [one.adjustment_id for one in came],
    }
    rows(WRITE, parameters)
    return dict(counts)
