from django.contrib.postgres.operations import BtreeGinExtension
from django.db import migrations

# Other letters than ours are spelled in these, 王 as u0738b: trigrams know letters beyond ASCII in some locales only.
SPELLED = r"""
CREATE FUNCTION members_spelled(folded text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
BEGIN
    IF folded !~ '[^\u0001-\u007f]' THEN
        RETURN folded;
    END IF;
    RETURN (
        SELECT string_agg(
            CASE WHEN ascii(letter) < 128 THEN letter ELSE 'u' || lpad(to_hex(ascii(letter)), 5, '0') END, '' ORDER BY place
        ) FROM string_to_table(folded, NULL) WITH ORDINALITY AS spelled (letter, place)
    );
END
$$
"""
# Letters lose their accents by Unicode's own decomposition; the others stand for those that it keeps whole.
# Bodies are parsed here and now, so that a restored dump builds its indexes whatever it searches for names in.
FOLDED = r"""
CREATE FUNCTION members_folded(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN members_spelled(replace(replace(replace(
    translate(lower(regexp_replace(normalize(words, NFKD), '[\u0300-\u036f]', '', 'g')), 'łđøħıð', 'ldohid'),
    'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'))
"""
LAST_FIRST = r"""
CREATE FUNCTION members_last_first(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN regexp_replace(members_folded(name), '^(.*\s)?(\S+)\s*$', '\2 \1')
"""
SEARCH_TEXT = r"""
CREATE FUNCTION members_search_text(name text, email text, phone text, number text, customer_number text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN members_folded(name) || E'\n' || lower(email) || E'\n' || phone || E'\n' || lower(number) || E'\n'
    || regexp_replace(lower(customer_number), '[\W_]', '', 'g') || E'\n'
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0034_names_by_their_letters")]

    operations = [
        BtreeGinExtension(),
        migrations.RunSQL(SPELLED, "DROP FUNCTION members_spelled"),
        migrations.RunSQL(FOLDED, "DROP FUNCTION members_folded"),
        migrations.RunSQL(LAST_FIRST, "DROP FUNCTION members_last_first"),
        migrations.RunSQL(SEARCH_TEXT, "DROP FUNCTION members_search_text"),
    ]
