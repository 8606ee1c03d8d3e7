from django.db import migrations

LOOK = """
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
        AND account.program_id = ANY(program_ids) ORDER BY account.id FOR UPDATE
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

BEFORE = """
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
        AND account.program_id = ANY(program_ids) ORDER BY account.id FOR UPDATE
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
    """A program without a version does not run, so it does not send orders the long way."""

    dependencies = [("members", "0019_new_terms_reach_members")]

    operations = [migrations.RunSQL(LOOK, BEFORE)]
