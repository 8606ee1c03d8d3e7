"""What a tier review reads: `DECIDED` is `programs.tiers.review` for a set of accounts, `DUE` says which to look at.

The writing half stands in `members/ledger_batch_sql.py`. A test holds `DECIDED` against the pure function.
"""

from typing import LiteralString

from members.orders_sql import COUNTS

# Levels come as two arrays, lowest first; a rank counts from 1. `known` are all codes, also of levels that are gone,
# with their `places`. `standing` has the accounts with what they reached.
DECIDED: LiteralString = """
ranked AS (
    SELECT standing.*, greatest(width_bucket(reached, %(ats)s::numeric[]), 1) AS natural_rank,
           coalesce((%(places)s::int[])[array_position(%(known)s::text[], tier_code::text)], 1) AS rank
    FROM standing
), judged AS (
    SELECT ranked.*, CASE
        WHEN %(is_still)s THEN 'stays'
        WHEN natural_rank >= rank THEN 'rises'
        WHEN %(downgrade)s = 'never' OR %(day)s::date <= pinned_until THEN 'stays'
        WHEN demote_on IS NULL AND %(grace)s::int > 0 THEN 'is warned'
        WHEN %(day)s::date < demote_on THEN 'waits'
        ELSE 'falls' END AS verdict
    FROM ranked
), decided AS (
    SELECT judged.*, verdict = 'is warned' AS is_warned, (%(codes)s::text[])[CASE
        WHEN verdict = 'rises' OR (verdict = 'falls' AND %(downgrade)s = 'natural') THEN natural_rank
        WHEN verdict = 'falls' THEN rank - 1 ELSE rank END] AS to_code,
        CASE verdict WHEN 'is warned' THEN %(day)s::date + %(grace)s::int + 1 WHEN 'waits' THEN demote_on END AS ends_on
    FROM judged
)"""

# Due are accounts that nobody has counted by these terms, whose decision would change something, or from whose
# window an order has left since the last review; `OFFSET 0` has each of these accounts found by its number, whatever
# the database believes about the number of rows.
FOUND: LiteralString = f"""
WITH standing AS (
    SELECT id, tier_code, demote_on, pinned_until, qualifying AS reached, qualifying_since, qualifying_version_id
    FROM members_account
    WHERE program_id = %(program)s AND id BETWEEN %(first)s AND %(last)s AND merged_into_id IS NULL
), {DECIDED}
SELECT id FROM decided WHERE %(is_full)s OR qualifying_version_id IS NULL OR qualifying_since IS NULL
OR qualifying_version_id <> ALL(%(alike)s::bigint[]) OR qualifying_since > %(since)s
OR to_code <> tier_code OR ends_on IS DISTINCT FROM demote_on
UNION
SELECT account.id FROM (
    SELECT account_id, max(occurred_at) AS last_at FROM members_ledgerentry
    WHERE program_id = %(program)s AND occurred_at >= %(left_from)s AND occurred_at < %(since)s
    AND kind = 'earn' AND account_id BETWEEN %(first)s AND %(last)s GROUP BY account_id
) AS gone JOIN LATERAL (
    SELECT id, qualifying_since FROM members_account WHERE id = gone.account_id AND merged_into_id IS NULL OFFSET 0
) AS account ON gone.last_at >= account.qualifying_since
UNION
SELECT merged.merged_into_id FROM members_account merged
WHERE merged.merged_into_id BETWEEN %(first)s AND %(last)s AND merged.program_id = %(program)s AND EXISTS (
    SELECT FROM members_ledgerentry entry WHERE entry.account_id = merged.id AND entry.kind = 'earn'
    AND entry.occurred_at >= %(left_from)s AND entry.occurred_at < %(since)s
)
"""

# Members who were erased have no tier to be reviewed. They are looked for among what is found, which is little.
DUE: LiteralString = f"""
SELECT due.id FROM ({FOUND}) AS due
JOIN LATERAL (SELECT member_id FROM members_account WHERE id = due.id OFFSET 0) AS account ON true
JOIN LATERAL (SELECT erased_at FROM members_member WHERE id = account.member_id OFFSET 0) AS member
    ON member.erased_at IS NULL
"""

HOLD_DUE: LiteralString = f"SELECT id FROM members_account WHERE id IN ({DUE}) ORDER BY id FOR UPDATE"

OF_ACCOUNTS: LiteralString = "entry.account_id = ANY(%(accounts)s::bigint[] || %(absorbed)s::bigint[])"


def earned(of: LiteralString) -> LiteralString:
    return f"""
SELECT entry.account_id, entry.qualifying::numeric AS amount FROM members_ledgerentry entry
WHERE {of} AND entry.kind = 'earn' AND entry.occurred_at >= %(since)s
UNION ALL
SELECT entry.account_id, entry.qualifying FROM members_ledgerentry entry
JOIN members_order bought ON bought.id = entry.order_id AND bought.placed_at >= %(since)s
WHERE {of} AND entry.kind = 'clawback'
"""


def bought(of: LiteralString, counts: LiteralString) -> LiteralString:
    return f"""
SELECT entry.account_id, ({counts})::numeric AS amount FROM members_ledgerentry entry
JOIN members_order bought ON bought.id = entry.order_id
WHERE {of} AND entry.kind = 'earn' AND entry.occurred_at >= %(since)s
"""


def counted(of: LiteralString) -> dict[str, LiteralString]:
    """What counts for tiers since the window's begin, by the basis of the terms; a refund counts on its order's day."""
    return {"points": earned(of)} | {basis: bought(of, COUNTS[basis]) for basis in ("spend", "visits")}


COUNTED = counted(OF_ACCOUNTS)
