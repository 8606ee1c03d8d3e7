from django.db import migrations

# An account and those that were merged into it.
FAMILY = """
CREATE FUNCTION members_family(of_account bigint) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    SELECT of_account || coalesce(
        (SELECT array_agg(id) FROM members_account WHERE merged_into_id = of_account), '{}'
    )
$$
"""

COUNTED = """
CREATE OR REPLACE FUNCTION members_counted(of_account bigint, basis text, since timestamptz, until timestamptz)
RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(CASE basis
        WHEN 'spend' THEN greatest(bought.eligible - bought.refunded, 0)
        WHEN 'visits' THEN (bought.refunded < bought.amount OR bought.amount = 0)::int
        ELSE entry.qualifying + coalesce((
            SELECT sum(back.qualifying) FROM members_ledgerentry back
            WHERE back.order_id = entry.order_id AND back.account_id = ANY(members_family(of_account))
            AND back.kind = 'clawback'
        ), 0) END), 0)
    FROM members_ledgerentry entry LEFT JOIN members_order bought ON bought.id = entry.order_id
    WHERE entry.account_id = ANY(members_family(of_account)) AND entry.kind = 'earn'
    AND entry.occurred_at >= since AND entry.occurred_at < until
$$
"""

AWARDED = """
CREATE OR REPLACE FUNCTION members_awarded(of_account bigint, since timestamptz)
RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_array(award.at, award.points, award.rule_points)), '[]') FROM (
        SELECT entry.occurred_at AS at, CASE WHEN entry.order_id IS NULL THEN 0 ELSE entry.points END AS points,
               entry.explain -> 'rule_points' AS rule_points
        FROM members_ledgerentry entry
        WHERE entry.account_id = ANY(members_family(of_account)) AND entry.kind = 'earn' AND entry.occurred_at >= since
        UNION ALL
        SELECT entry.occurred_at, back.points, back.explain -> 'rule_points'
        FROM members_ledgerentry entry JOIN members_ledgerentry back
        ON back.order_id = entry.order_id AND back.account_id = ANY(members_family(of_account))
        AND back.kind = 'clawback'
        WHERE entry.account_id = ANY(members_family(of_account)) AND entry.kind = 'earn' AND entry.occurred_at >= since
    ) AS award
$$
"""

COUNTED_BEFORE = """
CREATE OR REPLACE FUNCTION members_counted(of_account bigint, basis text, since timestamptz, until timestamptz)
RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(CASE basis
        WHEN 'spend' THEN greatest(bought.eligible - bought.refunded, 0)
        WHEN 'visits' THEN (bought.refunded < bought.amount OR bought.amount = 0)::int
        ELSE entry.qualifying + coalesce((
            SELECT sum(back.qualifying) FROM members_ledgerentry back
            WHERE back.order_id = entry.order_id AND back.account_id = entry.account_id AND back.kind = 'clawback'
        ), 0) END), 0)
    FROM members_ledgerentry entry LEFT JOIN members_order bought ON bought.id = entry.order_id
    WHERE entry.account_id = of_account AND entry.kind = 'earn'
    AND entry.occurred_at >= since AND entry.occurred_at < until
$$
"""

AWARDED_BEFORE = """
CREATE OR REPLACE FUNCTION members_awarded(of_account bigint, since timestamptz)
RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_array(award.at, award.points, award.rule_points)), '[]') FROM (
        SELECT entry.occurred_at AS at, CASE WHEN entry.order_id IS NULL THEN 0 ELSE entry.points END AS points,
               entry.explain -> 'rule_points' AS rule_points
        FROM members_ledgerentry entry
        WHERE entry.account_id = of_account AND entry.kind = 'earn' AND entry.occurred_at >= since
        UNION ALL
        SELECT entry.occurred_at, back.points, back.explain -> 'rule_points'
        FROM members_ledgerentry entry JOIN members_ledgerentry back
        ON back.order_id = entry.order_id AND back.account_id = entry.account_id AND back.kind = 'clawback'
        WHERE entry.account_id = of_account AND entry.kind = 'earn' AND entry.occurred_at >= since
    ) AS award
$$
"""


def look(of_whom: str) -> str:
    """The first statement of an ordinary order. Accounts that ended in a merge are nobody's any more."""
    return f"""
CREATE OR REPLACE FUNCTION members_order_look(wish jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    merchant bigint := wish ->> 'merchant_id';
    program_ids bigint[] := wish ->> 'program_ids';
    version_ids bigint[] := wish ->> 'version_ids';
    kept members_account;
    program jsonb;
    since timestamptz;
    is_ordinary boolean;
    order_id bigint;
    found jsonb := '[]';
BEGIN
    FOR kept IN SELECT * FROM members_account account WHERE account.member_id = (wish ->> 'member_id')::bigint
        AND account.program_id = ANY(program_ids){of_whom} ORDER BY account.id FOR UPDATE
    LOOP
        IF is_ordinary IS NULL THEN
            -- A statement of its own, which sees what was committed while the one above waited for the lock.
            SELECT NOT EXISTS (
                SELECT FROM members_order known WHERE known.merchant_id = merchant
                AND known.source = wish ->> 'source' AND known.reference = wish ->> 'reference'
            ) AND NOT EXISTS (
                SELECT FROM members_refund refund WHERE refund.merchant_id = merchant AND refund.order_id IS NULL
                AND refund.source = wish ->> 'source' AND refund.order_reference = wish ->> 'reference'
            ) AND NOT EXISTS (
                SELECT FROM programs_programversion version
                WHERE version.program_id = ANY(program_ids) AND version.id <> ALL(version_ids)
            ) AND NOT EXISTS (
                SELECT FROM programs_program running
                WHERE running.merchant_id = merchant AND running.is_active <> (running.id = ANY(program_ids))
                AND EXISTS (SELECT FROM programs_programversion version WHERE version.program_id = running.id)
            ) INTO is_ordinary;
            IF NOT is_ordinary THEN RETURN found; END IF;
            order_id := nextval('members_order_id_seq');
        END IF;
        program := wish -> 'programs' -> kept.program_id::text;
        since := (program ->> 2)::timestamptz;
        IF since IS NULL THEN
            NULL;
        ELSIF kept.qualifying_version_id = (program ->> 0)::bigint AND kept.qualifying_since <= since THEN
            IF kept.qualifying_since < since THEN
                kept.qualifying := kept.qualifying
                    - members_counted(kept.id, program ->> 1, kept.qualifying_since, since);
            END IF;
        ELSE
            kept.qualifying := members_counted(kept.id, program ->> 1, since, 'infinity');
        END IF;
        found := found || jsonb_build_array(jsonb_build_array(
            order_id, nextval('members_ledgerentry_id_seq'), kept.id, kept.member_id, kept.program_id, kept.balance,
            kept.debt, kept.tier_code, kept.qualifying::text, kept.carry::text, kept.order_count, kept.tier_since,
            kept.pinned_until, kept.qualifying_since, kept.qualifying_version_id, kept.last_activity_at,
            CASE WHEN program ->> 3 IS NOT NULL THEN members_awarded(kept.id, (program ->> 3)::timestamptz) END));
    END LOOP;
    RETURN found;
END $$
"""


class Migration(migrations.Migration):
    """What was awarded to an account that was merged into another one counts for that one."""

    dependencies = [("members", "0032_merges"), ("programs", "0008_points_end_with_their_program")]

    operations = [
        migrations.RunSQL(FAMILY, "DROP FUNCTION members_family"),
        migrations.RunSQL(COUNTED, COUNTED_BEFORE),
        migrations.RunSQL(AWARDED, AWARDED_BEFORE),
        migrations.RunSQL(look(" AND account.merged_into_id IS NULL"), look("")),
    ]
