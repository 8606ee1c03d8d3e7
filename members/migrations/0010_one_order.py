from django.db import migrations

COUNTED = """
CREATE FUNCTION members_counted(of_account bigint, basis text, since timestamptz, until timestamptz)
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

AWARDED = """
CREATE FUNCTION members_awarded(of_account bigint, since timestamptz) RETURNS jsonb LANGUAGE sql STABLE AS $$
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

LOOK = """
CREATE FUNCTION members_order_look(wish jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
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

ENTRY = """
CREATE FUNCTION members_entry_post(entry jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    kept jsonb;
    step jsonb;
    new_entry bigint;
    new_points bigint;
    left_over bigint;
BEGIN
    kept := entry -> 'account';
    step := entry -> 'tier';
    new_entry := (entry ->> 'id')::bigint;
    new_points := (entry ->> 'points')::bigint;
    left_over := (entry ->> 'lot_remaining')::bigint;
    INSERT INTO members_ledgerentry (id, account_id, program_id, kind, points, balance_after, qualifying, reference,
                                     occurred_at, version_id, order_id, actor_id, reason, explain)
    VALUES (new_entry, (entry ->> 'account_id')::bigint, (entry ->> 'program_id')::bigint, entry ->> 'kind',
            new_points, (entry ->> 'balance_after')::bigint, (entry ->> 'qualifying')::bigint,
            entry ->> 'reference', (entry ->> 'occurred_at')::timestamptz, (entry ->> 'version_id')::bigint,
            (entry ->> 'order_id')::bigint, (entry ->> 'actor_id')::bigint, entry ->> 'reason', entry -> 'explain');
    IF left_over IS NOT NULL THEN
        INSERT INTO members_pointslot (entry_id, account_id, program_id, points, remaining, available_at, expires_at)
        VALUES (new_entry, (entry ->> 'account_id')::bigint, (entry ->> 'program_id')::bigint, new_points,
                left_over, (entry ->> 'available_at')::timestamptz, (entry ->> 'expires_at')::timestamptz);
        IF left_over < new_points THEN
            INSERT INTO members_lotdraw (entry_id, lot_id, points)
            VALUES (new_entry, new_entry, new_points - left_over);
        END IF;
    END IF;
    IF entry -> 'draws' <> '[]' THEN
        INSERT INTO members_lotdraw (entry_id, lot_id, points)
        SELECT new_entry, (draw ->> 0)::bigint, (draw ->> 1)::bigint FROM jsonb_array_elements(entry -> 'draws') AS draw;
        UPDATE members_pointslot AS lot SET remaining = lot.remaining - (draw ->> 1)::bigint
        FROM jsonb_array_elements(entry -> 'draws') AS draw WHERE lot.entry_id = (draw ->> 0)::bigint;
    END IF;
    IF step IS NOT NULL THEN
        INSERT INTO members_tierchange (account_id, program_id, from_code, to_code, cause, changed_at, version_id)
        SELECT account.id, account.program_id, account.tier_code, step ->> 'to_code', step ->> 'cause',
               (step ->> 'changed_at')::timestamptz, (step ->> 'version_id')::bigint
        FROM members_account account WHERE account.id = (entry ->> 'account_id')::bigint;
        UPDATE members_account SET tier_code = step ->> 'to_code', demote_on = NULL,
            tier_since = (step ->> 'changed_at')::timestamptz
        WHERE id = (entry ->> 'account_id')::bigint;
    END IF;
    UPDATE members_account AS account SET
        balance = (kept ->> 'balance')::bigint, debt = (kept ->> 'debt')::bigint,
        qualifying = (kept ->> 'qualifying')::numeric,
        qualifying_since = (kept ->> 'qualifying_since')::timestamptz,
        qualifying_version_id = (kept ->> 'qualifying_version_id')::bigint,
        carry = (kept ->> 'carry')::numeric,
        earned = account.earned + (kept ->> 'earned')::bigint,
        redeemed = account.redeemed + (kept ->> 'redeemed')::bigint,
        order_count = account.order_count + (kept ->> 'order_count')::int,
        order_total = account.order_total + (kept ->> 'order_total')::numeric,
        last_order_at = greatest(account.last_order_at, (kept ->> 'last_order_at')::timestamptz),
        last_activity_at = greatest(account.last_activity_at, (kept ->> 'last_activity_at')::timestamptz)
    WHERE account.id = (entry ->> 'account_id')::bigint;
END $$
"""

POST = """
CREATE FUNCTION members_order_post(bought jsonb, entries jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO members_order (id, merchant_id, member_id, source, reference, fingerprint, placed_at, amount,
                               points_money, gift_card, shipping, eligible, refunded, location_id, channel, recorded_by_id)
    VALUES ((bought ->> 'id')::bigint, (bought ->> 'merchant_id')::bigint, (bought ->> 'member_id')::bigint,
            bought ->> 'source', bought ->> 'reference', bought ->> 'fingerprint', (bought ->> 'placed_at')::timestamptz,
            (bought ->> 'amount')::numeric, (bought ->> 'points_money')::numeric, (bought ->> 'gift_card')::numeric,
            (bought ->> 'shipping')::numeric, (bought ->> 'eligible')::numeric, 0,
            CASE WHEN bought ->> 'location' <> '' THEN (
                SELECT id FROM programs_location
                WHERE merchant_id = (bought ->> 'merchant_id')::bigint AND code = bought ->> 'location'
            ) END,
            bought ->> 'channel', (bought ->> 'recorded_by_id')::bigint);
    IF bought -> 'lines' <> '[]' THEN
        INSERT INTO members_orderline (merchant_id, order_id, sku, category, quantity, amount)
        SELECT (bought ->> 'merchant_id')::bigint, (bought ->> 'id')::bigint, line.sku, line.category, line.quantity,
               line.amount
        FROM jsonb_to_recordset(bought -> 'lines') AS line (sku text, category text, quantity numeric, amount numeric);
    END IF;
    FOR place IN 0 .. jsonb_array_length(entries) - 1 LOOP
        PERFORM members_entry_post(entries -> place);
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    """The two statements of an ordinary order: `members/one_order.py` calls them. One entry is posted by redeeming too."""

    dependencies = [("members", "0009_purchase_undone")]

    operations = [
        migrations.RunSQL(COUNTED, "DROP FUNCTION members_counted"),
        migrations.RunSQL(AWARDED, "DROP FUNCTION members_awarded"),
        migrations.RunSQL(LOOK, "DROP FUNCTION members_order_look"),
        migrations.RunSQL(ENTRY, "DROP FUNCTION members_entry_post"),
        migrations.RunSQL(POST, "DROP FUNCTION members_order_post"),
    ]
