"""Orders and redemptions over HTTP, with key, rules and log, beside a one-statement earn behind the same server."""

from __future__ import annotations

import random
from argparse import Namespace
from typing import Any

from django.utils import timezone

from bench import callers, people
from bench.report import Result
from loyalty_site.models import User
from loyalty_site.sql import rows
from members.models import Account
from programs import keys
from programs.models import Program, Role, Scope, Staff
from rewards.models import Reward

CALLERS, MEMBERS, BATCH, BATCHING = 8, 10_000, 1_000, 4
FLOOR = "one-statement earn behind the same server"

RICH = """
WITH entry AS (
    INSERT INTO members_ledgerentry (account_id, program_id, kind, points, balance_after, reference, occurred_at,
                                     reason, explain)
    SELECT id, program_id, 'earn', 1000, 1000, 'seed:' || id, now(), '', '{}' FROM members_account
    WHERE program_id = %(program)s RETURNING id, account_id, program_id
), lot AS (
    INSERT INTO members_pointslot (entry_id, account_id, program_id, points, remaining, available_at, expires_at)
    SELECT id, account_id, program_id, 1000, 1000, now(), now() + interval '1 year' FROM entry
)
UPDATE members_account SET balance = 1000, earned = 1000 WHERE program_id = %(program)s
"""


def run(options: Namespace) -> list[Result]:
    program = people.shop("api", members=MEMBERS)
    rows(RICH, {"program": program.pk})
    people.analyze()
    key, accounts = key_of(program), list(Account.objects.filter(program=program).values_list("pk", flat=True))
    numbers = list(program.merchant.members.values_list("number", flat=True))
    reward = Reward.objects.create(merchant=program.merchant, program=program, name="Sticker", points_price=1)

    def earn(draw: random.Random, reference: str) -> Any:
        return {"account": draw.choice(accounts), "points": draw.randint(1, 200), "reference": reference}

    def order(draw: random.Random, reference: str) -> Any:
        cents = draw.randint(100, 20_000)
        return {"reference": reference, "member": draw.choice(numbers), "amount": f"{cents / 100:.2f}"}

    def redemption(draw: random.Random, reference: str) -> Any:
        return {"reference": reference, "member": draw.choice(numbers), "reward": reward.pk}

    def batch(draw: random.Random, reference: str) -> Any:
        return {"orders": [order(draw, f"{reference}-{place}") for place in range(BATCH)]}

    with callers.server() as port:
        timed = {"key": key, "count": CALLERS, "seconds": options.seconds}
        floor = callers.measure(port, "/api/v1/floor", earn, **timed)
        ours = callers.measure(port, "/api/v1/orders", order, **timed)
        spent = callers.measure(port, "/api/v1/redemptions", redemption, **timed)
        many = callers.measure(port, "/api/v1/orders/batch", batch, **timed | {"count": BATCHING})
    return [
        Result("orders over HTTP, 8 callers", ours.per_second, "/s", floor.per_second, FLOOR),
        Result("orders over HTTP, p99", ours.p99, "ms", floor.p99, FLOOR, more_is_better=False),
        Result("redemptions over HTTP, 8 callers", spent.per_second, "/s", floor.per_second, FLOOR),
        Result("redemptions over HTTP, p99", spent.p99, "ms", floor.p99, FLOOR, more_is_better=False),
        Result("orders in batches of 1,000 over HTTP", many.per_second * BATCH, "/s", 5_000.0, "what was promised"),
    ]


def key_of(program: Program) -> str:
    user, _ = User.objects.get_or_create(email="owner@example.com")
    owner, _ = Staff.objects.get_or_create(merchant=program.merchant, user=user, defaults={"role": Role.OWNER})
    made = keys.make(name="Bench", scopes=Scope.values, reference="bench", by=owner, now=timezone.now())
    if made is None:
        raise SystemExit("the benchmark's database is not new")
    return made[1]
