"""What a member finds on the card about new terms: what changes and from when, as they were told it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from members import announcing
from members.models import Member, Notice
from members.reading.telling import ends_points, new_terms_of
from programs import calendar
from programs.wording import Change

SHOWN = timedelta(days=14)  # after the terms have begun


@dataclass(frozen=True, slots=True)
class News:
    """New terms of one program: a heading that says when, and what they change."""

    heading: str
    changes: list[Change]
    keeps_points: bool


def news(member: Member, *, now: datetime) -> list[News]:
    """New terms that the member was told of, from then until two weeks after they began; the next ones first."""
    today = calendar.local_day(now, member.merchant.zone)
    told = Notice.objects.filter(account__member=member, kind=Notice.Kind.NEW_TERMS, subject_on__gte=today - SHOWN)
    found = told.select_related("program", "version__program__merchant").order_by("subject_on", "pk")
    return [
        News(new_terms_of(notice, today), announcing.outward(notice.version), not ends_points(notice.version))
        for notice in found
        if notice.version and not announcing.is_over(notice.version, now)
    ]
