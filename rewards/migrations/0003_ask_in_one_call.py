from django.db import migrations

# The member (whose id may be known already), the program of the reward, the member's account in it; NULLs for strangers.
ASKED = """
CREATE FUNCTION rewards_asked(shop bigint, known_id bigint, sought text, sought_number text, wanted bigint)
RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
    asking bigint := coalesce(known_id, members_known(shop, sought, sought_number));
BEGIN
    RETURN jsonb_build_array(asking, (SELECT program_id FROM rewards_reward WHERE id = wanted AND merchant_id = shop), (
        SELECT account.id FROM rewards_reward reward JOIN members_account account
        ON account.program_id = reward.program_id AND account.member_id = asking
        WHERE reward.id = wanted AND reward.merchant_id = shop
    ));
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("rewards", "0002_redeem_in_two_round_trips"), ("members", "0014_find_a_member_in_one_call")]

    operations = [migrations.RunSQL(ASKED, "DROP FUNCTION rewards_asked")]
