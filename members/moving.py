"""Moving members to the tiers of a version as soon as it is in force, where its owner asked for that.

The same review as by night, by the version's own ladder: up at once, down as its downgrade and its days of grace say,
with the warning first. What another version has meanwhile followed is left to the night.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from loyalty_site.bisecting import added
from loyalty_site.jobs import JobKind
from members import chunks, review_sql, tiering
from members.following import MOVE_TIERS, versions_of
from members.models import TierChange
from members.review_frame import frame_of
from programs import calendar
from programs.models import ProgramVersion


def plan(merchant_id: int | None, business_on: date | None) -> list[tuple[int, int]]:
    """Ranges of at most 1,000 accounts that the versions of a day's job would move, warn or count anew."""
    found = [due for version in versions_of(MOVE_TIERS, merchant_id, business_on) for due in due_ranges(version)]
    return chunks.disjoint(found)


def due_ranges(version: ProgramVersion) -> list[tuple[int, int]]:
    """Ranges with the accounts that a version concerns as it comes into force."""
    day = calendar.local_day(version.effective_at, version.program.merchant.zone)
    frame = frame_of(version.program, day=day, now=version.effective_at)
    whole = {"first": 0, "last": tiering.LAST}
    return chunks.ranges_among(review_sql.DUE, frame.parameters | whole) if frame else []


def work(
    merchant_id: int | None, business_on: date | None, first_id: int, last_id: int, now: datetime
) -> dict[str, Any]:
    """Move the accounts of one range; a second time finds nothing to change."""
    versions = versions_of(MOVE_TIERS, merchant_id, business_on)
    return added(move(version, first_id, last_id, now=now) for version in versions)


def move(version: ProgramVersion, first_id: int, last_id: int, *, now: datetime) -> dict[str, int]:
    """Review a range by a version from this moment on, as long as it is the one in force."""
    program = version.program
    frame = frame_of(program, day=calendar.local_day(now, program.merchant.zone), now=now)
    if frame is None or frame.version.id != version.pk:
        return {}
    frame = replace(frame, starts_at=now, cause=TierChange.Cause.EDITED)
    return tiering.review(frame, frame.hold_due(first_id, last_id), program.merchant, now=now)


JOB = JobKind(title=_("Move to new tiers"), plan=plan, work=work, is_of_accounts=True)
