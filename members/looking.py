"""Looking at personal data is written down: who looked at whose, and at what, once an hour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b

from django.core.cache import cache

from loyalty_site import auditing
from members.models import Member
from programs.models import Staff

SEEN, LISTED, TAKEN = "member-seen", "members-listed", "member-data"
AN_HOUR = 3600


def saw(member: Member, *, by: Staff, at: datetime, what: str) -> None:
    """Note that somebody looked at what the shop knows of a member; again within the hour notes nothing.

    `what` is a word for the page or the file: profile, till, data. Without the cache each look is noted.
    """
    if cache.add(f"saw:{member.pk}:{by.pk}:{what}:{at:%Y%m%d%H}", True, AN_HOUR):
        auditing.record(SEEN, merchant=member.merchant_id, actor=by.user, at=at, subject=member.number, what=what)


def saw_list(what: str, row_count: int, *, by: Staff, at: datetime, narrowed: Sequence[str] = ()) -> None:
    """Note that somebody looked at a list of members: which, by what it was narrowed, and how many it showed first.

    One event for each person, list and narrowing an hour, not one for each row; an empty list is none. `narrowed` are
    filters in words. What was searched for is none of them, for a name or a number must not stand in an event.
    """
    if not row_count:
        return
    digest = blake2b("\n".join(narrowed).encode(), digest_size=8).hexdigest()
    if cache.add(f"listed:{by.pk}:{what}:{digest}:{at:%Y%m%d%H}", True, AN_HOUR):
        auditing.record(
            LISTED, merchant=by.merchant_id, actor=by.user, at=at, what=what, narrowed=list(narrowed), rows=row_count
        )


def took(member: Member, *, by: Staff, at: datetime, kind: str) -> None:
    """Note that somebody saved all that is known of a member as a file; every time."""
    auditing.record(TAKEN, merchant=member.merchant_id, actor=by.user, at=at, subject=member.number, kind=kind)
