"""Signed notes of who was at a till, for what its browser keeps and sends later, perhaps in somebody else's shift."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing

from programs.models import Merchant, Staff

SALT = "programs.staffing.marks"
GOOD_FOR = timedelta(days=60)


def mark_of(staff: Staff) -> str:
    """A note that only this site can write."""
    return signing.dumps(staff.pk, salt=SALT)


def marked(note: str, merchant: Merchant) -> Staff | None:
    """Who was at the till, also if they have left since; None if the note is not ours, too old or of another shop."""
    try:
        staff_id = signing.loads(note, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return None
    return merchant.staff.select_related("user", "location", "merchant").filter(pk=staff_id).first()
