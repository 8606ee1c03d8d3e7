"""The dashboard's home of a big shop: server time of the page, read from daily rows."""

import time
from argparse import Namespace
from datetime import timedelta
from statistics import median

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench import people
from bench.report import Result
from loyalty_site.models import User
from loyalty_site.sql import rows
from programs import calendar
from programs.models import Merchant, Program, Role, Staff
from reports import rollup

ORDERS_EACH = 10

HISTORY = """
WITH numbered AS (
    SELECT account.id AS account_id, account.member_id, n, row_number() OVER () AS place,
           %(first)s + ((hashint8(account.id * 31 + n) & 2147483647) / 2147483647.0) * %(span)s::interval AS placed_at,
           (hashint8(account.id * 17 + n) & 127) + 1 AS amount
    FROM members_account account, generate_series(1, %(each)s) AS n WHERE account.program_id = %(program)s
), bought AS (
    INSERT INTO members_order (merchant_id, member_id, source, reference, fingerprint, placed_at, amount, points_money,
                               gift_card, shipping, eligible, refunded, channel)
    SELECT %(merchant)s, member_id, 'import', place::text, '', placed_at, amount, 0, 0, 0, amount, 0, ''
    FROM numbered RETURNING id, member_id, placed_at, amount
), entry AS (
    INSERT INTO members_ledgerentry (account_id, program_id, kind, points, balance_after, qualifying, reference,
                                     occurred_at, order_id, reason, explain)
    SELECT account.id, %(program)s, 'earn', amount, amount, amount, 'order:import:' || bought.id, placed_at,
           bought.id, '', '{}'
    FROM bought JOIN members_account account
        ON account.member_id = bought.member_id AND account.program_id = %(program)s
    RETURNING id, account_id, points, occurred_at
), lot AS (
    INSERT INTO members_pointslot (entry_id, account_id, program_id, points, remaining, available_at, expires_at)
    SELECT id, account_id, %(program)s, points, points, occurred_at, occurred_at + interval '365 days' FROM entry
)
UPDATE members_account account SET balance = had.points, earned = had.points, order_count = %(each)s
FROM (SELECT account_id, sum(points) AS points FROM entry GROUP BY account_id) had WHERE account.id = had.account_id
"""


def run(options: Namespace) -> list[Result]:
    program = people.shop("home", members=options.members)
    fill(program)
    filled = fill_figures(program.merchant)
    page = median(answers(program.merchant))
    floor = median(answers(program.merchant, "healthz"))
    return [
        Result(f"home page, {options.members:,} members", page, "ms", floor, "an empty answer", more_is_better=False),
        Result(f"figures of 18 months, {options.members * ORDERS_EACH:,} orders", filled, "s"),
    ]


def fill(program: Program) -> None:
    now = timezone.now()
    parameters = {"first": now - timedelta(days=540), "span": "540 days", "each": ORDERS_EACH}
    rows(HISTORY, parameters | {"program": program.pk, "merchant": program.merchant_id})
    people.analyze()


def fill_figures(merchant: Merchant) -> float:
    today = calendar.local_day(timezone.now(), merchant.zone)
    start = time.perf_counter()
    rollup.fill(merchant, today - timedelta(days=540), today)
    return time.perf_counter() - start


def answers(merchant: Merchant, name: str = "dashboard-home") -> list[float]:
    """Milliseconds of twenty answers after two warm ones."""
    client = Client()
    client.force_login(owner(merchant).user)
    url = reverse(name, kwargs={"merchant": merchant.slug} if name != "healthz" else {})
    return [one_answer(client, url) for _ in range(22)][2:]


def owner(merchant: Merchant) -> Staff:
    user, _ = User.objects.get_or_create(email="owner@example.com", defaults={"name": "Owner"})
    return Staff.objects.get_or_create(merchant=merchant, user=user, defaults={"role": Role.OWNER})[0]


def one_answer(client: Client, url: str) -> float:
    start = time.perf_counter()
    answer = client.get(url, secure=True)
    if answer.status_code != 200:
        raise SystemExit(f"{url} answered {answer.status_code}")
    return (time.perf_counter() - start) * 1000
