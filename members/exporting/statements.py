"""The statements behind exports. Each ends with a column of whatever else belongs into the row, as JSON or null."""

from __future__ import annotations

MEMBER_COLUMNS = (
    "number", "customer_number", "name", "email", "phone", "born_on", "language", "joined_on", "location", "tags",
    "agreed_to", "blocked", "orders", "spent", "last_order",
)  # fmt: skip
ENTRY_COLUMNS = (
    "entry", "happened", "posted", "member", "customer_number", "program", "kind", "points", "balance_after",
    "order_id", "reason", "by",
)  # fmt: skip
ORDER_COLUMNS = (
    "order_id", "placed_at", "customer", "customer_number", "amount", "refunded", "currency", "points_money",
    "gift_card", "shipping", "location", "channel", "source", "points", "by",
)  # fmt: skip

MEMBERS = """
SELECT member.number, member.customer_number, member.name, member.email, member.phone, member.born_on, member.language,
    member.joined_at, place.code, array_to_string(member.segments, ', '), array_to_string(member.consents, ', '),
    member.is_blocked, held.order_count, held.order_total, held.last_order_at,
    jsonb_build_object('fields', member.fields, 'held', held.programs)
FROM members_member member
LEFT JOIN programs_location place ON place.id = member.joined_location_id
LEFT JOIN LATERAL (
    SELECT max(order_count) AS order_count, max(order_total) AS order_total, max(last_order_at) AS last_order_at,
        jsonb_object_agg(program_id, jsonb_build_array(balance, debt, tier_code)) AS programs
    FROM members_account account WHERE account.member_id = member.id
) AS held ON true
WHERE member.merchant_id = %(merchant)s AND member.merged_into_id IS NULL AND member.erased_at IS NULL
AND (%(since)s::timestamptz IS NULL OR member.joined_at >= %(since)s)
AND (%(until)s::timestamptz IS NULL OR member.joined_at < %(until)s)
AND (%(bulk)s::bigint IS NULL OR member.id IN (SELECT member_id FROM members_bulkrow WHERE bulk_id = %(bulk)s))
ORDER BY member.joined_at DESC, member.id DESC
"""

ENTRIES = """
SELECT entry.id, entry.occurred_at, entry.posted_at, member.number, member.customer_number, program.code, entry.kind,
    entry.points, entry.balance_after, bought.reference, entry.reason, coalesce(nullif(person.name, ''), person.email),
    NULL
FROM members_ledgerentry entry
JOIN members_account account ON account.id = entry.account_id
JOIN members_member member ON member.id = account.member_id
JOIN programs_program program ON program.id = entry.program_id
LEFT JOIN members_order bought ON bought.id = entry.order_id
LEFT JOIN loyalty_site_user person ON person.id = entry.actor_id
WHERE entry.program_id = ANY(%(programs)s::bigint[])
AND (%(since)s::timestamptz IS NULL OR entry.occurred_at >= %(since)s)
AND (%(until)s::timestamptz IS NULL OR entry.occurred_at < %(until)s)
ORDER BY entry.id
"""

ORDERS = """
SELECT bought.reference, bought.placed_at, member.number, member.customer_number, bought.amount, bought.refunded,
    merchant.currency, bought.points_money, bought.gift_card, bought.shipping, place.code, bought.channel,
    bought.source, earned.points, coalesce(nullif(person.name, ''), person.email), NULL
FROM members_order bought
JOIN programs_merchant merchant ON merchant.id = bought.merchant_id
JOIN members_member member ON member.id = bought.member_id
LEFT JOIN programs_location place ON place.id = bought.location_id
LEFT JOIN programs_staff staff ON staff.id = bought.recorded_by_id
LEFT JOIN loyalty_site_user person ON person.id = staff.user_id
LEFT JOIN LATERAL (
    SELECT sum(points) AS points FROM members_ledgerentry entry WHERE entry.order_id = bought.id OFFSET 0
) AS earned ON true
WHERE bought.merchant_id = %(merchant)s
AND (%(since)s::timestamptz IS NULL OR bought.placed_at >= %(since)s)
AND (%(until)s::timestamptz IS NULL OR bought.placed_at < %(until)s)
ORDER BY bought.placed_at, bought.id
"""
