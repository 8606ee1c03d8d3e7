"""One order in one transaction, rules evaluated, at 8 clients, beside pgbench's TPC-B-like script on one server."""

import random
import time
from argparse import Namespace
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from unittest import mock

import psycopg
from django.utils import timezone

from bench import clients, people, pgbench
from bench.report import Result
from loyalty_site.round_trips import RoundTrips
from members import orders
from members.models import Account
from members.new_orders import NewOrder
from programs.models import Program
from rewards import redeeming
from rewards.models import Reward

CLIENTS = 8
MEMBERS = 10_000
WARMING = 200
Begin = Callable[[], float]


def run(options: Namespace) -> list[Result]:
    program = people.shop("orders", members=MEMBERS)
    bought_before(program)
    people.analyze()
    seconds = options.seconds
    measured = partial(clients.per_second, count=CLIENTS, seconds=seconds)
    floor = pgbench.tpc_b(clients=CLIENTS, seconds=seconds)
    ours = measured(partial(record, program.pk))
    spent = measured(partial(redeem, program.pk))
    first, last = Account.objects.filter(program=program).earliest("pk"), Account.objects.latest("pk")
    one_row = pgbench.one_row(last.pk, program.pk, clients=CLIENTS, seconds=seconds)
    busy = measured(partial(record_for_one, program.pk, first.member_id))
    order(program, last.member_id, "warm", 900)
    name = "pgbench TPC-B-like, prepared, 8 clients"
    return [
        Result("orders, 8 clients", ours, "/s", floor, name),
        Result("redemptions, 8 clients", spent, "/s", floor, name),
        Result("orders of one member, 8 clients", busy, "/s", one_row, "plain SQL on one row, 8 clients"),
        Result("round trips per order", float(trips(partial(order, program, last.member_id, "counted", 900))), ""),
        Result("round trips per redemption", float(trips(partial(redeem_once, program, first))), ""),
    ]


def bought_before(program: Program) -> None:
    """Two orders of each member the days before, so that tables have rows when plans are made."""
    now = timezone.now()
    members = list(Account.objects.filter(program=program).values_list("member_id", flat=True))
    for number in range(2):
        placed_at = now - timedelta(days=3 - number)
        new = [
            NewOrder(
                reference=f"before-{number}-{member_id}",
                member_id=member_id,
                amount=Decimal(20),
                placed_at=placed_at,
                source="api",
            )
            for member_id in members
        ]
        orders.record_many(new, merchant=program.merchant, now=now)


def record(program_id: int, number: int, begin: Begin) -> int:
    """Record orders of random members until the time is up."""
    draw = random.Random(number)
    program = Program.objects.select_related("merchant").get(pk=program_id)
    members = list(Account.objects.filter(program=program).values_list("member_id", flat=True))
    for n in range(WARMING):
        order(program, draw.choice(members), f"{number}-warm-{n}", draw.randint(100, 20_000))
    made, until = 0, begin()
    while time.time() < until:
        order(program, draw.choice(members), f"{number}-{made}", draw.randint(100, 20_000))
        made += 1
    return made


def record_for_one(program_id: int, member_id: int, number: int, begin: Begin) -> int:
    program = Program.objects.select_related("merchant").get(pk=program_id)
    order(program, member_id, f"one-{number}-warm", 1_000)
    made, until = 0, begin()
    while time.time() < until:
        order(program, member_id, f"one-{number}-{made}", 1_000)
        made += 1
    return made


def order(program: Program, member_id: int, reference: str, cents: int) -> None:
    new = NewOrder(reference=reference, member_id=member_id, amount=Decimal(cents) / 100, source="api")
    orders.record(new, merchant=program.merchant, now=timezone.now())


def redeem(program_id: int, number: int, begin: Begin) -> int:
    """Redeem a one-point reward for members who have points, each client among its own."""
    program = Program.objects.select_related("merchant").get(pk=program_id)
    reward = sticker(program, number)
    rich = Account.objects.filter(program=program, balance__gt=20).select_related("member", "program")
    accounts = [account for account in rich.order_by("pk")[:8_000] if account.pk % CLIENTS == number]
    for n in range(WARMING // 10):
        redeeming.redeem(account=accounts[n], reward=reward, reference=f"{number}-warm-{n}", now=timezone.now())
    made, until = 0, begin()
    while time.time() < until:
        account = accounts[made % len(accounts)]
        redeeming.redeem(account=account, reward=reward, reference=f"{number}-{made}", now=timezone.now())
        made += 1
    return made


def redeem_once(program: Program, account: Account) -> None:
    redeeming.redeem(account=account, reward=sticker(program, 0), reference="counted", now=timezone.now())


def sticker(program: Program, number: int) -> Reward:
    reward, _ = Reward.objects.select_related("merchant").get_or_create(
        merchant=program.merchant, program=program, name=f"Sticker {number}", defaults={"points_price": 1}
    )
    return reward


def trips(decide: Callable[[], None]) -> int:
    """How often the server is asked, without a BEGIN or COMMIT that goes alone."""
    seen: list[Any] = []
    execute, send = psycopg.Cursor.execute, RoundTrips.send

    def executed(cursor: Any, *arguments: Any, **options: Any) -> Any:
        seen.append(arguments)
        return execute(cursor, *arguments, **options)

    def sent(trips: RoundTrips, statement: bytes) -> Any:
        seen.append(statement)
        return send(trips, statement)

    with mock.patch.object(psycopg.Cursor, "execute", executed), mock.patch.object(RoundTrips, "send", sent):
        decide()
    return len(seen)
