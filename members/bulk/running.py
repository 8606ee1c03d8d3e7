"""Starting a bulk change, deciding one that waits for a second person, and the job that does it or takes it back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty_site import auditing, jobs
from loyalty_site.jobs import JobKind
from loyalty_site.models import Job
from loyalty_site.retrying import retried
from members import adjusting, chunks
from members.bulk import points, tagging, taking_back, weighing
from members.models import Bulk
from members.refusals import NotAllowed
from programs import calendar
from programs.models import Role, Staff
from programs.versions import Schedule

KIND = "bulk"
TAGGED_AT_ONCE, POSTED_AT_ONCE = 500, 100
GIVEN_BACK_AT_ONCE = 50
STATE = Bulk.State

WAITING = "SELECT id FROM members_bulkrow WHERE bulk_id = %(bulk)s AND state = 'waiting'"


@retried
def start(bulk: Bulk, *, by: Staff, now: datetime) -> Bulk:
    """Start a reviewed change, or leave it to a second person where it is more than this one may move alone.

    A second start finds the first. Raises NotAllowed where nothing was said yet or nobody is left to change.
    """
    staff = Staff.objects.select_for_update().select_related("merchant", "user").get(pk=by.pk)
    bulk = locked(bulk)
    if bulk.state != STATE.DRAFT:
        return bulk
    check(bulk, by=staff, now=now)
    weight = weighing.weigh(bulk, now=now)
    if not weight.count:
        raise NotAllowed(_("Nobody is left whom this would change."))
    is_free = bulk.kind != Bulk.Kind.ADJUST or adjusting.may_move(
        staff, largest=weight.largest, total=weight.size, now=now
    )
    bulk.state = STATE.RUNNING if is_free else STATE.WAITING
    bulk.started_at = now
    bulk.save(update_fields=["state", "started_at"])
    note("bulk-started" if is_free else "bulk-asked-for", bulk, by=staff, now=now, members=weight.count)
    return bulk


def check(bulk: Bulk, *, by: Staff, now: datetime) -> None:
    """Raise NotAllowed unless a person may start a draft, and it says what to do."""
    if by.role < Role.MANAGER or by.pk != bulk.author_id:
        raise NotAllowed(_("Whoever drafted this starts it."))
    if bulk.kind != Bulk.Kind.ADJUST:
        if not bulk.tag:
            raise NotAllowed(_("Say which tag first."))
        return
    if bulk.program_id is None or not bulk.reason.strip():
        raise NotAllowed(_("Say how many points first, and why."))
    version = Schedule([bulk.program_id]).at(bulk.program_id, now)
    adjusting.refuse_if_over(bulk.points or 1, version, bulk.merchant.zone, now=now)


@retried
def decide(bulk: Bulk, *, by: Staff, is_approved: bool, now: datetime) -> Bulk:
    """Approve (and start) or decline a change that waits; deciding twice changes nothing.

    The decider's own card is left out, as the author's is. Raises NotAllowed for the author, and for a cashier.
    """
    bulk = locked(bulk)
    if bulk.state != STATE.WAITING:
        return bulk
    if by.pk == bulk.author_id or by.role < Role.MANAGER or by.merchant_id != bulk.merchant_id:
        raise NotAllowed(_("A second person, a manager or the owner, has to decide this."))
    bulk.decided_by, bulk.decided_at = by, now
    bulk.state = STATE.RUNNING if is_approved else STATE.DECLINED
    bulk.save(update_fields=["decided_by", "decided_at", "state"])
    note("bulk-approved" if is_approved else "bulk-declined", bulk, by=by, now=now)
    return bulk


@retried
def take_back(bulk: Bulk, *, by: Staff, now: datetime) -> Bulk:
    """Start the reversal of a change that is done: each row that changed something. A second one is the first.

    Points that were added and are spent meanwhile stay, and their rows say so.
    """
    bulk = locked(bulk)
    known = Bulk.objects.filter(undoes=bulk).first()
    if known:
        return known
    if by.role < Role.MANAGER or by.merchant_id != bulk.merchant_id:
        raise NotAllowed(_("A manager or the owner takes this back."))
    if bulk.state != STATE.DONE or bulk.undoes_id:
        raise NotAllowed(_("Only a change that is done can be taken back."))
    reversal = taking_back.drafted(bulk, by=by, now=now)
    note("bulk-taken-back", bulk, by=by, now=now)
    return reversal


def locked(bulk: Bulk) -> Bulk:
    whole = Bulk.objects.select_related("merchant", "author__user", "decided_by__user", "program__merchant", "undoes")
    return whole.select_for_update(of=("self",)).get(pk=bulk.pk)


def note(action: str, bulk: Bulk, *, by: Staff, now: datetime, **details: Any) -> None:
    """Write down who did what; the rows say whom it changed."""
    details |= {"tag": bulk.tag} if bulk.tag else {"points": bulk.points, "reason": bulk.reason}
    about: dict[str, Any] = {"merchant": bulk.merchant_id, "subject": str(bulk.pk), "kind": bulk.kind}
    auditing.record(action, actor=by.user, at=now, **about, **details)


def job_of(bulk: Bulk) -> Job:
    """The job that is at work on a change, or was."""
    day = calendar.local_day(bulk.started_at or bulk.created_at, bulk.merchant.zone)
    return jobs.open_job(KIND, bulk.merchant_id, day, subject_id=bulk.pk)


def plan(bulk_id: int | None, business_on: date | None) -> list[tuple[int, int]]:
    """Ranges of rows that wait; shorter ones where points go back into their lots, card by card."""
    bulk = Bulk.objects.get(pk=bulk_id or 0)
    size = TAGGED_AT_ONCE if bulk.kind != Bulk.Kind.ADJUST else POSTED_AT_ONCE
    if bulk.undoes_id and bulk.kind == Bulk.Kind.ADJUST and (bulk.points or 0) >= 0:
        size = GIVEN_BACK_AT_ONCE
    return chunks.ranges_among(WAITING, {"bulk": bulk_id}, size=size)


def work(bulk_id: int | None, business_on: date | None, first_id: int, last_id: int, now: datetime) -> dict[str, Any]:
    """Do the rows of one range that wait; those that were done before are not found again."""
    whole = Bulk.objects.select_related("merchant", "author__user", "decided_by__user", "program__merchant")
    bulk = whole.filter(pk=bulk_id or 0, state=STATE.RUNNING).first()
    if bulk is None:
        return {}
    if bulk.kind != Bulk.Kind.ADJUST:
        return tagging.work(bulk, points.asked(bulk, first_id, last_id, now=now))
    if bulk.undoes_id:
        return taking_back.work(bulk, first_id, last_id, now=now)
    return points.work(bulk, first_id, last_id, now=now)


def finish(job: Job) -> dict[str, Any]:
    """Say that a change is done."""
    running = Bulk.objects.filter(pk=job.subject_id or 0, state=STATE.RUNNING)
    running.update(state=STATE.DONE, finished_at=job.finished_at)
    return {}


def sweep(*, now: datetime) -> None:
    """Open the job of a change that was started just before something broke."""
    for bulk in Bulk.objects.filter(state=STATE.RUNNING).select_related("merchant")[:50]:
        job_of(bulk)


JOB = JobKind(gettext_lazy("Change many members"), plan, work, finish, is_of_subject=True)
