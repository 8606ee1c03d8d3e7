"""The floor of an import: a file copied into the tables by a few statements, nothing evaluated."""

STAGE = """
CREATE TEMP TABLE staged (
    reference text, customer text, placed_at timestamptz, amount numeric, currency text, channel text
) ON COMMIT DROP
"""

ORDERS = """
INSERT INTO members_order (merchant_id, member_id, source, reference, fingerprint, placed_at, amount, points_money,
                           gift_card, shipping, eligible, refunded, channel)
SELECT %(merchant)s, member.id, 'import', staged.reference, encode(sha256(staged.reference::bytea), 'hex'), placed_at,
       amount, 0, 0, 0, amount, 0, channel
FROM staged JOIN members_member member ON member.merchant_id = %(merchant)s AND member.customer_number = customer
ON CONFLICT (merchant_id, source, reference) DO NOTHING
"""

ENTRIES = """
WITH entry AS (
    INSERT INTO members_ledgerentry (account_id, program_id, kind, points, balance_after, qualifying, reference,
                                     occurred_at, version_id, order_id, reason, explain)
    SELECT account.id, %(program)s, 'earn', floor(bought.amount),
           sum(floor(bought.amount)) OVER (PARTITION BY account.id ORDER BY bought.placed_at, bought.id),
           floor(bought.amount), 'order:import:' || bought.reference, placed_at, version.id, bought.id, '',
           jsonb_build_object(
               'event', 'purchase', 'base', jsonb_build_object('amount', amount::text, 'eligible', amount::text),
               'rate', '1/1.00', 'base_points', amount::text, 'stacking', 'multiply', 'exact', amount::text,
               'rounding', 'floor', 'points', floor(amount), 'qualifying', floor(amount), 'version', 1,
               'tier', '{"code": "bronze", "name": "Bronze", "multiplier": "1.0"}'::jsonb,
               'rules', '[{"code": "double-tuesday", "name": "Double Tuesday", "fired": false, "why": [{"code":
                   "weekday", "was": "mon", "needs": ["tue"]}]}, {"code": "app", "name": "Ordered in the app", "fired":
                   false, "why": [{"code": "channel", "was": "store", "needs": ["app"]}]}]'::jsonb,
               'rule_points', '{}'::jsonb)
    FROM members_order bought
    JOIN members_account account ON account.member_id = bought.member_id AND account.program_id = %(program)s
    JOIN programs_programversion version ON version.program_id = %(program)s
    WHERE bought.merchant_id = %(merchant)s
    RETURNING id, account_id, points, occurred_at
)
INSERT INTO members_pointslot (entry_id, account_id, program_id, points, remaining, available_at, expires_at)
SELECT id, account_id, %(program)s, points, points, occurred_at, occurred_at + interval '1 year'
FROM entry WHERE points > 0
"""

BALANCES = """
UPDATE members_account account SET
    balance = bought.points, earned = bought.points, qualifying = bought.points, order_count = bought.count,
    order_total = bought.total, last_order_at = bought.last_at, last_activity_at = bought.last_at
FROM (
    SELECT member_id, count(*), sum(floor(amount)) AS points, sum(amount) AS total, max(placed_at) AS last_at
    FROM members_order WHERE merchant_id = %(merchant)s GROUP BY member_id
) AS bought WHERE account.member_id = bought.member_id AND account.program_id = %(program)s
"""
