from django.db import migrations

LOOK = """
CREATE OR REPLACE FUNCTION rewards_redemption_look(wish jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    kept members_account;
    reward rewards_reward;
    found jsonb;
BEGIN
    SELECT * FROM members_account account WHERE account.id = (wish ->> 'account_id')::bigint FOR UPDATE INTO kept;
    WHILE kept.merged_into_id IS NOT NULL LOOP
        SELECT * FROM members_account account WHERE account.id = kept.merged_into_id FOR UPDATE INTO kept;
    END LOOP;
    -- Statements of their own, which see what was committed while the one above waited for the lock.
    SELECT * FROM rewards_reward asked WHERE asked.id = (wish ->> 'reward_id')::bigint INTO reward;
    IF reward.stock IS NOT NULL THEN
        SELECT * FROM rewards_reward asked WHERE asked.id = reward.id FOR UPDATE INTO reward;
    END IF;
    SELECT jsonb_build_object(
        'account', jsonb_build_array(
            kept.id, kept.member_id, kept.program_id, kept.balance, kept.debt, kept.tier_code, kept.qualifying::text,
            kept.carry::text, kept.order_count, kept.tier_since, kept.pinned_until, kept.qualifying_since,
            kept.qualifying_version_id, kept.last_activity_at),
        'lots', (
            SELECT jsonb_agg(jsonb_build_array(
                lot.entry_id, lot.account_id, lot.remaining, lot.available_at, least(lot.expires_at,
                    CASE WHEN lot.available_at < program.points_end_at THEN program.points_end_at END)))
            FROM members_pointslot lot JOIN programs_program program ON program.id = lot.program_id
            WHERE lot.account_id = kept.id AND lot.remaining > 0),
        'is_blocked', member.is_blocked, 'user_id', member.user_id,
        'reward', jsonb_build_object(
            'program_id', reward.program_id, 'name', reward.name, 'points_price', reward.points_price,
            'stock', reward.stock, 'limit_times', reward.limit_times, 'limit_per', reward.limit_per,
            'min_tier', reward.min_tier, 'voucher_minutes', reward.voucher_minutes, 'is_active', reward.is_active),
        'used_at', CASE WHEN reward.limit_times IS NOT NULL THEN (
            SELECT jsonb_agg(had.redeemed_at) FROM rewards_redemption had
            WHERE had.reward_id = reward.id AND had.account_id = ANY(members_family(kept.id))
            AND had.state NOT IN ('cancelled', 'lapsed')
        ) END,
        'known_id', (
            SELECT known.id FROM rewards_redemption known
            WHERE known.merchant_id = reward.merchant_id AND known.reference = wish ->> 'reference'),
        'version_ids', (
            SELECT jsonb_agg(version.id ORDER BY version.id)
            FROM programs_program running JOIN programs_programversion version ON version.program_id = running.id
            WHERE running.merchant_id = reward.merchant_id AND running.is_active),
        'redemption_id', nextval('rewards_redemption_id_seq'), 'entry_id', nextval('members_ledgerentry_id_seq')
    ) FROM members_member member WHERE member.id = kept.member_id INTO found;
    RETURN found;
END $$
"""

BEFORE = """
CREATE OR REPLACE FUNCTION rewards_redemption_look(wish jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    kept members_account;
    reward rewards_reward;
    found jsonb;
BEGIN
    SELECT * FROM members_account account WHERE account.id = (wish ->> 'account_id')::bigint FOR UPDATE INTO kept;
    -- Statements of their own, which see what was committed while the one above waited for the lock.
    SELECT * FROM rewards_reward asked WHERE asked.id = (wish ->> 'reward_id')::bigint INTO reward;
    IF reward.stock IS NOT NULL THEN
        SELECT * FROM rewards_reward asked WHERE asked.id = reward.id FOR UPDATE INTO reward;
    END IF;
    SELECT jsonb_build_object(
        'account', jsonb_build_array(
            kept.id, kept.member_id, kept.program_id, kept.balance, kept.debt, kept.tier_code, kept.qualifying::text,
            kept.carry::text, kept.order_count, kept.tier_since, kept.pinned_until, kept.qualifying_since,
            kept.qualifying_version_id, kept.last_activity_at),
        'lots', (
            SELECT jsonb_agg(jsonb_build_array(
                lot.entry_id, lot.account_id, lot.remaining, lot.available_at, least(lot.expires_at,
                    CASE WHEN lot.available_at < program.points_end_at THEN program.points_end_at END)))
            FROM members_pointslot lot JOIN programs_program program ON program.id = lot.program_id
            WHERE lot.account_id = kept.id AND lot.remaining > 0),
        'is_blocked', member.is_blocked, 'user_id', member.user_id,
        'reward', jsonb_build_object(
            'program_id', reward.program_id, 'name', reward.name, 'points_price', reward.points_price,
            'stock', reward.stock, 'limit_times', reward.limit_times, 'limit_per', reward.limit_per,
            'min_tier', reward.min_tier, 'voucher_minutes', reward.voucher_minutes, 'is_active', reward.is_active),
        'used_at', CASE WHEN reward.limit_times IS NOT NULL THEN (
            SELECT jsonb_agg(had.redeemed_at) FROM rewards_redemption had
            WHERE had.reward_id = reward.id AND had.account_id = kept.id AND had.state NOT IN ('cancelled', 'lapsed')
        ) END,
        'known_id', (
            SELECT known.id FROM rewards_redemption known
            WHERE known.merchant_id = reward.merchant_id AND known.reference = wish ->> 'reference'),
        'version_ids', (
            SELECT jsonb_agg(version.id ORDER BY version.id)
            FROM programs_program running JOIN programs_programversion version ON version.program_id = running.id
            WHERE running.merchant_id = reward.merchant_id AND running.is_active),
        'redemption_id', nextval('rewards_redemption_id_seq'), 'entry_id', nextval('members_ledgerentry_id_seq')
    ) FROM members_member member WHERE member.id = kept.member_id INTO found;
    RETURN found;
END $$
"""


class Migration(migrations.Migration):
    """Whoever asks by a card that was merged has the account it became, and what both cards had counts as had."""

    dependencies = [
        ("rewards", "0004_points_end_with_their_program"),
        ("members", "0033_count_for_whom_it_became"),
    ]

    operations = [migrations.RunSQL(LOOK, BEFORE)]
