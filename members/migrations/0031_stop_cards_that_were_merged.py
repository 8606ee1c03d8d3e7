from django.db import migrations

# As before; but the number of somebody who was merged works for as long as it stands among the survivor's others.
KNOWN = """
CREATE OR REPLACE FUNCTION members_known(shop bigint, sought text, sought_number text)
RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
    found_id bigint;
    survivor_id bigint;
BEGIN
    SELECT id INTO found_id FROM members_member
    WHERE merchant_id = shop AND number = sought_number AND merged_into_id IS NULL;
    IF found_id IS NULL THEN
        SELECT member_id INTO found_id FROM members_cardnumber
        WHERE merchant_id = shop AND number = sought_number AND works;
    END IF;
    IF found_id IS NULL AND sought <> '' THEN
        SELECT id INTO found_id FROM members_member
        WHERE merchant_id = shop AND customer_number = sought AND customer_number <> '';
    END IF;
    IF found_id IS NULL AND position('@' IN sought) > 0 THEN
        SELECT id INTO found_id FROM members_member
        WHERE merchant_id = shop AND lower(email) = lower(sought) AND email <> '';
    END IF;
    LOOP
        SELECT merged_into_id INTO survivor_id FROM members_member WHERE id = found_id;
        EXIT WHEN survivor_id IS NULL;
        found_id := survivor_id;
    END LOOP;
    RETURN found_id;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0030_files_in_and_out")]

    operations = [migrations.RunSQL(KNOWN, migrations.RunSQL.noop)]
