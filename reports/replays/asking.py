"""Asking for a replay, and finding the one that a page shows. The job finds its work by the row written here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from loyalty_site import jobs
from loyalty_site.models import Job, User
from loyalty_site.sql import rows
from members.replaying.span import span_of
from programs import calendar, terms
from programs.drafts import Working
from programs.models import Merchant, Program
from programs.versions import Schedule
from reports.models import Replay

KIND, IN_TURN = "replay", "replay-in-turn"
USUAL_DAYS = 90
LONGEST_DAYS = 731

# What rules had given before a range: their budgets are used up to there.
ISSUED = """
SELECT given.key, sum(given.value::bigint)::bigint
FROM members_ledgerentry entry, jsonb_each_text(entry.explain -> 'rule_points') AS given
WHERE entry.program_id = %(program)s AND entry.occurred_at < %(start)s AND entry.id <= %(through)s
AND entry.kind IN ('earn', 'clawback') AND given.key = ANY(%(codes)s::text[]) GROUP BY given.key
"""


@dataclass(frozen=True)
class Days:
    """The local days of a replay, the first and the last of them included."""

    first: date
    last: date

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1


def last_days(merchant: Merchant, count: int, *, now: datetime) -> Days:
    """So many days through today."""
    today = calendar.local_day(now, merchant.zone)
    return Days(today - timedelta(days=count - 1), today)


@transaction.atomic
def ask(working: Working, days: Days, *, by: User | None, now: datetime) -> tuple[Replay, Job]:
    """Ask for the replay of some days under the draft; the same again, while it is at work, is that one.

    Those that others asked for of the same program stop. The caller tells the queue of the job.
    """
    program = Program.objects.select_for_update().select_related("merchant").get(pk=working.program.pk)
    known = Replay.objects.filter(program=program, finished_at=None, is_stopped=False).order_by("-id").first()
    if known and is_same(known, working, days) and (job := job_of(known)).is_open:
        return known, job
    Replay.objects.filter(program=program, finished_at=None).update(is_stopped=True)
    replay = Replay.objects.create(
        program=program,
        first_on=days.first,
        last_on=days.last,
        revision=working.revision,
        terms=working.document,
        **lived(working, days, now=now),
        requested_at=now,
        requested_by=by,
    )
    return replay, job_of(replay)


def lived(working: Working, days: Days, *, now: datetime) -> dict[str, Any]:
    """What the live terms were, and how far the books reach: frozen, so that every part sees the same."""
    program, zone = working.program, working.program.merchant.zone
    start = calendar.start_of_day(days.first, zone)
    end = min(calendar.end_of_day(days.last, zone), now)
    span = span_of(program, start=start, end=end)
    in_force = Schedule([program.pk]).between(program.pk, start, end)
    live = working.live.terms if working.live else working.terms
    codes = [rule.code for one in (live, working.terms) for rule in one.rules if rule.budget is not None]
    asked = {"program": program.pk, "start": start, "through": span.through, "codes": codes}
    return {
        "live": terms.dump(live),
        "is_as_posted": len(in_force) == 1,
        "until": end,
        "through": span.through,
        "marks": [[entry_id, at.isoformat()] for entry_id, at in span.marks],
        "issued": dict(rows(ISSUED, asked)) if codes else {},
    }


def is_same(replay: Replay, working: Working, days: Days) -> bool:
    """Whether a replay is of these days and of the draft as it is."""
    return (replay.first_on, replay.last_on) == (days.first, days.last) and is_of(replay, working)


def is_of(replay: Replay, working: Working) -> bool:
    """Whether a replay is of the draft, or without one of the live terms, as they are now."""
    live = terms.dump(working.live.terms) if working.live else replay.live
    return bool(replay.terms == working.document and replay.live == live)


def job_of(replay: Replay) -> Job:
    """The job that is at work on a replay, or was."""
    kind = IN_TURN if replay.is_in_turn else KIND
    day = calendar.local_day(replay.requested_at, replay.program.merchant.zone)
    return jobs.open_job(kind, replay.program.merchant_id, day, subject_id=replay.pk)


def latest(program: Program) -> Replay | None:
    """The replay that was asked for last, with its program."""
    found = Replay.objects.filter(program=program, is_stopped=False).select_related("program__merchant")
    return found.order_by("-id").first()


def latest_finished(program: Program) -> Replay | None:
    """The last replay that came to its end."""
    found = Replay.objects.filter(program=program, finished_at__isnull=False).select_related("program__merchant")
    return found.order_by("-id").first()
