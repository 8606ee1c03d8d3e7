"""The night of 100,000 members, the hardest there is: everybody has an anniversary, and points to be told of.

The floors are the plain statements that write the same rows, one for all members. Customers go on buying meanwhile.
"""

import time
from argparse import Namespace
from datetime import date, timedelta

from django.utils import timezone

from bench import live, people
from bench.report import Result
from loyalty_site import jobs, nights
from loyalty_site.models import Job
from loyalty_site.sql import rows
from programs import calendar, terms
from programs.models import Program

MEMBERS = 100_000
ANNIVERSARY = {"code": "year", "name": "Another year", "when": {"event": "anniversary"}, "give": {"points": 20}}
TERMS = terms.P0 | {"rules": [ANNIVERSARY]}
KINDS = {"celebrate": "anniversary gifts", "notices": "notices"}

GIFTS = """
WITH entry AS (
    INSERT INTO members_ledgerentry (account_id, program_id, kind, points, balance_after, reference, occurred_at,
                                     reason, explain)
    SELECT id, program_id, 'earn', 20, balance + 20, 'floor:' || id, now(), '', '{}' FROM members_account
    WHERE program_id = %(program)s RETURNING id, account_id
), lot AS (
    INSERT INTO members_pointslot (entry_id, account_id, program_id, points, remaining, available_at, expires_at)
    SELECT id, account_id, %(program)s, 20, 20, now(), now() + interval '1 year' FROM entry
)
UPDATE members_account SET balance = balance + 20, earned = earned + 20 WHERE program_id = %(program)s
"""

NOTICES = """
INSERT INTO members_notice (account_id, program_id, kind, subject_on, notice_on, points, state, due_at)
SELECT account_id, %(program)s, 'expiry', %(day)s, %(day)s, sum(remaining), 'waiting', now() FROM members_pointslot
WHERE program_id = %(program)s AND remaining > 0 GROUP BY account_id
"""


def run(options: Namespace) -> list[Result]:
    members = int(MEMBERS * options.scale)
    floors = by_hand(ready("night-floor", members))
    alone = done(ready("night-ours", members))
    busy = ready("night-busy", members)
    beside = live.beside(busy, lambda: whole(busy))
    return [
        *(
            Result(
                f"{name} for {members:,} members",
                members / alone[kind],
                "a second",
                members / floors[kind],
                "one statement",
            )
            for kind, name in KINDS.items()
        ),
        Result(f"night of {members:,} members, orders meanwhile", beside.seconds, "s"),
        *beside.results("night"),
    ]


def ready(slug: str, members: int) -> Program:
    """Members who joined a year ago tonight, each with points through the day that is told of tonight."""
    program = people.shop(slug, members=members, document=TERMS)
    night = closed(program) + timedelta(days=1)
    joined = calendar.start_of_day(calendar.add_months(night, -12), program.merchant.zone) + timedelta(hours=9)
    rows("UPDATE members_member SET joined_at = %s WHERE merchant_id = %s", [joined, program.merchant_id])
    ends = calendar.end_of_day(night + timedelta(days=30), program.merchant.zone)
    rows(people.DUE_LOTS, {"program": program.pk, "each": 1, "earned": joined, "ends": ends})
    people.settle_down()
    return program


def closed(program: Program) -> date:
    return nights.last_closed_day(program.merchant.zone_name, timezone.now())


def by_hand(program: Program) -> dict[str, float]:
    parameters = {"program": program.pk, "day": closed(program)}
    return {"celebrate": timed(GIFTS, parameters), "notices": timed(NOTICES, parameters)}


def timed(statement: str, parameters: dict[str, object]) -> float:
    start = time.perf_counter()
    rows(statement, parameters)
    return time.perf_counter() - start


def done(program: Program) -> dict[str, float]:
    """Seconds that one worker needs for each kind, its planning included."""
    return {kind: seconds_of(kind, program) for kind in KINDS}


def seconds_of(kind: str, program: Program) -> float:
    start = time.perf_counter()
    job = jobs.drain(jobs.open_job(kind, program.merchant_id, closed(program)))
    expect_all(job, program)
    return time.perf_counter() - start


def whole(program: Program) -> None:
    nights.night(program.merchant_id, closed(program))
    for job in Job.objects.of_merchant(program.merchant_id).filter(kind__in=KINDS):
        expect_all(job, program)


def expect_all(job: Job, program: Program) -> None:
    count = program.accounts.count()
    if job.result.get(KINDS[job.kind]) != count:
        raise SystemExit(f"{job.kind} did {job.result}, expected {count}: {job.error}")
