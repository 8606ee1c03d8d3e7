"""Looking at personal data is written down: who looked at whose, and at what, once an hour."""

from __future__ import annotations

from datetime import datetime

from django.core.cache import cache

from loyalty_site import auditing
from members.models import Member
from programs.models import Staff

SEEN, TAKEN = "member-seen", "member-data"
AN_HOUR = 3600


def saw(member: Member, *, by: Staff, at: datetime, what: str) -> None:
    """Note that somebody looked at what the shop knows of a member; again within the hour notes nothing.

    `what` is a word for the page or the file: profile, till, data. Without the cache each look is noted.
    """
    if cache.add(f"saw:{member.pk}:{by.pk}:{what}:{at:%Y%m%d%H}", True, AN_HOUR):
        auditing.record(SEEN, merchant=member.merchant_id, actor=by.user, at=at, subject=member.number, what=what)


def took(member: Member, *, by: Staff, at: datetime, kind: str) -> None:
    """Note that somebody saved all that is known of a member as a file; every time."""
    auditing.record(TAKEN, merchant=member.merchant_id, actor=by.user, at=at, subject=member.number, kind=kind)
