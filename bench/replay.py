"""The replay of 1,000,000 orders under a draft, beside the live terms, by two workers.

The floor reads the same orders, with nothing made of them. The memory is that of the worker that needed most.
"""

import resource
import time
from argparse import Namespace
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from typing import Any

from django.db import connections
from django.utils import timezone

from bench import histories
from bench.report import Result
from loyalty_site import jobs
from loyalty_site.models import Job
from loyalty_site.sql import many
from programs import calendar, drafts
from programs.models import Program
from reports.models import Replay
from reports.replays import asking
from reports.replays.asking import Days

ACCOUNTS, ORDERS, WORKERS = 100_000, 1_000_000, 2
RULE = {"code": "tue", "name": "Double Tuesday", "when": {"weekdays": ["tue"]}, "give": {"multiplier": "2"}}

READ = """
SELECT entry.id, entry.account_id, entry.points, entry.occurred_at, bought.amount
FROM members_ledgerentry entry JOIN members_order bought ON bought.id = entry.order_id
WHERE entry.program_id = %(program)s AND entry.account_id BETWEEN %(first)s AND %(last)s ORDER BY entry.id
"""


def run(options: Namespace) -> list[Result]:
    orders = int(ORDERS * options.scale)
    program = histories.shop("replayed", accounts=int(ACCOUNTS * options.scale), orders=orders)
    histories.people.settle_down()
    job, replay = asked(program)
    ranges = list(job.chunks.order_by("id").values_list("first_id", "last_id"))
    floor = seconds_of(read, [(program.pk, part) for part in halves(ranges)])
    ours = seconds_of(drain, [job.pk] * WORKERS)
    replay.refresh_from_db()
    job.refresh_from_db()
    if job.state != Job.State.DONE or replay.result["orders"] != orders:
        raise SystemExit(f"the replay of {orders} orders is {job.state} with {replay.result}: {job.error}")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    memory = used.ru_maxrss / 1024
    return [
        Result(f"replay of {orders:,} orders, draft and live, two workers", ours, "s", floor, "reading them", False),
        Result("orders replayed", orders / ours, "/s", ORDERS / 60, "the target"),
        Result("processor time of the workers, one order", used.ru_utime / orders * 1e6, "µs", more_is_better=False),
        Result("memory of a worker", memory, "MB", 300, "the target", more_is_better=False),
    ]


def asked(program: Program) -> tuple[Job, Replay]:
    """A draft with one more rule, and its replay over everything that was ever bought."""
    now = timezone.now()
    working = drafts.working(program, now=now)
    drafts.replace(program, working.document | {"rules": [*working.document["rules"], RULE]}, by=None, now=now)
    today = calendar.local_day(now, program.merchant.zone)
    days = Days(today - timedelta(days=histories.DAYS + 1), today)
    replay, job = asking.ask(drafts.working(program, now=now), days, by=None, now=now)
    return job, replay


def halves(ranges: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    return [ranges[place::WORKERS] for place in range(WORKERS)]


def seconds_of(work: Any, parts: Iterable[Any]) -> float:
    """How long two processes take over their parts, from the start of the first to the end of the last."""
    connections.close_all()  # a connection must not be shared with a child
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("fork")) as pool:
        started = time.perf_counter()
        list(pool.map(work, parts))
        return time.perf_counter() - started


def drain(job_id: int) -> None:
    """What a worker does."""
    jobs.drain(Job.objects.get(pk=job_id))


def read(part: tuple[int, list[tuple[int, int]]]) -> None:
    program_id, ranges = part
    for first, last in ranges:
        many(READ, {"program": program_id, "first": first, "last": last})
