"""What the audit reads. One statement proves a range of accounts, so that all of it is seen at one instant.

It stays on indexes: every entry and every open lot of an account is read in the order of the account. What needs the
rows themselves (lots that are spent, what each debit drew, what counts for tiers) is proven for one account in so many.
"""

from typing import LiteralString

CHOSEN = """
chosen AS MATERIALIZED (
    SELECT account.id, account.program_id, balance, debt, earned, redeemed, tier_code, qualifying, qualifying_since,
           qualifying_version_id, merged_into_id, account.id %% %(one_in)s = %(turn)s AS is_deep
    FROM members_account account JOIN programs_program program ON program.id = account.program_id
    WHERE program.merchant_id = %(merchant)s AND account.id BETWEEN %(first)s AND %(last)s
), ids AS MATERIALIZED (SELECT array_agg(id) AS all_ids FROM chosen)"""

# Ordered as the index is: the entry before is the next one in it.
ENTRIES = """
entries AS (
    SELECT account_id, sum(points) AS points,
           coalesce(sum(points) FILTER (WHERE kind = 'earn'), 0) AS issued,
           coalesce(sum(points) FILTER (WHERE kind = 'adjust'), 0) AS adjusted,
           coalesce(-sum(points) FILTER (WHERE kind IN ('redeem', 'restore')), 0) AS redeemed,
           count(*) FILTER (WHERE balance_after - points <> before) AS breaks
    FROM (
        SELECT account_id, kind, points, balance_after,
               coalesce(lead(balance_after) OVER (PARTITION BY account_id ORDER BY id DESC), 0) AS before
        FROM members_ledgerentry WHERE account_id = ANY((SELECT all_ids FROM ids)::bigint[])
    ) AS chained GROUP BY account_id
)"""

# Of the open lots, those that were drawn from; that no draw names the others is proven with the spent ones.
OPEN_LOTS = """
lots AS (
    SELECT lot.account_id, sum(lot.remaining) AS points,
           count(*) FILTER (WHERE lot.points - lot.remaining <> coalesce(drawn.points, 0)) AS off
    FROM members_pointslot lot LEFT JOIN LATERAL (
        SELECT sum(points) AS points FROM members_lotdraw WHERE lot_id = lot.entry_id AND lot.remaining < lot.points
    ) drawn ON true
    WHERE lot.account_id = ANY((SELECT all_ids FROM ids)::bigint[]) AND lot.remaining > 0 GROUP BY lot.account_id
)"""

# Without a change of tier, an account has the lowest one of some version of the terms.
TIERS = """
first_tiers AS MATERIALIZED (
    SELECT program_id, array_agg(coalesce(terms #>> '{tiers,levels,0,code}', '')) AS codes
    FROM programs_programversion WHERE program_id IN (SELECT DISTINCT program_id FROM chosen) GROUP BY program_id
), steps AS (
    SELECT account_id, (array_agg(to_code ORDER BY id DESC))[1] AS last_code,
           count(*) FILTER (WHERE from_code <> before OR from_code = to_code) AS breaks
    FROM (
        SELECT id, account_id, from_code, to_code, lag(to_code) OVER (PARTITION BY account_id ORDER BY id) AS before
        FROM members_tierchange WHERE account_id = ANY((SELECT all_ids FROM ids)::bigint[])
    ) AS changes GROUP BY account_id
)"""

DEEP = """
deep AS (
    SELECT chosen.id AS account_id, records.lots, records.debits, records.strangers, CASE
        WHEN chosen.merged_into_id IS NULL THEN members_counted(
            chosen.id, coalesce(version.terms #>> '{tiers,basis}', 'points'), chosen.qualifying_since, 'infinity'
        ) END AS counted
    FROM chosen LEFT JOIN programs_programversion version ON version.id = chosen.qualifying_version_id
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE CASE
                   WHEN lot.entry_id IS NULL THEN entry.points > 0
                        AND NOT EXISTS (SELECT FROM members_lotdraw WHERE entry_id = entry.id)  -- it gave points back
                   ELSE lot.points <> entry.points OR lot.account_id <> chosen.id
                        OR lot.points - lot.remaining <> coalesce(drawn.points, 0) END) AS lots,
               count(*) FILTER (WHERE entry.points < 0 AND (coalesce(taken.points, 0) > -entry.points
                   OR entry.kind IN ('redeem', 'expire', 'forfeit')
                   AND coalesce(taken.points, 0) <> -entry.points)) AS debits,
               count(*) FILTER (WHERE entry.program_id <> chosen.program_id OR lot.program_id <> chosen.program_id
                   OR bought.merchant_id <> %(merchant)s) AS strangers
        FROM members_ledgerentry entry LEFT JOIN members_pointslot lot ON lot.entry_id = entry.id
        LEFT JOIN members_order bought ON bought.id = entry.order_id
        LEFT JOIN LATERAL (SELECT sum(points) AS points FROM members_lotdraw WHERE lot_id = lot.entry_id) drawn ON true
        LEFT JOIN LATERAL (
            SELECT sum(points) AS points FROM members_lotdraw WHERE entry_id = entry.id AND entry.points < 0
        ) taken ON true
        WHERE entry.account_id = chosen.id
    ) AS records
    WHERE chosen.is_deep
)"""

CHECKS = {
    "entries": ("balance", "coalesce(entries.points, 0)"),
    "lots": ("balance", "coalesce(lots.points, 0) - debt"),
    "issued": ("earned", "coalesce(entries.issued, 0)"),
    "redeemed": ("chosen.redeemed", "coalesce(entries.redeemed, 0)"),
    "merged": ("0", "CASE WHEN chosen.merged_into_id IS NOT NULL THEN abs(balance) + debt ELSE 0 END"),
    "chain": ("0", "coalesce(entries.breaks, 0)"),
    "open-lots": ("0", "coalesce(lots.off, 0)"),
    "tier-steps": ("0", "coalesce(steps.breaks, 0)"),
    "spent-lots": ("0", "coalesce(deep.lots, 0)"),
    "debits": ("0", "coalesce(deep.debits, 0)"),
    "strangers": ("0", "coalesce(deep.strangers, 0)"),
    "counted": ("chosen.qualifying", "coalesce(deep.counted, chosen.qualifying)"),
    "tier": (
        "chosen.tier_code",
        """coalesce(steps.last_code, CASE WHEN chosen.tier_code = ANY(first_tiers.codes) THEN chosen.tier_code
           ELSE first_tiers.codes[1] END)""",
    ),
}

# What differs in an account, as [account, check, what is kept, what it should be]; null where nothing does.
OFF: LiteralString = " || ".join(
    f"CASE WHEN {kept} <> {due} THEN ARRAY[jsonb_build_array(chosen.id, '{name}', {kept}, {due})] END"
    for name, (kept, due) in CHECKS.items()
)

# Full joins, though left ones would find the same: they are never nested loops, which wrong estimates would choose.
PROVE: LiteralString = f"""
WITH {CHOSEN}, {ENTRIES}, {OPEN_LOTS}, {TIERS}, {DEEP}, judged AS (
    SELECT {OFF} AS off
    FROM chosen FULL JOIN entries ON entries.account_id = chosen.id FULL JOIN lots ON lots.account_id = chosen.id
    FULL JOIN steps ON steps.account_id = chosen.id FULL JOIN deep ON deep.account_id = chosen.id
    LEFT JOIN first_tiers ON first_tiers.program_id = chosen.program_id
)
SELECT count(*), coalesce(
    (SELECT jsonb_agg(difference ORDER BY difference) FROM judged AS found, unnest(found.off) AS difference), '[]'
) FROM judged
"""
