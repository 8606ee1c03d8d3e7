"""The ledger's statements. Each handles a batch of any size; `members/ledger.py` is their only caller."""

HELD = """id, member_id, program_id, balance, debt, tier_code, qualifying, carry, order_count, tier_since, pinned_until,
qualifying_since, qualifying_version_id, last_activity_at, merged_into_id"""

LOCK_ACCOUNTS = f"SELECT {HELD} FROM members_account WHERE id = ANY(%s::bigint[]) ORDER BY id FOR UPDATE"

LOCK_MEMBERS = f"""
SELECT {HELD} FROM members_account
WHERE program_id = ANY(%s::bigint[]) AND member_id = ANY(%s::bigint[]) AND merged_into_id IS NULL
ORDER BY id FOR UPDATE
"""

LOOK = f"""
SELECT {HELD} FROM members_account
WHERE member_id = %s AND program_id = ANY(%s::bigint[]) AND merged_into_id IS NULL ORDER BY id
"""

OPEN_ACCOUNTS = """
INSERT INTO members_account (program_id, member_id, tier_code, tier_since)
SELECT program_id, member_id, entry_tier.code, joined_at
FROM unnest(%(programs)s::bigint[]) AS program_id,
     unnest(%(members)s::bigint[], %(joined)s::timestamptz[]) AS joining (member_id, joined_at),
LATERAL (
    SELECT coalesce(terms #>> '{tiers,levels,0,code}', '') AS code FROM programs_programversion version
    WHERE version.program_id = program_id.program_id
    ORDER BY effective_at <= joined_at DESC, effective_at DESC LIMIT 1
) AS entry_tier
ORDER BY program_id, member_id
ON CONFLICT (program_id, member_id) DO NOTHING
"""

# When points end: by their own date, or with their program.
ENDS_AT = """
least(lot.expires_at, CASE WHEN lot.available_at < program.points_end_at THEN program.points_end_at END)"""

OPEN_LOTS = f"""
SELECT lot.entry_id, lot.account_id, lot.remaining, lot.available_at, {ENDS_AT}
FROM members_pointslot lot JOIN programs_program program ON program.id = lot.program_id
WHERE lot.account_id = ANY(%s::bigint[]) AND lot.remaining > 0
"""

DRAWN_LOTS = f"""
SELECT draw.entry_id, sum(draw.points)::bigint,
       lot.entry_id, lot.account_id, lot.remaining, lot.available_at, {ENDS_AT}
FROM members_lotdraw draw JOIN members_pointslot lot ON lot.entry_id = draw.lot_id
JOIN programs_program program ON program.id = lot.program_id
WHERE draw.entry_id = ANY(%s::bigint[]) GROUP BY draw.entry_id, lot.entry_id, program.id
ORDER BY draw.entry_id, min(draw.id)
"""

UPDATE_ACCOUNTS = """    UPDATE members_account AS kept SET
        balance = new.balance, debt = new.debt, qualifying = new.qualifying,
        qualifying_since = new.qualifying_since, qualifying_version_id = new.qualifying_version_id, carry = new.carry,
        earned = kept.earned + new.earned, redeemed = kept.redeemed + new.redeemed,
        order_count = kept.order_count + new.order_count, order_total = kept.order_total + new.order_total,
        last_order_at = greatest(kept.last_order_at, new.last_order_at),
        last_activity_at = greatest(kept.last_activity_at, new.last_activity_at)
    FROM jsonb_to_recordset(%(accounts)s::jsonb) AS new (
        id bigint, balance bigint, debt bigint, qualifying numeric, qualifying_since timestamptz,
        qualifying_version_id bigint, carry numeric, earned bigint, redeemed bigint,
        order_count int, order_total numeric, last_order_at timestamptz, last_activity_at timestamptz
    ) WHERE kept.id = new.id"""

ENTRIES = f"""
WITH wish AS (
    SELECT * FROM ROWS FROM (jsonb_to_recordset(%(entries)s::jsonb) AS (
        account_id bigint, program_id bigint, kind text, points bigint, balance_after bigint, qualifying numeric,
        reference text, occurred_at timestamptz, version_id bigint, order_id bigint, actor_id bigint, reason text,
        explain jsonb, lot_remaining bigint, available_at timestamptz, expires_at timestamptz
    )) WITH ORDINALITY AS wish (
        account_id, program_id, kind, points, balance_after, qualifying, reference, occurred_at, version_id, order_id,
        actor_id, reason, explain, lot_remaining, available_at, expires_at, n
    )
), entry AS (
    INSERT INTO members_ledgerentry (account_id, program_id, kind, points, balance_after, qualifying, reference,
                                     occurred_at, version_id, order_id, actor_id, reason, explain)
    SELECT account_id, program_id, kind, points, balance_after, qualifying, reference,
           occurred_at, version_id, order_id, actor_id, reason, explain
    FROM wish ORDER BY n
    RETURNING id, program_id, reference
), posted AS (
    SELECT entry.id, wish.* FROM entry JOIN wish USING (program_id, reference)
), lot AS (
    INSERT INTO members_pointslot (entry_id, account_id, program_id, points, remaining, available_at, expires_at)
    SELECT id, account_id, program_id, points, lot_remaining, available_at, expires_at
    FROM posted WHERE lot_remaining IS NOT NULL
), paid AS (
    INSERT INTO members_lotdraw (entry_id, lot_id, points)
    SELECT id, id, points - lot_remaining FROM posted WHERE lot_remaining < points
), account AS (
{UPDATE_ACCOUNTS}
)"""

DRAWS = """, draw AS (
    SELECT * FROM unnest(%(draw_n)s::bigint[], %(draw_lot)s::bigint[], %(draw_points)s::bigint[])
        AS draw (n, lot_id, points)
), drawn AS (
    INSERT INTO members_lotdraw (entry_id, lot_id, points)
    SELECT posted.id, draw.lot_id, draw.points FROM draw JOIN posted USING (n)
), left_over AS (
    UPDATE members_pointslot AS lot SET remaining = lot.remaining - taken.points
    FROM (SELECT lot_id, sum(points) AS points FROM draw GROUP BY lot_id) AS taken WHERE lot.entry_id = taken.lot_id
)"""

POST_CREDITS = ENTRIES + " SELECT id FROM posted ORDER BY n"
POST_WITH_DRAWS = ENTRIES + DRAWS + " SELECT id FROM posted ORDER BY n"

CHANGE_TIERS = """
WITH change AS (
    SELECT * FROM jsonb_to_recordset(%(changes)s::jsonb) AS change (
        account_id bigint, to_code text, cause text, changed_at timestamptz, version_id bigint,
        demote_on date, pinned_until date
    )
), before AS (
    SELECT change.*, account.program_id, account.tier_code AS from_code
    FROM change JOIN members_account account ON account.id = change.account_id
), account AS (
    UPDATE members_account AS kept SET
        tier_code = before.to_code, demote_on = before.demote_on, pinned_until = before.pinned_until,
        tier_since = CASE WHEN before.to_code = kept.tier_code THEN kept.tier_since ELSE before.changed_at END
    FROM before WHERE kept.id = before.account_id
)
INSERT INTO members_tierchange (account_id, program_id, from_code, to_code, cause, changed_at, version_id)
SELECT account_id, program_id, from_code, to_code, cause, changed_at, version_id
FROM before WHERE from_code <> to_code
"""

PROLONG = """
UPDATE members_pointslot AS lot SET expires_at = active.ends_at
FROM unnest(%(accounts)s::bigint[], %(ends)s::timestamptz[]) AS active (account_id, ends_at)
WHERE lot.account_id = active.account_id AND lot.remaining > 0 AND lot.expires_at > %(now)s
AND lot.expires_at < active.ends_at
"""

REVIVE = """
UPDATE members_pointslot AS lot SET expires_at = alive.ends_at
FROM unnest(%s::bigint[], %s::timestamptz[]) AS alive (lot_id, ends_at)
WHERE lot.entry_id = alive.lot_id AND lot.expires_at < alive.ends_at
"""
