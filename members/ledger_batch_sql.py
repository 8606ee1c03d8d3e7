"""The ledger's statements that do a whole chunk of a nightly batch; `members/ledger.py` is their only caller."""

from typing import LiteralString

from members.ledger_sql import ENDS_AT
from members.review_sql import COUNTED, DECIDED

HOLD = "SELECT count(*) FROM (SELECT FROM members_account WHERE id = ANY(%s::bigint[]) ORDER BY id FOR UPDATE) AS held"

# Points that end with their program are forfeited, those that end by their own date expire: one entry for each lot.
EXPIRE_DUE = f"""
WITH ended AS (
    SELECT lot.entry_id AS lot_id, lot.account_id, lot.program_id, lot.remaining, {ENDS_AT} AS ends_at,
           CASE WHEN lot.expires_at <= {ENDS_AT} THEN 'expire' ELSE 'forfeit' END AS kind
    FROM members_pointslot lot JOIN programs_program program ON program.id = lot.program_id
    WHERE lot.account_id = ANY(%(accounts)s::bigint[]) AND lot.remaining > 0
), due AS (
    SELECT ended.*, account.balance - sum(ended.remaining) OVER (
        PARTITION BY ended.account_id ORDER BY ended.ends_at, ended.lot_id
    ) AS balance_after
    FROM ended JOIN members_account account ON account.id = ended.account_id WHERE ended.ends_at <= %(now)s
), entry AS (
    INSERT INTO members_ledgerentry (account_id, program_id, kind, points, balance_after, reference, occurred_at,
                                     reason, explain)
    SELECT account_id, program_id, kind, -remaining, balance_after,
           kind || ':' || lot_id || ':' || extract(epoch FROM clock_timestamp()), ends_at, '',
           jsonb_build_object('lots', jsonb_build_array(jsonb_build_array(lot_id, remaining)))
           || CASE WHEN kind = 'forfeit' THEN jsonb_build_object('ended', 'program') ELSE '{{}}' END
    FROM due ORDER BY account_id, ends_at, lot_id
    RETURNING id, account_id, -points AS points, (explain #>> '{{lots,0,0}}')::bigint AS lot_id
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

REVIEW: dict[str, LiteralString] = {
    basis: f"""
WITH counted AS (
    SELECT coalesce(heir.id, counting.account_id) AS account_id, sum(amount) AS amount FROM ({rows}) AS counting
    LEFT JOIN unnest(%(absorbed)s::bigint[], %(heirs)s::bigint[]) AS heir (absorbed_id, id)
        ON heir.absorbed_id = counting.account_id
    GROUP BY 1
), standing AS (
    SELECT account.id, program_id, tier_code, demote_on, pinned_until, coalesce(counted.amount, 0) AS reached
    FROM members_account account LEFT JOIN counted ON counted.account_id = account.id
    WHERE account.id = ANY(%(accounts)s::bigint[]) AND account.merged_into_id IS NULL
), {DECIDED}, account AS (
    UPDATE members_account AS kept SET
        tier_code = to_code, demote_on = ends_on, qualifying = reached,
        qualifying_since = %(since)s, qualifying_version_id = %(version)s,
        tier_since = CASE WHEN to_code = kept.tier_code THEN kept.tier_since ELSE %(starts_at)s END
    FROM decided WHERE kept.id = decided.id AND (
        to_code <> kept.tier_code OR ends_on IS DISTINCT FROM kept.demote_on OR reached <> kept.qualifying
        OR kept.qualifying_since IS DISTINCT FROM %(since)s OR kept.qualifying_version_id IS NULL
        OR kept.qualifying_version_id <> ALL(%(alike)s::bigint[])
    )
), step AS (
    INSERT INTO members_tierchange (account_id, program_id, from_code, to_code, cause, changed_at, version_id)
    SELECT id, program_id, tier_code, to_code, %(cause)s, %(starts_at)s, %(version)s
    FROM decided WHERE to_code <> tier_code ORDER BY id
)
SELECT id, tier_code, to_code, is_warned FROM decided WHERE to_code <> tier_code OR is_warned ORDER BY id
"""
    for basis, rows in COUNTED.items()
}
