"""Expiry of 200,000 lots, an entry each, as the night does it, beside one hand-written statement over the same rows."""

import time
from argparse import Namespace
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from bench import people
from bench.report import Result
from loyalty_site import jobs
from loyalty_site.models import Job
from loyalty_site.sql import rows
from members import audit
from programs.models import Program

MEMBERS, EACH = 40_000, 5

BY_HAND = """
WITH due AS (
    SELECT entry_id, account_id, program_id, remaining, expires_at FROM members_pointslot
    WHERE program_id = %(program)s AND remaining > 0 AND expires_at <= %(now)s
), entry AS (
    INSERT INTO members_ledgerentry (account_id, program_id, kind, points, balance_after, reference, occurred_at,
                                     reason, explain)
    SELECT account_id, program_id, 'expire', -remaining, 0, 'expire:' || entry_id, expires_at, '',
           jsonb_build_object('lots', jsonb_build_array(jsonb_build_array(entry_id, remaining)))
    FROM due RETURNING id, points, (explain #>> '{lots,0,0}')::bigint AS lot_id
), draw AS (
    INSERT INTO members_lotdraw (entry_id, lot_id, points) SELECT id, lot_id, -points FROM entry
), lot AS (
    UPDATE members_pointslot lot SET remaining = 0 FROM due WHERE lot.entry_id = due.entry_id
)
UPDATE members_account account SET balance = balance - gone.points
FROM (SELECT account_id, sum(remaining) AS points FROM due GROUP BY account_id) gone WHERE account.id = gone.account_id
"""


def run(options: Namespace) -> list[Result]:
    lots = MEMBERS * EACH
    floor = by_hand(ready("expiry-floor"), now=timezone.now())
    program = ready("expiry-ours")
    ours = as_the_night_does(program, now=timezone.now())
    proven = timed(lambda: audit.work(program.merchant_id, None, 0, 2**62, timezone.now()))
    return [
        Result("expiry of 200,000 lots, in chunks", lots / ours, "lots/s", lots / floor, "one hand-written statement"),
        Result("audit of 40,000 accounts after it", MEMBERS / proven, "acc./s"),
    ]


def ready(slug: str) -> Program:
    program = people.shop(slug, members=MEMBERS)
    people.fill_with_due_lots(program, each=EACH)
    people.analyze()
    rows("CHECKPOINT")
    return program


def by_hand(program: Program, *, now: datetime) -> float:
    with transaction.atomic():
        return timed(lambda: rows(BY_HAND, {"program": program.pk, "now": now}))


def as_the_night_does(program: Program, *, now: datetime) -> float:
    """Seconds that one worker needs for the job, its planning included."""

    def work() -> Job:
        return jobs.drain(jobs.open_job("expire", program.merchant_id, now.date()))

    seconds = timed(work)
    job = Job.objects.get(kind="expire", merchant_id=program.merchant_id)
    if job.result.get("lots") != MEMBERS * EACH:
        raise SystemExit(f"the job expired {job.result}, expected {MEMBERS * EACH} lots: {job.error}")
    return seconds


def timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start
