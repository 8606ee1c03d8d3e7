"""What the radar looks for, a statement each. Each answers with whom it is about, and the ids and instants that say so.

All go from the few (staff, their adjustments of a week, devices with several members) to rows by their indexes.
"""

from typing import LiteralString

# Purchases that one person recorded on one card in one day, without those that were taken back whole.
SAME_CARD: LiteralString = """
SELECT recorded_by_id, member_id, array_agg(id ORDER BY id), array_agg(recorded_at ORDER BY id)
FROM members_order
WHERE merchant_id = %(merchant)s AND placed_at >= %(day_start)s AND placed_at < %(end)s
AND recorded_by_id IS NOT NULL AND source = 'till' AND refunded < amount
GROUP BY recorded_by_id, member_id HAVING count(*) >= %(card_times)s
"""

# What a person posted alone and nobody undid.
POSTED_ALONE: LiteralString = """
    SELECT id, account_id, points, created_at FROM members_adjustment
    WHERE author_id = person.id AND created_at >= %(since)s AND created_at < %(end)s
    AND state = 'posted' AND decided_by_id IS NULL AND undoes_id IS NULL AND entry_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM members_adjustment undoing WHERE undoing.undoes_id = members_adjustment.id) OFFSET 0
"""

NEAR_LIMIT: LiteralString = f"""
SELECT person.id, NULL::bigint, array_agg(made.id ORDER BY made.id), array_agg(made.created_at ORDER BY made.id)
FROM unnest(%(staff)s::bigint[], %(limits)s::bigint[]) AS person (id, points)
JOIN LATERAL ({POSTED_ALONE}) AS made
    ON abs(made.points) * 10 >= person.points * 9 AND abs(made.points) <= person.points
GROUP BY person.id HAVING count(*) >= %(near_limit_times)s
"""

# Rewards that the account could not have paid without what was added in the hour before.
REDEEMED_AFTER: LiteralString = f"""
SELECT author, NULL::bigint, array_agg(id ORDER BY id), array_agg(redeemed_at ORDER BY id) FROM (
    SELECT person.id AS author, taken.id, taken.redeemed_at
    FROM unnest(%(staff)s::bigint[]) AS person (id)
    JOIN LATERAL ({POSTED_ALONE}) AS made ON made.points > 0
    JOIN LATERAL (
        SELECT id, entry_id, redeemed_at FROM rewards_redemption
        WHERE account_id = made.account_id AND redeemed_at >= made.created_at AND redeemed_at < %(end)s
        AND redeemed_at <= made.created_at + interval '1 hour' AND state IN ('open', 'used') OFFSET 0
    ) AS taken ON true
    JOIN LATERAL (SELECT balance_after FROM members_ledgerentry WHERE id = taken.entry_id OFFSET 0) AS entry ON true
    GROUP BY person.id, taken.id, taken.redeemed_at, entry.balance_after
    HAVING sum(made.points) > entry.balance_after
) AS owed GROUP BY author HAVING count(*) >= %(redeemed_times)s
"""

# What cashiers gave by hand, and by the purchases that they recorded, in the program where the share is highest.
MANUAL_SHARE: LiteralString = f"""
SELECT DISTINCT ON (person.id) person.id, NULL::bigint, hand.ids, hand.ats,
       round(100 * hand.points / (hand.points + coalesce(bought.points, 0)))::int AS share
FROM unnest(%(cashiers)s::bigint[]) AS person (id)
JOIN LATERAL (
    SELECT account.program_id, sum(made.points) AS points,
           array_agg(made.id ORDER BY made.id) AS ids, array_agg(made.created_at ORDER BY made.id) AS ats
    FROM ({POSTED_ALONE}) AS made
    JOIN LATERAL (SELECT program_id FROM members_account WHERE id = made.account_id OFFSET 0) AS account ON true
    WHERE made.points > 0 GROUP BY account.program_id HAVING count(*) >= 5
) AS hand ON true
LEFT JOIN LATERAL (
    SELECT sum(entry.points) AS points FROM (
        SELECT id FROM members_order
        WHERE recorded_by_id = person.id AND placed_at >= %(since)s AND placed_at < %(end)s OFFSET 0
    ) AS paid JOIN LATERAL (
        SELECT points FROM members_ledgerentry
        WHERE order_id = paid.id AND kind = 'earn' AND program_id = hand.program_id OFFSET 0
    ) AS entry ON true
) AS bought ON true
WHERE 100 * hand.points >= %(manual_percent)s * (hand.points + coalesce(bought.points, 0))
ORDER BY person.id, share DESC
"""

# Friends of one member who joined from one device, the member's own among them.
ONE_DEVICE: LiteralString = """
SELECT NULL::bigint, referral.member_id, array_agg(friend.member_id ORDER BY friend.at, friend.member_id),
       array_agg(friend.at ORDER BY friend.at, friend.member_id)
FROM members_joinedfrom friend JOIN members_referral referral ON referral.friend_id = friend.member_id
WHERE friend.merchant_id = %(merchant)s AND friend.at < %(end)s
GROUP BY referral.member_id, friend.device HAVING count(*) >= %(friends)s
"""
