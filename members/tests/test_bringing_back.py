"""Orders brought back together lose what they lose one after the other: each test's name finishes "it …"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from members import audit, bringing_back, expiry, refunds, undoing
from members.bringing_back import Occasion
from members.brought_back import BroughtBack
from members.importing import orders_in
from members.merging import together
from members.models import Account, LedgerEntry, LotDraw, Order, PointsLot, Refund, RuleIssue, TierChange
from members.refunds import NewRefund
from members.tests import factories
from members.tests.factories import NOW
from members.tests.test_bulk import GIFTS, RULES
from programs import terms
from programs.earning import Line
from programs.models import Merchant, Role, Staff
from programs.tests.factories import document

pytestmark = pytest.mark.django_db

TIMES = ("points", "balance_after", "qualifying", "reference", "occurred_at", "version", "order", "actor", "reason")


def a_shop(draw: Random) -> Staff:
    """A shop with two programs, members, orders of the past years, and much that happened to them since."""
    merchant = factories.merchant()
    policies = ["negative", "within_balance", "pending_only"]
    for code in ("points", "more"):
        rules = draw.sample(RULES, k=3)
        earning = {**terms.P0["earning"], "pending_days": draw.choice([0, 60])}
        rate = document(rules=rules, tiers=GIFTS, clawback=draw.choice(policies), earning=earning)
        factories.program(merchant=merchant, terms_document=rate, code=code)
    boss = factories.staff(merchant=merchant, role=Role.OWNER)
    members = [factories.member(merchant=merchant) for _ in range(6)]
    for n in range(36):
        buy(draw, Account.objects.filter(member=draw.choice(members)).order_by("pk")[0], f"O{n}")
    for account in Account.objects.filter(member__in=members[:3]).order_by("pk"):
        spend(draw, account, boss)
    for order in draw.sample([*Order.objects.filter(merchant=merchant, amount__gt=2).order_by("pk")], k=10):
        give_some_back(draw, order)
    expiry.expire_accounts([*Account.objects.filter(member=members[3]).values_list("pk", flat=True)], now=NOW)
    together.merge(members[5], into=members[4], by=boss, now=NOW)
    return boss


def spend(draw: Random, account: Account, boss: Staff) -> None:
    points = sum(account.lots.spendable(NOW).values_list("remaining", flat=True))
    if points:
        factories.adjustment(account, -draw.randint(1, points), by=boss)


def buy(draw: Random, account: Account, reference: str) -> None:
    at = NOW - timedelta(days=draw.randint(0, 500), hours=draw.randint(0, 23))
    parts = [Decimal(draw.randint(0, 30_000)).scaleb(-2) for _ in range(2)]
    lines = (Line("espresso", "beans", Decimal(2), parts[0]), Line("mug", "cups", Decimal(1), parts[1]))
    amount = draw.choice([sum(parts), Decimal(0)] + [sum(parts)] * 8)
    more: dict[str, Any] = {"lines": lines} if amount and draw.random() < 0.5 else {}
    factories.order(account, f"{amount}", at=at, now=NOW, reference=reference, channel=draw.choice(["app", ""]), **more)


def give_some_back(draw: Random, order: Order) -> None:
    amount = draw.choice([order.amount, order.amount / 2]).quantize(Decimal("0.01"))
    lines = (BroughtBack(sku="espresso", quantity=Decimal(1)),) if order.lines.exists() else ()
    new = NewRefund(reference=f"R{order.pk}", order_reference=order.reference, amount=amount, lines=lines)
    refunds.record(new, merchant=order.merchant, now=NOW)


def together_back(orders: list[Order], by: Staff) -> None:
    ids = [order.pk for order in orders]
    bringing_back.bring_back(ids, Occasion("back", "why", by), now=NOW)
    undoing.step_back(orders_in.firsts_of(Order.objects.in_bulk(ids)), by=by, now=NOW)


def one_by_one(orders: list[Order], by: Staff) -> None:
    for order in orders:
        rest = order.amount - order.refunded
        new = NewRefund(
            reference=f"back:{order.pk}", order_reference=order.reference, amount=rest, reason="why", recorded_by=by
        )
        if rest:
            refunds.record(new, merchant=order.merchant, now=NOW)
    firsts = orders_in.firsts_of(Order.objects.in_bulk([order.pk for order in orders]))
    for account_id, order in sorted(firsts.items()):
        undoing.step_back({account_id: order}, by=by, now=NOW)


def picture(merchant: Merchant) -> list[Any]:
    """Everything that refunds may move, in order, without the numbers of new rows."""
    entries = LedgerEntry.objects.filter(program__merchant=merchant).order_by("pk")
    draws = LotDraw.objects.filter(lot__program__merchant=merchant).order_by("entry_id", "lot_id", "points")
    steps = TierChange.objects.filter(program__merchant=merchant).order_by("pk")
    given_back = Refund.objects.filter(merchant=merchant).order_by("pk")
    return [
        *Account.objects.filter(program__merchant=merchant).order_by("pk").values(),
        *entries.values("account", "kind", "explain", *TIMES),
        *PointsLot.objects.filter(program__merchant=merchant).order_by("pk").values(),
        *draws.values("lot", "points", "entry__reference"),
        *steps.values("account", "from_code", "to_code", "cause", "changed_at", "version"),
        *given_back.values("reference", "order_reference", "order", "amount", "refunded_at", "reason", "recorded_by"),
        *RuleIssue.objects.filter(program__merchant=merchant).order_by("program", "code").values(),
        *Order.objects.filter(merchant=merchant).order_by("pk").values("pk", "member", "refunded", "reference"),
    ]


def tried(work: Callable[[list[Order], Staff], None], orders: list[Order], by: Staff) -> list[Any]:
    """What some work comes to, all of it rolled back."""
    with transaction.atomic():
        work(orders, by)
        assert audit.work(by.merchant.pk, None, 0, 2**62, NOW)["unbalanced"] == 0
        found = picture(by.merchant)
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_loses_together_what_it_loses_one_by_one(seed: int) -> None:
    draw = Random(seed)
    boss = a_shop(draw)
    orders = draw.sample([*Order.objects.filter(merchant=boss.merchant).order_by("pk")], k=30)
    together_, single = tried(together_back, orders, boss), tried(one_by_one, orders, boss)
    assert together_ == single
    assert together_ != picture(boss.merchant)


def test_brings_nothing_back_twice() -> None:
    boss = a_shop(Random(9))
    orders = [*Order.objects.filter(merchant=boss.merchant).order_by("pk")]
    together_back(orders, boss)
    before = picture(boss.merchant)
    together_back(orders, boss)
    assert picture(boss.merchant) == before


def test_takes_as_many_statements_for_many_as_for_few() -> None:
    boss = a_shop(Random(10))
    orders = [*Order.objects.filter(merchant=boss.merchant).order_by("pk")]
    counts = []
    for some in (orders[:12], orders[12:]):
        with CaptureQueriesContext(connection) as statements:
            together_back(some, boss)
        counts.append(len(statements))
    assert counts[1] <= counts[0] + 1
