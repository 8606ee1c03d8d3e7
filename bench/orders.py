"""One order in one transaction, rules evaluated, at 8 clients, beside pgbench's TPC-B-like script on one server."""

import random
import re
import subprocess
import time
from argparse import Namespace
from decimal import Decimal
from functools import partial
from typing import Any
from unittest import mock

import psycopg
from django.utils import timezone

from bench import clients, people, scratch
from bench.report import Result
from loyalty_site.embedded import postgres
from members import orders
from members.models import Account
from members.new_orders import NewOrder
from programs.models import Program
from rewards import redeeming
from rewards.models import Reward

CLIENTS = 8
MEMBERS = 10_000


def run(options: Namespace) -> list[Result]:
    program = people.shop("orders", members=MEMBERS)
    people.analyze()
    floor = tpc_b(options.seconds)
    ours = clients.per_second(partial(record, program.pk), count=CLIENTS, seconds=options.seconds)
    busy = clients.per_second(partial(record_for_one, program.pk), count=CLIENTS, seconds=options.seconds)
    spent = clients.per_second(partial(redeem, program.pk), count=CLIENTS, seconds=options.seconds)
    name = "pgbench TPC-B-like, prepared, 8 clients"
    return [
        Result("orders, 8 clients", ours, "/s", floor, name),
        Result("orders of one member, 8 clients", busy, "/s", floor, name),
        Result("redemptions, 8 clients", spent, "/s", floor, name),
        Result("statements per order", float(statements(program)), "", None),
    ]


def record(program_id: int, number: int, until: float) -> int:
    """Record orders of random members until the time is up."""
    draw = random.Random(number)
    program = Program.objects.select_related("merchant").get(pk=program_id)
    members = list(Account.objects.filter(program=program).values_list("member_id", flat=True))
    made = 0
    while time.time() < until:
        order(program, draw.choice(members), f"{number}-{made}", draw.randint(100, 20_000))
        made += 1
    return made


def record_for_one(program_id: int, number: int, until: float) -> int:
    program = Program.objects.select_related("merchant").get(pk=program_id)
    member_id = Account.objects.filter(program=program).earliest("pk").member_id
    made = 0
    while time.time() < until:
        order(program, member_id, f"one-{number}-{made}", 1_000)
        made += 1
    return made


def order(program: Program, member_id: int, reference: str, cents: int) -> None:
    new = NewOrder(reference=reference, member_id=member_id, amount=Decimal(cents) / 100, source="api")
    orders.record(new, merchant=program.merchant, now=timezone.now())


def redeem(program_id: int, number: int, until: float) -> int:
    """Redeem a one-point reward for members who have points, each client among its own."""
    program = Program.objects.select_related("merchant").get(pk=program_id)
    reward, _ = Reward.objects.get_or_create(
        merchant=program.merchant, program=program, name=f"Sticker {number}", defaults={"points_price": 1}
    )
    rich = Account.objects.filter(program=program, balance__gt=20).select_related("member", "program")
    accounts = [account for account in rich.order_by("pk")[:4_000] if account.pk % CLIENTS == number]
    made = 0
    while time.time() < until:
        account = accounts[made % len(accounts)]
        redeeming.redeem(account=account, reward=reward, reference=f"{number}-{made}", now=timezone.now())
        made += 1
    return made


def statements(program: Program) -> int:
    """How many statements the server sees for one order, without BEGIN and COMMIT."""
    account = Account.objects.filter(program=program).latest("pk")
    order(program, account.member_id, "warm", 1_000)
    seen: list[str] = []
    execute = psycopg.Cursor.execute

    def counted(cursor: Any, query: Any, *arguments: Any, **options: Any) -> Any:
        seen.append(str(query))
        return execute(cursor, query, *arguments, **options)

    with mock.patch.object(psycopg.Cursor, "execute", counted):
        order(program, account.member_id, "counted", 1_000)
    return len(seen)


def tpc_b(seconds: int) -> float:
    """Transactions a second of PostgreSQL's own benchmark, on tables of the same scratch database."""
    address = scratch.address()
    arguments = ["-h", address["host"], "-U", address["user"]]
    arguments += ["-p", str(address["port"])] if "port" in address else []
    subprocess.run(
        [postgres.binary("pgbench"), *arguments, "-i", "-q", "-s", "10", address["dbname"]],
        check=True,
        capture_output=True,
    )
    timed = ["-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-T", str(seconds), "-n"]
    printed = subprocess.run(
        [postgres.binary("pgbench"), *arguments, *timed, address["dbname"]], check=True, capture_output=True, text=True
    )
    found = re.search(r"tps = ([\d.]+)", printed.stdout)
    return float(found.group(1)) if found else 0.0
