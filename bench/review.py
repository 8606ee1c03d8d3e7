"""Tier review of 1,000,000 accounts with 10,000,000 orders behind them, as the night does it.

The floor is one plain statement that adds up the window and writes tiers and their history. Beside it: the review of
the same day again, in which nothing changed, that of the next day, and one
after new terms while customers go on buying.
"""

from argparse import Namespace
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from bench import histories, live
from bench.expiry import timed
from bench.report import Result
from loyalty_site import jobs
from loyalty_site.models import Job
from loyalty_site.sql import rows
from programs import calendar, terms, versions
from programs.models import Program

ACCOUNTS, ORDERS = 1_000_000, 10_000_000
A_DAY = timedelta(days=1)

PLAIN = """
WITH found AS (
    SELECT account_id, sum(qualifying) AS reached FROM members_ledgerentry
    WHERE program_id = %(program)s AND kind IN ('earn', 'clawback') AND occurred_at >= %(since)s GROUP BY account_id
), judged AS (
    SELECT *, CASE WHEN reached >= 1500 THEN 'gold' WHEN reached >= 500 THEN 'silver' ELSE 'bronze' END AS code
    FROM found
), moved AS (
    UPDATE members_account account SET qualifying = reached, tier_code = code,
        tier_since = CASE WHEN tier_code = code THEN tier_since ELSE %(now)s END
    FROM judged WHERE account.id = account_id
    RETURNING account.id, account.program_id, old.tier_code AS from_code, new.tier_code AS to_code
)
INSERT INTO members_tierchange (account_id, program_id, from_code, to_code, cause, changed_at, version_id)
SELECT id, program_id, from_code, to_code, 'review', %(now)s, %(version)s FROM moved WHERE from_code <> to_code
"""


def run(options: Namespace) -> list[Result]:
    accounts = int(ACCOUNTS * options.scale)
    program = histories.shop("history", accounts=accounts, orders=int(ORDERS * options.scale))
    yesterday = calendar.local_day(timezone.now(), program.merchant.zone) - A_DAY
    floor = plain(program, yesterday)
    first = timed(lambda: review(program, yesterday, accounts))
    again = timed(lambda: review(program, yesterday, 0))
    lengthen(program)
    beside = live.beside(program, lambda: review(program, yesterday, accounts))
    following = timed(lambda: review(program, yesterday + A_DAY, None))
    name = f"tier review of {accounts:,} accounts"
    return [
        Result(name, first, "s", floor, "plain SQL, one statement", more_is_better=False),
        Result("the same again, nothing changed", again, "s", first / 5, "a fifth of it", more_is_better=False),
        Result("that of the next night", following, "s", first / 5, "a fifth of it", more_is_better=False),
        *beside.results("review"),
    ]


def plain(program: Program, yesterday: date) -> float:
    """Seconds of the plain statement, references checked, which is then taken back."""
    now = calendar.start_of_day(yesterday + A_DAY, program.merchant.zone)
    since = now - timedelta(days=365)
    parameters = {"program": program.pk, "version": program.versions.get().pk, "now": now, "since": since}
    with transaction.atomic():
        seconds = timed(lambda: (rows(PLAIN, parameters), rows("SET CONSTRAINTS ALL IMMEDIATE")))
        transaction.set_rollback(True)
    rows("VACUUM FULL members_account")
    histories.people.settle_down()
    return seconds


def lengthen(program: Program) -> None:
    """Publish terms with a longer tier window, so that everybody has to be counted anew."""
    tiers = terms.P0["tiers"] | {"window": {"kind": "rolling", "months": 14}}
    versions.publish(program, terms.P0 | {"tiers": tiers}, effective_at=timezone.now(), author=None)


def review(program: Program, business_on: date, expected: int | None) -> None:
    job = jobs.drain(jobs.open_job("review-tiers", program.merchant_id, business_on, again=True))
    found = job.result.get("reviewed", 0)
    if job.state != Job.State.DONE or expected not in {None, found}:
        raise SystemExit(f"the review of {business_on} looked at {found} accounts, expected {expected}: {job.error}")
