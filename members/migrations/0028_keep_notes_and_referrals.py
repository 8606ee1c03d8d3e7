from django.db import migrations

NOTES = """
INSERT INTO members_membernote (merchant_id, member_id, text, is_pinned, author_id, written_at)
SELECT member.merchant_id, member.id, member.note, true, author.id, coalesce(written.at, member.joined_at)
FROM members_member member
LEFT JOIN LATERAL (
    SELECT event.at, event.actor_id FROM loyalty_site_auditevent event
    WHERE event.merchant_id = member.merchant_id AND event.action = 'member-note' AND event.subject = member.number
    ORDER BY event.at DESC, event.id DESC LIMIT 1
) written ON true
LEFT JOIN programs_staff author ON author.merchant_id = member.merchant_id AND author.user_id = written.actor_id
WHERE member.note <> ''
"""
PINNED = """
UPDATE members_member member SET note = left(pinned.text, 200)
FROM members_membernote pinned WHERE pinned.member_id = member.id AND pinned.is_pinned
"""

# The entry of the friend bears the reference of the other side and a word more.
REFERRALS = """
INSERT INTO members_referral (merchant_id, member_id, friend_id, source, reference, occurred_at, recorded_by_id)
SELECT DISTINCT ON (side.member_id) member.merchant_id, own.member_id, side.member_id,
    split_part(brought.reference, ':', 2), substr(brought.reference, 8 + length(split_part(brought.reference, ':', 2))),
    brought.occurred_at, staff.id
FROM members_ledgerentry friend
JOIN members_ledgerentry brought
    ON brought.program_id = friend.program_id AND friend.reference = brought.reference || ':referred'
JOIN members_account side ON side.id = friend.account_id
JOIN members_account own ON own.id = brought.account_id
JOIN members_member member ON member.id = own.member_id
LEFT JOIN programs_staff staff ON staff.merchant_id = member.merchant_id AND staff.user_id = brought.actor_id
WHERE friend.kind = 'earn' AND friend.order_id IS NULL AND friend.explain ->> 'event' = 'referred'
    AND own.member_id <> side.member_id
ORDER BY side.member_id, friend.id
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    """The one note of each member becomes the pinned one; who brought whom is read from what both earned by it."""

    dependencies = [("members", "0027_notes_fields_and_referrals")]

    operations = [
        migrations.RunSQL(NOTES, PINNED),
        migrations.RunSQL(REFERRALS, migrations.RunSQL.noop),
    ]
