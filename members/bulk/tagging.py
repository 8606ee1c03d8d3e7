"""Adding a tag to many members, or taking one away: one statement for a part of the rows."""

from __future__ import annotations

from typing import LiteralString

from loyalty_site.sql import rows
from members import segments
from members.bulk.points import IN_RANGE
from members.models import Bulk


def fit(source: LiteralString) -> LiteralString:
    """How some rows stand: whose tags change, and why not those of the others."""
    return f"""
SELECT row.id, row.member_id, CASE
    WHEN member.merged_into_id IS NOT NULL OR member.erased_at IS NOT NULL THEN 'gone'
    WHEN coalesce(member.user_id = ANY(%(users)s), false) OR lower(member.email) = ANY(%(emails)s) THEN 'own-card'
    WHEN %(adds)s AND member.segments @> ARRAY[%(tag)s]::varchar[] THEN 'has-it'
    WHEN NOT %(adds)s AND NOT member.segments @> ARRAY[%(tag)s]::varchar[] THEN 'has-not'
    WHEN %(adds)s AND cardinality(member.segments) >= %(most)s THEN 'too-many' ELSE '' END AS why_not
FROM {source} AS row JOIN members_member member ON member.id = row.member_id
WHERE row.bulk_id = %(bulk)s AND row.state = 'waiting'
"""


FIT = fit(IN_RANGE)
WEIGH = f"SELECT why_not, count(*) FROM ({fit('members_bulkrow')}) AS fit GROUP BY why_not"
LOCK = f"""
SELECT member.id FROM members_member member WHERE member.id IN (
    SELECT member_id FROM {IN_RANGE} AS row WHERE bulk_id = %(bulk)s AND state = 'waiting'
) ORDER BY member.id FOR UPDATE
"""
CHANGE = f"""
WITH fit AS MATERIALIZED ({FIT}), changed AS (
    UPDATE members_member member SET segments = CASE WHEN %(adds)s THEN ARRAY(
        SELECT word FROM unnest(array_append(member.segments, %(tag)s::varchar)) AS word ORDER BY word COLLATE "C"
    ) ELSE array_remove(member.segments, %(tag)s::varchar) END
    FROM fit WHERE member.id = fit.member_id AND fit.why_not = ''
), written AS (
    UPDATE members_bulkrow row SET why_not = fit.why_not,
           state = CASE WHEN fit.why_not = '' THEN 'done' ELSE 'left-out' END
    FROM fit WHERE row.id = fit.id RETURNING row.why_not
)
SELECT why_not, count(*) FROM written GROUP BY why_not
"""


def asked(bulk: Bulk) -> dict[str, object]:
    """What the statements ask for besides the part of the rows: which tag, and whether it is added."""
    return {"tag": bulk.tag, "adds": bulk.kind == Bulk.Kind.TAG, "most": segments.MOST}


def work(bulk: Bulk, parameters: dict[str, object]) -> dict[str, int]:
    """Tag the waiting rows of a range; whoever has the tag already, or has too many, is left out and says so."""
    rows(LOCK, parameters)
    return {why or "done": count for why, count in rows(CHANGE, parameters | asked(bulk))}
