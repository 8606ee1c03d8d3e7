"""The job of a replay: each chunk of accounts is replayed under the live terms and the draft; the end adds up.

Rules with a budget over all members tie chunks together. They are first replayed as if their budgets had no end. If
that gives more than a budget has, the replay runs again in turn: all accounts in one part, in the order of the books.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from loyalty_site.jobs import JobKind
from loyalty_site.models import Job
from members import chunks
from members.replaying import running
from members.replaying.running import WITHOUT_END
from members.replaying.span import Span, nights_of
from programs import calendar, terms
from programs.supposing import from_then_on
from programs.versions import Schedule
from reports.models import Replay
from reports.replays import asking, figures

ACCOUNTS_AT_ONCE = 500
EVERYBODY = 2**62

ACCOUNTS = "SELECT id FROM members_account WHERE program_id = %(program)s"


def plan(replay_id: int | None, business_on: date | None) -> list[tuple[int, int]]:
    """Ranges of the program's accounts."""
    program_id = Replay.objects.values_list("program", flat=True).get(pk=replay_id or 0)
    return chunks.ranges_among(ACCOUNTS, {"program": program_id}, size=ACCOUNTS_AT_ONCE)


def plan_in_turn(replay_id: int | None, business_on: date | None) -> list[tuple[int, int]]:
    """Everybody at once."""
    return [(0, EVERYBODY)]


def work(replay_id: int | None, business_on: date | None, first_id: int, last_id: int, now: datetime) -> dict[str, Any]:
    """Replay one range; a replay that was stopped, or is gone, has nothing left to do."""
    replay = Replay.objects.select_related("program__merchant").filter(pk=replay_id or 0, is_stopped=False).first()
    if replay is None:
        return {}
    issued = {(replay.program_id, code): points for code, points in replay.issued.items()}
    span = span_of(replay)
    tallies = running.replay(
        span, first_id, last_id, schedules_of(replay, span), issued=issued if replay.is_in_turn else WITHOUT_END
    )
    return {"parts": [figures.part_of(*tallies)]}


def span_of(replay: Replay) -> Span:
    """The range of a replay, as it was when it was asked for."""
    start = calendar.start_of_day(replay.first_on, replay.program.merchant.zone)
    nights = nights_of(replay.program.merchant, start=start, end=replay.until)
    marks = [(entry_id, datetime.fromisoformat(at)) for entry_id, at in replay.marks]
    return Span(replay.program, start, replay.until, replay.through, nights, marks)


def schedules_of(replay: Replay, span: Span) -> list[Schedule]:
    """The live terms and the draft: both as if they had held from the first day on, and what was before it before."""
    known, program_id = Schedule([replay.program_id]), replay.program_id
    draft = from_then_on(known, program_id, terms.parse(replay.terms), since=span.start)
    if replay.is_as_posted:
        return [known, draft]
    return [from_then_on(known, program_id, terms.parse(replay.live), since=span.start), draft]


def finish(job: Job) -> dict[str, Any]:
    """Add up, once all parts are there; or have it replayed in turn where a budget would have ended."""
    replay = Replay.objects.select_related("program__merchant").filter(pk=job.subject_id or 0, is_stopped=False).first()
    if replay is None:
        return {"parts": 0}
    result = figures.added(job.result.get("parts", []))
    if not replay.is_in_turn and exceeds(replay, result):
        replay.is_in_turn = True
        replay.save(update_fields=["is_in_turn"])
        asking.job_of(replay)
        return {"parts": 0}
    replay.result = result | figures.money_of(replay)
    replay.finished_at = job.finished_at
    replay.save(update_fields=["result", "finished_at"])
    clear_away(replay)
    return {"parts": 0, "members": result["members"]}


def exceeds(replay: Replay, result: dict[str, Any]) -> bool:
    """Whether rules would have given more than their budgets have."""
    return any(
        replay.issued.get(rule.code, 0) + result[side]["rules"].get(rule.code, 0) > rule.budget
        for side, document in (("live", replay.live), ("draft", replay.terms))
        for rule in terms.parse(document).rules
        if rule.budget is not None
    )


def clear_away(replay: Replay) -> None:
    """Forget the program's earlier replays, and what was kept of this one's parts."""
    earlier = Replay.objects.filter(program=replay.program_id, pk__lt=replay.pk)
    Job.objects.filter(kind__in=[asking.KIND, asking.IN_TURN], subject_id__in=earlier.values("pk")).delete()
    earlier.delete()


JOB = JobKind(_("Replay a draft"), plan, work, finish, is_of_subject=True)
IN_TURN = JobKind(_("Replay a draft, in turn"), plan_in_turn, work, finish, is_of_subject=True)
