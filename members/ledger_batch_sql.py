"""The ledger's statements that do a whole chunk of a nightly batch; `members/ledger.py` is their only caller."""

EXPIRE_DUE = """
WITH due AS (
    SELECT lot.entry_id AS lot_id, lot.account_id, lot.program_id, lot.remaining, lot.expires_at,
           account.balance - sum(lot.remaining) OVER (
               PARTITION BY lot.account_id ORDER BY lot.expires_at, lot.entry_id
           ) AS balance_after
    FROM members_pointslot lot JOIN members_account account ON account.id = lot.account_id
    WHERE lot.account_id = ANY(%(accounts)s::bigint[]) AND lot.remaining > 0 AND lot.expires_at <= %(now)s
), entry AS (
    INSERT INTO members_ledgerentry (account_id, program_id, kind, points, balance_after, reference, occurred_at,
                                     reason, explain)
    SELECT account_id, program_id, 'expire', -remaining, balance_after,
           'expire:' || lot_id || ':' || extract(epoch FROM clock_timestamp()), expires_at, '',
           jsonb_build_object('lots', jsonb_build_array(jsonb_build_array(lot_id, remaining)))
    FROM due ORDER BY account_id, expires_at, lot_id
    RETURNING id, account_id, -points AS points, (explain #>> '{lots,0,0}')::bigint AS lot_id
), drawn AS (
    INSERT INTO members_lotdraw (entry_id, lot_id, points) SELECT id, lot_id, points FROM entry
), emptied AS (
    UPDATE members_pointslot AS lot SET remaining = 0 FROM due WHERE lot.entry_id = due.lot_id
), account AS (
    UPDATE members_account AS kept SET balance = kept.balance - gone.points
    FROM (SELECT account_id, sum(remaining) AS points FROM due GROUP BY account_id) AS gone
    WHERE kept.id = gone.account_id
)
SELECT count(*), coalesce(sum(points), 0)::bigint, count(DISTINCT account_id) FROM entry
"""
