"""The statements of `members/orders.py`, `members/awarding.py` and `members/refunds.py`."""

from typing import LiteralString

INSERT_ORDERS = """
WITH wish AS (
    SELECT * FROM jsonb_to_recordset(%(orders)s::jsonb) AS wish (
        position int, member_id bigint, source text, reference text, fingerprint text, placed_at timestamptz,
        amount numeric, points_money numeric, gift_card numeric, shipping numeric, eligible numeric, location text,
        channel text, recorded_by_id bigint, lines jsonb
    )
), fresh AS (
    INSERT INTO members_order (merchant_id, member_id, source, reference, fingerprint, placed_at, amount, points_money,
                               gift_card, shipping, eligible, refunded, location_id, channel, recorded_by_id)
    SELECT %(merchant)s, member_id, source, reference, fingerprint, placed_at, amount, points_money,
           gift_card, shipping, eligible, 0,
           (SELECT id FROM programs_location WHERE merchant_id = %(merchant)s AND code = wish.location),
           channel, recorded_by_id
    FROM wish ORDER BY placed_at, position
    ON CONFLICT (merchant_id, source, reference) DO NOTHING
    RETURNING id, source, reference, EXISTS (
        SELECT FROM members_refund refund WHERE refund.merchant_id = members_order.merchant_id
        AND refund.source = members_order.source AND refund.order_reference = members_order.reference
        AND refund.order_id IS NULL
    ) AS is_waited_for
), line AS (
    INSERT INTO members_orderline (merchant_id, order_id, sku, category, quantity, amount)
    SELECT %(merchant)s, fresh.id, line.sku, line.category, line.quantity, line.amount
    FROM wish JOIN fresh USING (source, reference),
         jsonb_to_recordset(wish.lines) AS line (sku text, category text, quantity numeric, amount numeric)
)
SELECT wish.position, fresh.id, fresh.is_waited_for FROM wish JOIN fresh USING (source, reference)
"""

# What counts for tiers, one row per entry of the accounts since each account's own day; a refund on its order's day.
COUNTS: dict[str, LiteralString] = {
    "points": "entry.qualifying",
    "spend": "CASE WHEN entry.kind = 'earn' THEN greatest(bought.eligible - bought.refunded, 0) ELSE 0 END",
    "visits": """CASE WHEN entry.kind = 'earn' AND (bought.refunded < bought.amount OR bought.amount = 0)
                THEN 1 ELSE 0 END""",
}

# The order of an entry is looked up where something of it counts.
PAST = {
    basis: f"""
SELECT entry.account_id, coalesce(bought.placed_at, entry.occurred_at),
       CASE WHEN entry.order_id IS NULL THEN 0 ELSE entry.points END, coalesce({counts}, 0)::numeric,
       CASE WHEN %(with_rules)s THEN entry.explain ->> 'rule_points' END
FROM unnest(%(accounts)s::bigint[], %(since)s::timestamptz[]) AS wanted (account_id, since)
JOIN LATERAL (
    SELECT account_id, kind, points, qualifying, occurred_at, order_id, explain FROM members_ledgerentry
    WHERE account_id = wanted.account_id AND kind IN ('earn', 'clawback') OFFSET 0
) AS entry ON entry.occurred_at >= wanted.since
LEFT JOIN LATERAL (
    SELECT placed_at, amount, eligible, refunded FROM members_order
    WHERE id = CASE WHEN entry.kind = 'clawback' OR {basis != "points"} THEN entry.order_id END LIMIT 1
) AS bought ON true
WHERE entry.kind = 'earn' OR bought.placed_at >= wanted.since
"""
    for basis, counts in COUNTS.items()
}
LEFT_THE_WINDOW = """
SELECT account_id, members_counted(account_id, %(basis)s, since, %(until)s)
FROM unnest(%(accounts)s::bigint[], %(since)s::timestamptz[]) AS counted (account_id, since)
"""
