"""What a published version does to the members who are there: move their tiers, tell them. Once, as a job.

A sweep finds by query which versions have something to be done now, and opens the job of the shop's day for it; so
neither the page that published nor the queue has to remember anything. What the job did stands on its row.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from loyalty_site import jobs, nights
from loyalty_site.models import Job
from loyalty_site.sql import rows
from members.models import VersionJob
from programs.models import Merchant, ProgramVersion

MOVE_TIERS, TELL = "move-tiers", "tell-of-terms"

# A version that another one of the same or an earlier begin has followed never comes into force, or is over.
DUE = """
SELECT version.id, program.merchant_id FROM programs_programversion version
JOIN programs_program program ON program.id = version.program_id AND program.is_active
WHERE {wants} AND version.number > 1
AND NOT EXISTS (SELECT FROM members_versionjob job WHERE job.version_id = version.id AND job.kind = %(kind)s)
AND NOT EXISTS (
    SELECT FROM programs_programversion later WHERE later.program_id = version.program_id
    AND later.number > version.number AND later.effective_at <= greatest(version.effective_at, %(now)s)
)
ORDER BY version.id
"""
WANTS = {
    MOVE_TIERS: "version.moves_tiers = 'now' AND version.effective_at <= %(now)s",
    TELL: "version.notifies",
}
CLAIM = """
INSERT INTO members_versionjob (version_id, kind, business_on, opened_at)
SELECT version_id, %(kind)s, %(business_on)s, %(now)s FROM unnest(%(versions)s::bigint[]) AS version_id
ORDER BY version_id ON CONFLICT (version_id, kind) DO NOTHING RETURNING version_id
"""


def sweep(*, now: datetime) -> None:
    """Open the jobs that versions ask for now; one that is found twice, or by two at once, is opened once."""
    for kind, wants in WANTS.items():
        by_merchant: dict[int, list[int]] = {}
        for version_id, merchant_id in rows(DUE.format(wants=wants), {"kind": kind, "now": now}):
            by_merchant.setdefault(merchant_id, []).append(version_id)
        for merchant in Merchant.objects.filter(pk__in=by_merchant).order_by("pk"):
            open_job(kind, merchant, by_merchant[merchant.pk], now=now)


@transaction.atomic
def open_job(kind: str, merchant: Merchant, version_ids: Sequence[int], *, now: datetime) -> Job | None:
    """Open the job of the shop's day for some versions; None if they have theirs, or it is still at work on others."""
    business_on = nights.last_closed_day(merchant.zone_name, now)
    same = Job.objects.select_for_update().filter(kind=kind, merchant_id=merchant.pk, business_on=business_on)
    if any(job.is_open for job in same):
        return None
    claim = {"kind": kind, "business_on": business_on, "now": now, "versions": list(version_ids)}
    if not rows(CLAIM, claim):
        return None
    return jobs.open_job(kind, merchant.pk, business_on, again=True)


def versions_of(kind: str, merchant_id: int | None, business_on: date | None) -> list[ProgramVersion]:
    """The versions that a day's job is for, the oldest first, with their programs."""
    if business_on is None:
        return []
    asked = VersionJob.objects.filter(kind=kind, business_on=business_on, version__program__merchant=merchant_id)
    wanted = ProgramVersion.objects.filter(pk__in=asked.values("version"), program__is_active=True)
    return list(wanted.select_related("program__merchant").order_by("pk"))


def opened_at(version: ProgramVersion, kind: str) -> datetime:
    """When the job for a version was opened: who joined later met the version as it is."""
    return VersionJob.objects.values_list("opened_at", flat=True).get(version=version, kind=kind)
