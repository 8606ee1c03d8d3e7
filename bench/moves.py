"""Other tiers in a shop with 1,000,000 members and 10,000,000 orders: who would move, moving them, telling them.

The page waits for the first two figures; their floor is a second. The jobs have the night's review and a plain
statement that inserts the notices for their floors.
"""

from argparse import Namespace
from copy import deepcopy
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from bench import histories
from bench.expiry import timed
from bench.report import Result
from loyalty_site import jobs
from loyalty_site.models import Job
from loyalty_site.sql import rows
from members import following, moves
from programs import calendar, terms, versions
from programs.models import Program

ACCOUNTS, ORDERS = 1_000_000, 10_000_000
PATIENCE = 1.0  # seconds that a page may take
A_DAY = timedelta(days=1)

PLAIN = """
INSERT INTO members_notice (account_id, program_id, kind, subject_on, notice_on, version_id, state, due_at)
SELECT id, program_id, 'new-terms', current_date, current_date, %s, 'waiting', now()
FROM members_account WHERE program_id = %s
"""


def run(options: Namespace) -> list[Result]:
    accounts = int(ACCOUNTS * options.scale)
    program = histories.shop("history", accounts=accounts, orders=int(ORDERS * options.scale))
    settle(program)
    lower, spent = ladder(at=0.9), ladder(at=0.9, basis="spend")
    floor = plain(program)
    asked = timed(lambda: moves.moves(program, terms.parse(lower), now=timezone.now()))
    counted = timed(lambda: moves.moves(program, terms.parse(spent), now=timezone.now()))
    publish(program, lower)
    moved, told = (timed(lambda kind=kind: done(kind)) for kind in (following.MOVE_TIERS, following.TELL))
    name = f"of {accounts:,} members"
    return [
        Result(f"who would move {name}", asked, "s", PATIENCE, "the patience of a page", more_is_better=False),
        Result("the same, counted anew", counted, "s", PATIENCE, "the patience of a page", more_is_better=False),
        Result("moving them", moved, "s", None, "", more_is_better=False),
        Result(f"telling all {name}", told, "s", floor, "plain SQL, one statement", more_is_better=False),
    ]


def settle(program: Program) -> None:
    """Do last night's review, as in any shop that was open yesterday."""
    yesterday = calendar.local_day(timezone.now(), program.merchant.zone) - A_DAY
    jobs.drain(jobs.open_job("review-tiers", program.merchant_id, yesterday, again=True))
    histories.people.settle_down()


def ladder(*, at: float, **change: Any) -> dict[str, Any]:
    """P0 with other thresholds."""
    document: dict[str, Any] = deepcopy(terms.P0)
    document["tiers"] |= change
    for level in document["tiers"]["levels"]:
        level["at"] = int(level["at"] * at)
    return document


def plain(program: Program) -> float:
    """Seconds of one statement that writes everybody's notice, which is then taken back."""
    with transaction.atomic():
        wish = [program.versions.get().pk, program.pk]
        seconds = timed(lambda: (rows(PLAIN, wish), rows("SET CONSTRAINTS ALL IMMEDIATE")))
        transaction.set_rollback(True)
    return seconds


def publish(program: Program, document: dict[str, Any]) -> None:
    now = timezone.now()
    way = versions.Way(moves_tiers="now", notifies=True)
    versions.publish(program, document, effective_at=now, author=None, way=way)
    following.sweep(now=now)


def done(kind: str) -> None:
    job = jobs.drain(Job.objects.filter(kind=kind).latest("pk"))
    if job.state != Job.State.DONE:
        raise SystemExit(f"{kind}: {job.error}")
    print(kind, job.result)
