"""The statement that finds who may be one person: members who share a key, whatever their number.

Keys are a phone number's last nine digits, an address without case, dots and what follows a plus, and for people of
one birthday the beginnings of their names, of which only similar ones count. A key that many have says nothing.
"""

from typing import LiteralString

SHARED_BY = 8  # more members than that with one key are no suspicion: the shop's own number, a made-up birthday
SIMILAR = 0.4  # of the trigrams of two names

# Names are compared by letters without accents; each word's beginning is a key, so that their order does not matter.
KEYS: LiteralString = """
present AS (
    SELECT id, phone, email, born_on, members_folded(name) AS name FROM members_member
    WHERE merchant_id = %(merchant)s AND merged_into_id IS NULL AND erased_at IS NULL
), keys AS (
    SELECT id, 'phone' AS reason, right(regexp_replace(phone, '[^0-9]', '', 'g'), 9) AS key FROM present
    WHERE phone <> ''
    UNION ALL
    SELECT id, 'email', replace(split_part(split_part(lower(email), '@', 1), '+', 1), '.', '')
        || '@' || replace(split_part(lower(email), '@', 2), 'googlemail.com', 'gmail.com') FROM present
    WHERE email <> ''
    UNION ALL
    SELECT DISTINCT id, 'person', born_on || left(word, 3)
    FROM present, unnest(string_to_array(name, ' ')) AS word WHERE born_on IS NOT NULL AND length(word) > 2
)"""

PAIRS: LiteralString = f"""
WITH {KEYS}, shared AS (
    SELECT reason, key, array_agg(id ORDER BY id) AS ids FROM keys GROUP BY reason, key
    HAVING count(*) BETWEEN 2 AND {SHARED_BY}
), pairs AS (
    SELECT DISTINCT reason, one.id AS first_id, two.id AS second_id
    FROM shared, unnest(ids) AS one (id), unnest(ids) AS two (id) WHERE one.id < two.id
), alike AS (
    SELECT pairs.* FROM pairs
    CROSS JOIN LATERAL (SELECT name FROM members_member WHERE id = first_id OFFSET 0) AS one
    CROSS JOIN LATERAL (SELECT name FROM members_member WHERE id = second_id OFFSET 0) AS two
    WHERE reason <> 'person' OR similarity(members_folded(one.name), members_folded(two.name)) >= {SIMILAR}
)
SELECT first_id, second_id, array_agg(reason ORDER BY reason) AS reasons FROM alike GROUP BY first_id, second_id
"""

KEEP: LiteralString = f"""
WITH found AS MATERIALIZED ({PAIRS}), gone AS (
    DELETE FROM members_duplicate known WHERE merchant_id = %(merchant)s AND dismissed_at IS NULL
    AND NOT EXISTS (SELECT FROM found WHERE found.first_id = known.first_id AND found.second_id = known.second_id)
), kept AS (
    INSERT INTO members_duplicate (merchant_id, first_id, second_id, reasons, found_at)
    SELECT %(merchant)s, first_id, second_id, reasons, %(now)s FROM found ORDER BY first_id, second_id
    ON CONFLICT (first_id, second_id) DO UPDATE SET reasons = EXCLUDED.reasons
    WHERE members_duplicate.dismissed_at IS NULL AND members_duplicate.reasons <> EXCLUDED.reasons
    RETURNING 1
)
SELECT count(*) FROM found
"""
