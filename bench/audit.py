"""Audit of 1,000,000 accounts with 10,000,000 orders behind them, as the night does it, while customers go on buying.

The floor is the plain aggregate query: one statement that holds every balance against the sums of entries and of open
lots. Ours also proves the chain of balances, earned and redeemed points, what was drawn, tiers and redemptions.
"""

from argparse import Namespace
from datetime import date, timedelta

from django.utils import timezone

from bench import histories, live
from bench.expiry import timed
from bench.report import Result
from loyalty_site import jobs
from loyalty_site.models import Job
from loyalty_site.sql import rows
from programs import calendar
from programs.models import Program

ACCOUNTS, ORDERS = 1_000_000, 10_000_000

PLAIN = """
SELECT count(*) FROM members_account account
LEFT JOIN (
    SELECT account_id, sum(points) AS points FROM members_ledgerentry WHERE program_id = %(program)s GROUP BY account_id
) entries ON entries.account_id = account.id
LEFT JOIN (
    SELECT account_id, sum(remaining) AS points FROM members_pointslot
    WHERE program_id = %(program)s AND remaining > 0 GROUP BY account_id
) lots ON lots.account_id = account.id
WHERE account.program_id = %(program)s AND (
    account.balance <> coalesce(entries.points, 0) OR account.balance <> coalesce(lots.points, 0) - account.debt
)
"""


def run(options: Namespace) -> list[Result]:
    accounts = int(ACCOUNTS * options.scale)
    program = histories.shop("history", accounts=accounts, orders=int(ORDERS * options.scale))
    yesterday = calendar.local_day(timezone.now(), program.merchant.zone) - timedelta(days=1)
    floor = timed(lambda: rows(PLAIN, {"program": program.pk}))
    ours = timed(lambda: audit(program, yesterday, accounts))
    beside = live.beside(program, lambda: audit(program, yesterday, accounts))
    name = f"audit of {accounts:,} accounts"
    return [
        Result(name, ours, "s", floor, "plain aggregate, one statement", more_is_better=False),
        *beside.results("audit"),
    ]


def audit(program: Program, business_on: date, expected: int) -> None:
    job = jobs.drain(jobs.open_job("audit-books", program.merchant_id, business_on, again=True))
    if job.state != Job.State.DONE or job.result != {"accounts": expected, "unbalanced": 0}:
        raise SystemExit(f"the audit found {job.result}, expected {expected} accounts: {job.error}")
