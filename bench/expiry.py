"""Expiry of 1,000,000 lots of 200,000 accounts, an entry each, as the night does it, while customers go on buying.

The floor posts the same rows by one minimal statement per 1,000 accounts, written by hand.
"""

import time
from argparse import Namespace
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from bench import live, people
from bench.report import Result
from loyalty_site import jobs
from loyalty_site.models import Job
from loyalty_site.sql import rows
from members import chunks
from programs.models import Program

ACCOUNTS, EACH = 200_000, 5

BY_HAND = """
WITH due AS (
    SELECT entry_id, account_id, program_id, remaining, expires_at FROM members_pointslot
    WHERE account_id BETWEEN %(first)s AND %(last)s AND remaining > 0 AND expires_at <= %(now)s
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
    accounts = int(ACCOUNTS * options.scale)
    lots = accounts * EACH
    floor = by_hand(ready("expiry-floor", accounts), now=timezone.now())
    ours = as_the_night_does(ready("expiry-ours", accounts), lots, now=timezone.now())
    busy = ready("expiry-busy", accounts)
    beside = live.beside(busy, lambda: as_the_night_does(busy, lots, now=timezone.now()))
    name = f"expiry of {lots:,} lots"
    return [
        Result(name, lots / ours, "lots/s", lots / floor, "a statement per 1,000 accounts, by hand"),
        *beside.results("expiry"),
    ]


def ready(slug: str, accounts: int) -> Program:
    program = people.shop(slug, members=accounts)
    people.fill_with_due_lots(program, each=EACH)
    people.settle_down()
    return program


def by_hand(program: Program, *, now: datetime) -> float:
    def work() -> None:
        for first, last in chunks.ranges(program.merchant_id, None):
            rows(BY_HAND, {"first": first, "last": last, "now": now})

    return timed(work)


def as_the_night_does(program: Program, lots: int, *, now: datetime) -> float:
    """Seconds that one worker needs for the job, its planning included."""

    def work() -> Job:
        return jobs.drain(jobs.open_job("expire", program.merchant_id, now.date()))

    seconds = timed(work)
    job = Job.objects.get(kind="expire", merchant_id=program.merchant_id)
    if job.result.get("lots") != lots:
        raise SystemExit(f"the job expired {job.result}, expected {lots} lots: {job.error}")
    return seconds


def timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start
