"""Telling members of new terms: once for each member and version, a thousand at a time; `mailing` mails it."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from loyalty_site.jobs import JobKind
from loyalty_site.sql import rows
from members import chunks, following
from members.following import TELL, versions_of
from members.models import Account
from members.notices import STATE
from programs import calendar, wording
from programs.models import Program, ProgramVersion
from programs.versions import terms_of
from programs.wording import Change

ALL = """
SELECT account.id FROM members_account account WHERE account.program_id = ANY(%(programs)s::bigint[])
"""

TELL_OF_TERMS = f"""
INSERT INTO members_notice (account_id, program_id, kind, subject_on, notice_on, version_id, state, due_at)
SELECT account.id, account.program_id, 'new-terms', %(begins_on)s, %(day)s, %(version)s, {STATE}, %(now)s
FROM members_account account JOIN members_member member ON member.id = account.member_id
WHERE account.program_id = %(program)s AND account.merged_into_id IS NULL AND account.id BETWEEN %(first)s AND %(last)s
AND member.erased_at IS NULL AND member.joined_at <= %(opened_at)s
ORDER BY account.id
ON CONFLICT DO NOTHING RETURNING account_id
"""


def plan(merchant_id: int | None, business_on: date | None) -> list[tuple[int, int]]:
    """Ranges of at most 1,000 accounts in the programs whose new terms are announced on a day."""
    programs = [version.program_id for version in versions_of(TELL, merchant_id, business_on) if has_news(version.pk)]
    return chunks.ranges_among(ALL, {"programs": programs}) if programs else []


def work(
    merchant_id: int | None, business_on: date | None, first_id: int, last_id: int, now: datetime
) -> dict[str, Any]:
    """Write the notices of one range; a second time writes none."""
    asked = versions_of(TELL, merchant_id, business_on)
    wanted = [version for version in asked if has_news(version.pk) and not is_over(version, now)]
    return {"notices": sum(tell(version, first_id, last_id, now=now) for version in wanted)}


def tell(version: ProgramVersion, first_id: int, last_id: int, *, now: datetime) -> int:
    """Tell the members in a range of accounts, without those who joined after the announcement; count the new ones."""
    zone = version.program.merchant.zone
    wish = {
        "program": version.program_id,
        "version": version.pk,
        "begins_on": calendar.local_day(version.effective_at, zone),
        "opened_at": following.opened_at(version, TELL),
        "day": calendar.local_day(now, zone),
        "now": now,
    }
    return len(rows(TELL_OF_TERMS, wish | {"first": first_id, "last": last_id}))


def is_over(version: ProgramVersion, now: datetime) -> bool:
    """Whether another version has followed, or will before this one begins, or the program has stopped."""
    if not version.program.is_active:
        return True
    begins = max(version.effective_at, now)
    return ProgramVersion.objects.filter(
        program=version.program_id, number__gt=version.number, effective_at__lte=begins
    ).exists()


def outward(version: ProgramVersion) -> list[Change]:
    """What a version changes for members, in the active language; nothing for a program's first one."""
    before, merchant = version_before(version), version.program.merchant
    if before is None:
        return []
    day = calendar.local_day(version.effective_at, merchant.zone)
    return wording.changes_for_customers(
        terms_of(before.pk), terms_of(version.pk), merchant.currency, on=day, places=merchant.place_names
    )


@lru_cache(maxsize=256)
def has_news(version_id: int) -> bool:
    """Whether a version changes anything for members; remembered, because versions never change."""
    return bool(outward(ProgramVersion.objects.select_related("program__merchant").get(pk=version_id)))


def version_before(version: ProgramVersion) -> ProgramVersion | None:
    """The version that a version replaces."""
    earlier = Q(effective_at__lt=version.effective_at) | Q(effective_at=version.effective_at, number__lt=version.number)
    others = ProgramVersion.objects.filter(earlier, program=version.program_id)
    return max(others, key=lambda other: (other.effective_at, other.number), default=None)


def told_by(program: Program) -> tuple[int, int]:
    """How many members an announcement would reach by mail, and how many only see it on their card."""
    holders = Account.objects.present().filter(program=program)
    reached = holders.exclude(member__email="").filter(member__is_blocked=False).count()
    return reached, holders.count() - reached


JOB = JobKind(title=_("Tell of new terms"), plan=plan, work=work, is_of_accounts=True, is_dated=True)
