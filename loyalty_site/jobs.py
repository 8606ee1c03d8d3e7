"""Background work. The database is the truth: who has which chunk, until when, and what came of it.

A kind of job is registered by name in `settings.JOB_KINDS`. Every function here may run twice, or
in two workers at once, or die in the middle, and the work is still done once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from loyalty_site import bisecting, clock
from loyalty_site.bisecting import Outcome, added
from loyalty_site.models import MOST_ATTEMPTS, Job, JobChunk

LEASE = timedelta(seconds=30)  # short, because a chunk at work holds its row: only a dead worker's chunk is free
PAUSE = timedelta(seconds=5)  # times the attempt: how long a chunk waits after something that passes by itself
# Live traffic goes first; and what a deferred constraint has to say is said where it can be pinned on an account.
MANNERS = "SET LOCAL lock_timeout = '2s'; SET CONSTRAINTS ALL IMMEDIATE"
STATE = Job.State

Plan = Callable[[int | None, date | None], Iterable[tuple[int, int]]]
Work = Callable[[int | None, date | None, int, int, datetime], dict[str, Any]]


@dataclass(frozen=True)
class JobKind:
    """What one kind of job does.

    `plan(merchant_id, business_on)` lists id ranges of at most 1,000 rows each;
    `work(merchant_id, business_on, first_id, last_id, now)` does one range and returns figures to add up;
    `finish(job)` runs once, after the last range, and may return figures of its own.
    `is_of_accounts`: ids are accounts, so that a range which fails is done without the account that breaks it.
    `is_dated`: the work belongs to its day; no later night would find it, so a night tries failed ones again.
    `is_of_subject`: the work is about one row of an app; `plan` and `work` get its id in the place of the merchant's.
    """

    title: str | Promise
    plan: Plan
    work: Work
    finish: Callable[[Job], dict[str, Any] | None] | None = None
    is_of_accounts: bool = False
    is_dated: bool = False
    is_of_subject: bool = False

    def owner_of(self, job: Job) -> int | None:
        """Whose id the work starts from."""
        return job.subject_id if self.is_of_subject else job.merchant_id


def kind_of(name: str) -> JobKind:
    """Find a kind by its name; raises KeyError for a name that is not in the settings."""
    kind: JobKind = import_string((settings.JOB_KINDS | settings.JOB_KINDS_BY_DAY)[name])
    return kind


def dated_kinds() -> list[str]:
    """Name the kinds whose work no later night would find."""
    return [name for name in settings.JOB_KINDS if kind_of(name).is_dated]


def title_of(name: str) -> str:
    """Say a kind's name in words."""
    return str(kind_of(name).title)


@transaction.atomic
def open_job(
    kind: str,
    merchant_id: int | None,
    business_on: date | None,
    *,
    again: bool = False,
    subject_id: int | None = None,
) -> Job:
    """Find or make the one job of this kind, merchant and day (and subject, if it is about one), with its chunks.

    With `again`, a finished one is planned anew: its work finds by query what is left to do.
    """
    scope: dict[str, Any] = {
        "kind": kind,
        "merchant_id": merchant_id,
        "business_on": business_on,
        "subject_id": subject_id,
    }
    Job.objects.get_or_create(**scope)
    job = Job.objects.select_for_update().get(**scope)
    is_new = job.state == STATE.WAITING and not job.chunks.exists()
    if is_new or (again and not job.is_open):
        _plan(job)
    return job


def claim_chunk(job: Job, *, now: datetime) -> JobChunk | None:
    """Lease the next chunk to the caller for half a minute; two callers never get the same one."""
    with transaction.atomic():
        free = job.chunks.select_for_update(skip_locked=True).claimable(now)
        chunk = free.order_by("attempt", "id").first()
        if chunk is None:
            return None
        chunk.state, chunk.attempt, chunk.lease_until = STATE.RUNNING, chunk.attempt + 1, now + LEASE
        chunk.save(update_fields=["state", "attempt", "lease_until"])
        Job.objects.filter(pk=job.pk, state=STATE.WAITING).update(state=STATE.RUNNING, started_at=now)
    return chunk


def run_chunk(chunk: JobChunk, *, now: datetime) -> bool:
    """Do a leased chunk's work and mark it done, in one transaction; say whether it was done here.

    Broken accounts are left out, and named on the chunk, which has then failed. Any other error is written on the
    chunk, which waits for its next attempt; after five it has failed.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(MANNERS)
            return _is_still_leased(chunk) and _do(chunk, now=now)
    except Exception as problem:  # whatever it is, it belongs on the row, and the next chunk goes on
        _note_failure(chunk, problem, now=now)
        return False


def drain(job: Job, *, clock: Callable[[], datetime] = clock.now, until: datetime | None = None) -> Job:
    """Work on a job until no chunk is free (or it is late), then settle it if every chunk has ended."""
    while (until is None or clock() < until) and (chunk := claim_chunk(job, now=clock())):
        run_chunk(chunk, now=clock())
    return settle(job, now=clock())


@transaction.atomic
def reopen(job: Job) -> Job:
    """Let a failed job try the accounts again that it left out, or whole chunks where it named none."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.state == STATE.FAILED:
        afresh = {"state": STATE.WAITING, "attempt": 0, "lease_until": None, "error": ""}
        job.chunks.filter(state=STATE.FAILED).update(**afresh)
        job.state, job.finished_at, job.error = STATE.WAITING, None, ""
        job.save()
    return job


@transaction.atomic
def settle(job: Job, *, now: datetime) -> Job:
    """Close a job whose chunks have all ended: add up their figures, finish it, once."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    if not job.is_open or job.chunks.open().exists():
        return job
    failed = job.chunks.filter(state=STATE.FAILED)
    job.result = added(job.chunks.values_list("result", flat=True))
    job.error = "\n".join(sorted({chunk.error for chunk in failed}))
    job.state = STATE.FAILED if failed else STATE.DONE
    job.started_at, job.finished_at = job.started_at or now, now
    finish = kind_of(job.kind).finish
    if finish and not failed:
        job.result |= finish(job) or {}
    job.save()
    return job


def sweep(*, now: datetime) -> list[int]:
    """Give up on chunks that kill their workers; list the open jobs that somebody should work on."""
    JobChunk.objects.given_up(now).update(state=STATE.FAILED, error="The worker died on every attempt.")
    return [job.pk for job in Job.objects.open().order_by("id") if _wants_work(job, now)]


def _wants_work(job: Job, now: datetime) -> bool:
    return job.chunks.claimable(now).exists() or not job.chunks.open().exists()


def _plan(job: Job) -> None:
    job.chunks.all().delete()
    kind = kind_of(job.kind)
    ranges = kind.plan(kind.owner_of(job), job.business_on)
    JobChunk.objects.bulk_create(
        [JobChunk(job=job, first_id=first, last_id=last) for first, last in ranges], batch_size=1000
    )
    job.state, job.started_at, job.finished_at, job.result, job.error = STATE.WAITING, None, None, {}, ""
    job.save()


def _is_still_leased(chunk: JobChunk) -> bool:
    """Lock the chunk's row for the transaction, unless somebody took it over meanwhile."""
    mine = JobChunk.objects.filter(pk=chunk.pk, attempt=chunk.attempt, state=STATE.RUNNING)
    return mine.select_for_update().exists()


def _do(chunk: JobChunk, *, now: datetime) -> bool:
    outcome = _worked(chunk, now=now)
    chunk.state = STATE.FAILED if outcome.broken else STATE.DONE
    chunk.result = added([chunk.result, outcome.figures])
    chunk.error = "\n".join(sorted({words for _id, words in outcome.broken}))
    chunk.broken = outcome.broken
    chunk.save(update_fields=["state", "result", "error", "broken"])
    return True


def _worked(chunk: JobChunk, *, now: datetime) -> Outcome:
    job, kind = chunk.job, kind_of(chunk.job.kind)

    def work(first_id: int, last_id: int) -> dict[str, Any]:
        return kind.work(kind.owner_of(job), job.business_on, first_id, last_id, now)

    if kind.is_of_accounts:
        left_out = [(broken_id, broken_id) for broken_id, _words in chunk.broken]
        return bisecting.work_around(work, left_out or [(chunk.first_id, chunk.last_id)])
    return Outcome(work(chunk.first_id, chunk.last_id))


def _note_failure(chunk: JobChunk, problem: Exception, *, now: datetime) -> None:
    """Write down why, for the next attempt; what passes by itself is given some time to."""
    state = STATE.FAILED if chunk.attempt >= MOST_ATTEMPTS else STATE.WAITING
    rest = now + PAUSE * chunk.attempt if isinstance(problem, bisecting.PASSING) else now
    mine = JobChunk.objects.filter(pk=chunk.pk, attempt=chunk.attempt, state=STATE.RUNNING)
    mine.update(state=state, lease_until=rest, error=bisecting.words_of(problem))
