"""The statements that read what is replayed. Each takes a range of accounts and is one pass over their rows.

Each step goes by an index from the one before, also right after an import, when the database has not counted the rows
yet: `OFFSET 0` keeps it from joining whole tables. Inside stands equality alone and ranges outside, or the database
might read a range of all accounts' entries and drop all but one account's.
"""

from typing import LiteralString

OWN: LiteralString = "entry.program_id = %(program)s AND entry.account_id BETWEEN %(first)s AND %(last)s"

# What was posted for the accounts since the range began, and a little before: `facts.py` finds where each one begins.
ENTRIES: LiteralString = f"""
SELECT entry.id, entry.account_id, entry.kind, entry.points, entry.balance_after, entry.reference, entry.occurred_at,
       entry.posted_at, entry.order_id, CASE WHEN entry.order_id IS NULL THEN entry.explain ->> 'event' END,
       CASE WHEN %(with_carry)s THEN entry.explain #>> '{{carry,in}}' END,
       bought.amount, bought.points_money, bought.gift_card, bought.shipping,
       coalesce(bought.location_id, 0), bought.channel, coalesce(bought.refunded > 0, false)
FROM members_ledgerentry entry LEFT JOIN LATERAL (
    SELECT amount, points_money, gift_card, shipping, location_id, channel, refunded FROM members_order
    WHERE id = CASE WHEN entry.kind = 'earn' THEN entry.order_id END OFFSET 0
) AS bought ON true
WHERE {OWN} AND (entry.occurred_at >= %(start)s OR entry.posted_at >= %(start)s)
ORDER BY entry.id
"""

# Accounts whose member was merged, parted from another card or erased in the range.
BOOKED: LiteralString = """
WITH touched AS (
    SELECT unnest(ARRAY[member_id, into_id]) AS id FROM members_merge WHERE merchant_id = %(merchant)s
    AND (at >= %(start)s AND at < %(end)s OR undone_at >= %(start)s AND undone_at < %(end)s)
)
SELECT account.id FROM members_account account JOIN LATERAL (
    SELECT erased_at FROM members_member WHERE id = account.member_id OFFSET 0
) AS member ON true
WHERE account.program_id = %(program)s AND account.id BETWEEN %(first)s AND %(last)s
AND (account.member_id IN (SELECT id FROM touched) OR member.erased_at >= %(start)s AND member.erased_at < %(end)s)
"""

RULES: LiteralString = """
SELECT id, explain ->> 'rule_points' FROM members_ledgerentry
WHERE id = ANY(%(entries)s::bigint[]) AND explain ? 'rule_points'
"""

LINES: LiteralString = """
SELECT order_id, sku, category, quantity, amount FROM members_orderline
WHERE order_id = ANY(%(orders)s::bigint[]) ORDER BY order_id, id
"""

REFUNDS: LiteralString = """
SELECT entry.id, refund.id, refund.amount, refund.refunded_at, refund.source, refund.reference,
       bought.id, bought.placed_at, bought.amount, bought.eligible, bought.refunded
FROM members_ledgerentry entry
JOIN members_order bought ON bought.id = entry.order_id
JOIN members_refund refund ON refund.order_id = bought.id
    AND entry.reference = 'refund:' || refund.source || ':' || refund.reference
WHERE entry.id = ANY(%(entries)s::bigint[])
"""

# All refunds of the orders that are brought back in the range, in the order in which they came.
ALL_REFUNDS: LiteralString = """
SELECT entry.order_id, entry.id, refund.id, refund.amount, -entry.points, entry.qualifying
FROM members_ledgerentry entry JOIN members_refund refund ON refund.order_id = entry.order_id
    AND entry.reference = 'refund:' || refund.source || ':' || refund.reference
WHERE entry.order_id = ANY(%(orders)s::bigint[]) AND entry.kind = 'clawback' AND entry.program_id = %(program)s
ORDER BY entry.id
"""

BROUGHT_BACK: LiteralString = """
SELECT refund.order_id, refund.id, line.sku, line.quantity, line.amount
FROM members_refund refund JOIN members_refundline line ON line.refund_id = refund.id
WHERE refund.order_id = ANY(%(orders)s::bigint[]) ORDER BY refund.id, line.id
"""

AWARDS: LiteralString = """
SELECT order_id, id, account_id, points, qualifying, version_id, explain FROM members_ledgerentry
WHERE order_id = ANY(%(orders)s::bigint[]) AND kind = 'earn' AND program_id = %(program)s
"""

ACCOUNTS: LiteralString = """
SELECT account.id, account.member_id, account.balance, account.tier_code, account.tier_since, account.pinned_until,
       account.demote_on, account.carry, member.joined_at, member.born_on, member.is_blocked,
       member.is_gone, member.number
FROM members_account account JOIN LATERAL (
    SELECT joined_at, born_on, is_blocked, merged_into_id IS NOT NULL OR erased_at IS NOT NULL AS is_gone, number
    FROM members_member WHERE id = account.member_id OFFSET 0
) AS member ON true
WHERE account.program_id = %(program)s AND account.id BETWEEN %(first)s AND %(last)s ORDER BY account.id
"""

CUT: LiteralString = "unnest(%(accounts)s::bigint[], %(cuts)s::bigint[]) AS cut (account_id, entry_id)"

# The last entry before each account's cut says its balance then.
BALANCES: LiteralString = f"""
SELECT cut.account_id, coalesce(before.balance_after, 0) FROM {CUT} LEFT JOIN LATERAL (
    SELECT balance_after FROM (
        SELECT id, balance_after FROM members_ledgerentry WHERE account_id = cut.account_id OFFSET 0
    ) AS entry WHERE entry.id < cut.entry_id ORDER BY entry.id DESC LIMIT 1
) AS before ON true
"""

LOTS: LiteralString = f"""
WITH lot AS (
    SELECT lot.entry_id AS id, cut.account_id, lot.remaining, lot.available_at, lot.expires_at, cut.entry_id AS cut
    FROM {CUT} JOIN LATERAL (
        SELECT entry_id, remaining, available_at, expires_at FROM members_pointslot
        WHERE account_id = cut.account_id AND remaining > 0 OFFSET 0
    ) AS lot ON lot.entry_id < cut.entry_id
    UNION
    SELECT lot.entry_id, cut.account_id, lot.remaining, lot.available_at, lot.expires_at, cut.entry_id
    FROM {CUT} JOIN LATERAL (
        SELECT id FROM members_ledgerentry WHERE account_id = cut.account_id OFFSET 0
    ) AS entry ON entry.id >= cut.entry_id
    JOIN LATERAL (SELECT lot_id FROM members_lotdraw WHERE entry_id = entry.id OFFSET 0) AS draw ON true
    JOIN LATERAL (
        SELECT entry_id, remaining, available_at, expires_at FROM members_pointslot
        WHERE entry_id = draw.lot_id OFFSET 0
    ) AS lot ON lot.entry_id < cut.entry_id
)
SELECT lot.id, lot.account_id, (lot.remaining + coalesce(drawn.points, 0))::bigint, lot.available_at,
       least(lot.expires_at, drawn.ended_at)
FROM lot LEFT JOIN LATERAL (
    SELECT sum(draw.points) AS points, min(entry.occurred_at) FILTER (WHERE entry.kind = 'expire') AS ended_at
    FROM (SELECT entry_id, points FROM members_lotdraw WHERE lot_id = lot.id OFFSET 0) AS draw
    JOIN LATERAL (
        SELECT kind, occurred_at FROM members_ledgerentry
        WHERE account_id = lot.account_id AND id = draw.entry_id OFFSET 0
    ) AS entry ON draw.entry_id >= lot.cut
) AS drawn ON true
"""

# When the accounts earned or redeemed before, in order.
ACTIVE: LiteralString = f"""
SELECT cut.account_id, entry.occurred_at FROM {CUT} JOIN LATERAL (
    SELECT id, occurred_at FROM members_ledgerentry
    WHERE account_id = cut.account_id AND kind IN ('earn', 'redeem') OFFSET 0
) AS entry ON entry.id < cut.entry_id
ORDER BY entry.occurred_at
"""

# What counted before: each award, and each refund of one on its order's day, before the account's cut.
PAST: LiteralString = f"""
SELECT entry.account_id, entry.kind, entry.order_id, coalesce(bought.placed_at, entry.occurred_at),
       CASE WHEN entry.order_id IS NULL THEN 0 ELSE entry.points END, entry.qualifying::numeric,
       CASE WHEN %(with_rules)s THEN entry.explain ->> 'rule_points' END,
       CASE WHEN %(with_orders)s THEN bought.eligible END, CASE WHEN %(with_orders)s THEN bought.amount END,
       CASE WHEN entry.kind = 'clawback' THEN (entry.explain ->> 'amount')::numeric END
FROM {CUT} JOIN LATERAL (
    SELECT account_id, id, kind, points, qualifying, occurred_at, order_id, explain FROM members_ledgerentry
    WHERE account_id = cut.account_id AND kind IN ('earn', 'clawback') OFFSET 0
) AS entry ON entry.id < cut.entry_id AND entry.occurred_at >= %(since)s
LEFT JOIN LATERAL (
    SELECT placed_at, amount, eligible FROM members_order
    WHERE id = CASE WHEN entry.kind = 'clawback' OR %(with_orders)s THEN entry.order_id END LIMIT 1
) AS bought ON true
WHERE entry.kind = 'earn' OR bought.placed_at >= %(since)s
ORDER BY entry.id
"""

# Who had bought before: orders that were not brought back whole by then.
HAD_BOUGHT: LiteralString = f"""
SELECT cut.account_id, count(entry.id) - count(entry.id) FILTER (WHERE (
    SELECT sum(refund.amount) FROM members_ledgerentry back JOIN members_refund refund
        ON refund.order_id = back.order_id
        AND back.reference = 'refund:' || refund.source || ':' || refund.reference
    WHERE back.order_id = entry.order_id AND back.kind = 'clawback' AND back.account_id = cut.account_id
    AND back.id < cut.entry_id
) >= bought.amount)
FROM {CUT} JOIN LATERAL (
    SELECT id, order_id FROM members_ledgerentry
    WHERE account_id = cut.account_id AND kind = 'earn' AND order_id IS NOT NULL OFFSET 0
) AS entry ON entry.id < cut.entry_id
JOIN LATERAL (SELECT amount FROM members_order WHERE id = entry.order_id OFFSET 0) AS bought ON true
GROUP BY cut.account_id
"""

LAST_CARRY: LiteralString = f"""
SELECT cut.account_id, last.carry FROM {CUT} JOIN LATERAL (
    SELECT entry.explain #>> '{{carry,out}}' AS carry FROM (
        SELECT id, explain FROM members_ledgerentry
        WHERE account_id = cut.account_id AND kind = 'earn' AND order_id IS NOT NULL OFFSET 0
    ) AS entry WHERE entry.id < cut.entry_id ORDER BY entry.id DESC LIMIT 1
) AS last ON true WHERE last.carry IS NOT NULL
"""

TIER_CHANGES: LiteralString = """
SELECT account_id, from_code, to_code, cause, changed_at, posted_at FROM members_tierchange
WHERE account_id BETWEEN %(first)s AND %(last)s AND program_id = %(program)s ORDER BY id
"""

WARNED: LiteralString = """
SELECT DISTINCT ON (account_id) account_id, subject_on, tier_code FROM members_notice
WHERE program_id = %(program)s AND account_id BETWEEN %(first)s AND %(last)s AND kind = 'tier-warning'
AND notice_on < %(day)s AND subject_on >= %(day)s::date - 1 ORDER BY account_id, notice_on DESC
"""

GIFTS: LiteralString = f"""
SELECT cut.account_id, split_part(entry.reference, ':', 2), entry.occurred_at, entry.points
FROM {CUT} JOIN LATERAL (
    SELECT id, reference, occurred_at, points FROM members_ledgerentry
    WHERE account_id = cut.account_id AND reference LIKE 'gift:%%' OFFSET 0
) AS entry ON entry.id < cut.entry_id AND entry.occurred_at >= %(since)s
ORDER BY entry.id
"""

# Draws of earlier debits that are given back in the range.
DRAWN: LiteralString = """
SELECT entry.reference, sum(draw.points)::bigint,
       draw.lot_id, entry.account_id, lot.remaining, lot.available_at, lot.expires_at
FROM members_ledgerentry entry JOIN members_lotdraw draw ON draw.entry_id = entry.id
JOIN members_pointslot lot ON lot.entry_id = draw.lot_id
WHERE entry.program_id = %(program)s AND entry.reference = ANY(%(references)s::text[]) AND draw.points > 0
GROUP BY entry.id, draw.lot_id, lot.entry_id ORDER BY entry.id, min(draw.id)
"""

ENDS: LiteralString = "SELECT entry_id, expires_at FROM members_pointslot WHERE entry_id = ANY(%(entries)s::bigint[])"

EXPIRED: LiteralString = """
SELECT draw.lot_id, entry.account_id, entry.id, draw.points
FROM members_lotdraw draw JOIN members_ledgerentry entry ON entry.id = draw.entry_id AND entry.kind = 'expire'
WHERE draw.lot_id = ANY(%(lots)s::bigint[])
"""

PINS: LiteralString = """
SELECT account.id, event.at, event.details ->> 'tier', (event.details ->> 'until')::date
FROM loyalty_site_auditevent event
JOIN members_member member ON member.merchant_id = %(merchant)s AND member.number = event.subject
JOIN members_account account ON account.member_id = member.id AND account.program_id = %(program)s
WHERE event.merchant_id = %(merchant)s AND event.action = 'pin-tier' AND event.at >= %(start)s
AND account.id BETWEEN %(first)s AND %(last)s ORDER BY event.id
"""
